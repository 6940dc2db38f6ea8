/** Runs a command to its end and takes what it prints. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Clock } from '../clock.ts';
import { systemErrorCode } from '../errors.ts';

/** The most that is taken, in bytes. */
const most = 1024 * 1024;

/** What the command has to itself. */
export interface CaptureOptions {
  /** Passed on whole. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that it may take. */
  readonly timeout: number;
  readonly clock: Clock;
}

/** What it printed; or how it failed, in words that follow "the command", without its output in them. */
export type Captured = { readonly output: Uint8Array } | { readonly problem: string };

/**
 * Its stdin is empty, its stderr is ours, and so is its terminal: a password manager may ask there
 * for its password. It is killed when it takes too long or prints more than 1 MiB.
 *
 * @param command a program and its arguments, or a line for the shell
 */
export function capture(
  command: string | readonly string[],
  { env, timeout, clock }: CaptureOptions,
): Promise<Captured> {
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = start(command, env);
    } catch {
      // An argument with a NUL, say. The error quotes it, so it goes no further.
      resolve({ problem: 'cannot be started' });
      return;
    }
    const end = (captured: Captured) => {
      stopTimer();
      resolve(captured);
    };
    // A child of the child may live on and hold stdout open, so the end of it is not waited for.
    const giveUp = (problem: string) => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.unref();
      end({ problem });
    };
    const stopTimer = clock.every(timeout, () => {
      giveUp(`did not end within ${timeout / 1000} s`);
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > most) giveUp('printed more than 1 MiB');
    });
    child.on('error', (error) => {
      const program = typeof command === 'string' ? 'the shell' : command[0];
      const code = systemErrorCode(error) ?? 'an error';
      end({ problem: `cannot be run: ${program}: ${code === 'ENOENT' ? 'not found' : code}` });
    });
    child.on('close', (code, signal) => {
      if (code === 0) end({ output: Buffer.concat(chunks) });
      else end({ problem: signal ? `was ended by ${signal}` : `failed with exit code ${code}` });
    });
  });
}

function start(command: string | readonly string[], env: CaptureOptions['env']): ChildProcess {
  // Not detached: that would take the terminal away.
  const options: SpawnOptions = {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    windowsHide: true,
  };
  if (typeof command === 'string') return spawn(command, { ...options, shell: true });
  const [program = '', ...args] = command;
  return spawn(program, args, options);
}
