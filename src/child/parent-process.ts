/** Asks the system for the name of the process that started us. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What there is to know before asking. */
export interface ParentProcess {
  readonly platform: NodeJS.Platform;
  readonly ppid: number;
  /** Where Windows is (`SystemRoot`). */
  readonly systemRoot?: string;
}

/**
 * The name of the parent's executable, such as `fish`, `-zsh`, `/bin/bash` or `cmd.exe`.
 * Undefined where it cannot be told. On Linux a file is read; elsewhere the system's own program
 * is asked, by its full path, which takes some milliseconds.
 */
export function parentProcessName(parent: ParentProcess): string | undefined {
  try {
    return ask(parent).trim() || undefined;
  } catch {
    return undefined;
  }
}

function ask({ platform, ppid, systemRoot = 'C:\\Windows' }: ParentProcess): string {
  if (platform === 'linux') return readFileSync(`/proc/${ppid}/comm`, 'utf8');
  if (platform === 'win32') {
    const tasklist = `${systemRoot}\\System32\\tasklist.exe`;
    const row = run(tasklist, ['/FI', `PID eq ${ppid}`, '/FO', 'CSV', '/NH']);
    // A row begins with the name in quotes; without a row there is a sentence.
    return /^\s*"([^"]+)"/.exec(row)?.[1] ?? '';
  }
  return run('/bin/ps', ['-o', 'comm=', '-p', String(ppid)]);
}

function run(file: string, args: readonly string[]): string {
  return execFileSync(file, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 2000,
    windowsHide: true,
  });
}
