/** Runs a command as a child that has our terminal, and hands back how it ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { sep } from 'node:path';
import { systemErrorCode } from '../errors.ts';

/**
 * Calls back for each signal that asks us to end, or for those that are named; the result stops that.
 */
export type OnSignal = (
  callback: (signal: NodeJS.Signals) => void,
  signals?: readonly NodeJS.Signals[],
) => () => void;

/** How a child ended, as an exit code; and what hindered it from starting. */
export interface Ending {
  /** Its own; 128 + n after signal n; 126 not executable, 127 not found. */
  readonly exitCode: number;
  readonly problem?: 'not executable' | 'not found';
}

/** What somebody may send to the child by way of us. */
const passedOn: readonly NodeJS.Signals[] = [
  ...(['SIGINT', 'SIGTERM', 'SIGHUP'] as const),
  // Windows knows none of these, and Node refuses to listen to them there.
  ...(sep === '/' ? (['SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const) : []),
];

/** What a terminal sends to the child itself. */
const fromTerminal: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

/** The exit code that stands for the end by a signal. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/**
 * Runs a command without a shell, and passes on the signals that we get.
 *
 * @param options.terminal whether we run on one: it sends Ctrl-C and Ctrl-\\ to the child itself
 */
export function runChild(
  [command = '', ...args]: readonly string[],
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly terminal: boolean;
    readonly onSignal: OnSignal;
  },
): Promise<Ending> {
  return new Promise((resolve) => {
    let running: ChildProcess | undefined;
    // From before the start: what is sent to us may come before we know that it has started.
    const stopListening = options.onSignal((signal) => {
      if (!(options.terminal && fromTerminal.has(signal))) running?.kill(signal);
    }, passedOn);
    const end = (ending: Ending) => {
      stopListening();
      resolve(ending);
    };
    const child = start(command, args, options.env);
    if (!('kill' in child)) return end(child);
    running = child;
    child.once('error', (error) => {
      // A signal that cannot be passed on is an error too, and no end.
      if (child.pid !== undefined) return;
      end(notStarted(error));
    });
    child.once('exit', (code, signal) => {
      end({ exitCode: signal === null ? (code ?? 1) : signalExitCode(signal) });
    });
  });
}

/** Some commands cannot even be tried: an empty name, or one that goes through a file. */
function start(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess | Ending {
  if (command === '') return notFound;
  try {
    return spawn(command, args, { env, stdio: 'inherit' });
  } catch (error) {
    return notStarted(error);
  }
}

const notFound: Ending = { exitCode: 127, problem: 'not found' };

function notStarted(error: unknown): Ending {
  return systemErrorCode(error) === 'ENOENT'
    ? notFound
    : { exitCode: 126, problem: 'not executable' };
}
