/** Runs a command and captures its stdout. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Clock } from '../clock.ts';
import { systemErrorCode } from '../errors.ts';
import { type NoProgram, programOf } from './program.ts';

/** In bytes. */
const maxOutput = 1024 * 1024;

export interface CaptureOptions {
  /** The command's whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** In milliseconds. */
  readonly timeout: number;
  readonly clock: Clock;
}

/** The output, or the problem in words that follow "the command", without the output in them. */
export type Captured = { readonly output: Uint8Array } | { readonly problem: string };

/**
 * The command's stdin is empty. It shares the program's stderr and terminal, where a password manager
 * may prompt. It is killed after the time-out, or if it prints more than 1 MiB.
 *
 * @param command a program and its arguments, or a command line for the shell
 */
export function capture(
  command: string | readonly string[],
  { env, timeout, clock }: CaptureOptions,
): Promise<Captured> {
  return new Promise((resolve) => {
    const name = typeof command === 'string' ? 'the shell' : command[0];
    let child: ChildProcess | NoProgram;
    try {
      child = start(command, env);
    } catch {
      // For example an argument with a NUL. The error is dropped, because it quotes the argument.
      resolve({ problem: 'cannot be started' });
      return;
    }
    if ('problem' in child) return resolve({ problem: `cannot be run: ${name}: ${child.problem}` });
    const end = (captured: Captured) => {
      stopTimer();
      resolve(captured);
    };
    // A grandchild may keep stdout open, so its end is not awaited.
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
      if (size > maxOutput) giveUp('printed more than 1 MiB');
    });
    child.on('error', (error) => {
      const code = systemErrorCode(error) ?? 'an error';
      end({ problem: `cannot be run: ${name}: ${code === 'ENOENT' ? 'not found' : code}` });
    });
    child.on('close', (code, signal) => {
      if (code === 0) end({ output: Buffer.concat(chunks) });
      else end({ problem: signal ? `was killed by ${signal}` : `failed with exit code ${code}` });
    });
  });
}

function start(
  command: string | readonly string[],
  env: CaptureOptions['env'],
): ChildProcess | NoProgram {
  // Not detached, which would take the terminal away.
  const options: SpawnOptions = {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    windowsHide: true,
  };
  if (typeof command === 'string') return spawn(command, { ...options, shell: true });
  const program = programOf(command, env);
  if ('problem' in program) return program;
  const { file, args, ...how } = program;
  return spawn(file, args, { ...options, ...how });
}
