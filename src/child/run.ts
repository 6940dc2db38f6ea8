/** Runs a command that shares the program's terminal, and returns its exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { sep } from 'node:path';
import { systemErrorCode } from '../errors.ts';
import { type Canary, startCanary } from './canary.ts';
import { closeInherited, type Inherited, sharedStdio } from './descriptors.ts';
import { programOf } from './program.ts';

/**
 * Listens for signals, by default for those that ask this process to exit, until the result is called.
 */
export type OnSignal = (
  callback: (signal: NodeJS.Signals) => void,
  signals?: readonly NodeJS.Signals[],
) => () => void;

export interface ExitResult {
  /** The child's own; 128 + n after signal n; 127 if it was not found, 126 if it was not started. */
  readonly exitCode: number;
  /** The signal that ended the child. */
  readonly signal?: NodeJS.Signals;
  /** Why it was not started, in words that follow its name. */
  readonly problem?: string;
}

/** The signals that are forwarded to the child. */
const forwarded: readonly NodeJS.Signals[] = [
  ...(['SIGINT', 'SIGTERM', 'SIGHUP'] as const),
  // Windows does not have these, and Node throws an error there.
  ...(sep === '/' ? (['SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const) : []),
];

/** The signals that a terminal sends to the whole process group. */
const fromTerminal: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

/** The exit code that stands for a signal. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/**
 * Runs a command without a shell, and forwards signals to it.
 *
 * @param options.inherited the descriptors that the command gets too; this process's copies are closed
 */
export function runChild(
  command: readonly string[],
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly onSignal: OnSignal;
    readonly inherited: Inherited;
  },
): Promise<ExitResult> {
  return new Promise((resolve) => {
    let running: ChildProcess | undefined;
    let canary: Canary | undefined;
    // Before the start, because a signal may arrive while the child is being started.
    const stopListening = options.onSignal((signal) => {
      if (!canary || !fromTerminal.has(signal)) running?.kill(signal);
      else canary.heard().then((heard) => heard || running?.kill(signal));
    }, forwarded);
    const end = (result: ExitResult) => {
      stopListening();
      canary?.stop();
      running = undefined;
      resolve(result);
    };
    // Before the child, so that it gets whatever signal the child gets.
    canary = startCanary(options.env, options.inherited);
    const child = start(command, options);
    closeInherited(options.inherited);
    if (!('kill' in child)) return end(child);
    running = child;
    child.once('error', (error) => {
      // A signal that cannot be sent is an error too, but the child keeps running.
      if (child.pid !== undefined) return;
      end(notStarted(error));
    });
    child.once('exit', (code, signal) => {
      if (signal === null) end({ exitCode: code ?? 1 });
      else end({ exitCode: signalExitCode(signal), signal });
    });
  });
}

/** The child, or the result for a command that spawn rejects at once. */
function start(
  command: readonly string[],
  {
    env,
    inherited,
  }: { readonly env: Readonly<Record<string, string>>; readonly inherited: Inherited },
): ChildProcess | ExitResult {
  if (!command[0]) return notFound;
  const program = programOf(command, env);
  if ('problem' in program) {
    const { problem } = program;
    return { exitCode: problem === notFound.problem ? notFound.exitCode : 126, problem };
  }
  const { file, args, ...how } = program;
  try {
    return spawn(file, args, { env, stdio: sharedStdio(inherited), ...how });
  } catch (error) {
    return notStarted(error);
  }
}

const notFound: ExitResult = { exitCode: 127, problem: 'not found' };

function notStarted(error: unknown): ExitResult {
  const code = systemErrorCode(error);
  if (code === 'ENOENT') return notFound;
  const problem =
    code === 'EACCES' || code === 'EPERM' || code === 'ENOEXEC'
      ? 'not executable'
      : `cannot be started (${code ?? 'unknown error'})`;
  return { exitCode: 126, problem };
}
