/** Runs a command line in the system's shell. */
import { spawn } from 'node:child_process';
import { sep } from 'node:path';
import type { Clock } from '../clock.ts';

/** Sends a signal to every process of a group. @param group the process ID of its first process */
export type SignalGroup = (group: number, signal: NodeJS.Signals) => void;

export interface ShellLineOptions {
  /** The command's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds that it may take. */
  readonly limit: number;
  readonly clock: Pick<Clock, 'every'>;
  readonly signalGroup: SignalGroup;
  /** Ends the command. */
  readonly signal: AbortSignal;
}

/** Milliseconds between asking the command to end and killing it. */
const grace = 1000;

/** Windows has no process groups: only the shell is killed there. */
const detached = sep === '/';

/**
 * The command's stdin is empty. Its output goes to the program's stderr, because stdout is reserved for
 * the result. After the limit it is killed, with all that it started and that is in its process group.
 *
 * @returns the problem in words that follow "the command"; undefined on success
 */
export function runShellLine(
  line: string,
  { env, limit, clock, signalGroup, signal: aborted }: ShellLineOptions,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(line, { shell: true, env, stdio: ['ignore', 2, 2], detached });
    const kill = (signal: NodeJS.Signals) => {
      if (!detached) child.kill(signal);
      else if (child.pid !== undefined) signalGroup(child.pid, signal);
    };
    let isLate = false;
    const stops: (() => void)[] = [];
    const end = (problem?: string) => {
      for (const stop of stops) stop();
      aborted.removeEventListener('abort', terminate);
      // What it started may have ignored the first signal.
      if (isLate) kill('SIGKILL');
      resolve(
        isLate ? `did not end within ${Math.round(limit / 1000)} s, and was killed` : problem,
      );
    };
    const terminate = () => kill('SIGTERM');
    aborted.addEventListener('abort', terminate);
    stops.push(
      clock.every(limit, () => {
        if (isLate) return;
        isLate = true;
        terminate();
        stops.push(clock.every(grace, end));
      }),
    );
    child.once('error', () => end('cannot be started'));
    child.once('exit', (code, signal) => {
      if (code === 0) end();
      else end(code === null ? `was killed by ${signal}` : `ended with exit code ${code}`);
    });
  });
}
