/** Finds the name of the parent process. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ParentProcess {
  readonly platform: NodeJS.Platform;
  readonly ppid: number;
  /** The directory of Windows (`SystemRoot`). */
  readonly systemRoot?: string;
}

/**
 * The name of the parent's executable, such as `fish`, `-zsh`, `/bin/bash` or `cmd.exe`; undefined
 * when unknown. It is read from /proc on Linux, and from a system program elsewhere, which takes some
 * milliseconds.
 */
export function parentProcessName(parent: ParentProcess): string | undefined {
  try {
    return findName(parent).trim() || undefined;
  } catch {
    return undefined;
  }
}

function findName({ platform, ppid, systemRoot = 'C:\\Windows' }: ParentProcess): string {
  if (platform === 'linux') return readFileSync(`/proc/${ppid}/comm`, 'utf8');
  if (platform === 'win32') {
    const tasklist = `${systemRoot}\\System32\\tasklist.exe`;
    const row = run(tasklist, ['/FI', `PID eq ${ppid}`, '/FO', 'CSV', '/NH']);
    // A row begins with the name in quotes. If no process matches, tasklist prints a sentence.
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
