/** `authctl sandbox`: serves the declared contracts, alone or for as long as a command runs. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild, signalExitCode } from '../child/run.ts';
import type { Context } from '../context.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError } from '../errors.ts';
import { detectShell } from '../output/shell-detect.ts';
import { type ShellName, shells } from '../output/shells.ts';
import {
  changeEnvironment,
  type EnvironmentChange,
  sandboxEnvironment,
} from '../sandbox/environment.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { Notices } from '../terminal/notices.ts';
import { printable } from '../terminal/printable.ts';

/** What the command line asks for. */
export interface SandboxOptions {
  /** Absent: any free port. */
  readonly port?: number;
  /** The command and its arguments; empty: serve until a signal comes. */
  readonly command: readonly string[];
}

/** What it needs of a run. */
export interface SandboxRun {
  readonly context: Pick<
    Context,
    | 'env'
    | 'platform'
    | 'stdin'
    | 'stdout'
    | 'stderr'
    | 'clock'
    | 'uuid'
    | 'onSignal'
    | 'parentProcess'
  >;
  readonly notices: Notices;
}

/**
 * Runs the sandbox to its end. Without a command, stdout gets the statements that set the
 * environment in another terminal, in the syntax of the shell that this one runs.
 *
 * @returns the exit code: the command's, or the one that stands for the signal
 * @throws AuthctlError `usage` where the port cannot be had
 */
export async function runSandbox(
  { context, notices }: SandboxRun,
  providers: readonly Declaration[],
  { port, command }: SandboxOptions,
): Promise<number> {
  const { clock, uuid, onSignal } = context;
  // Heard from the beginning, so that no signal leaves the directory behind.
  const signals = listen(onSignal);
  const directory = await mkdtemp(join(tmpdir(), 'authctl-sandbox-'));
  try {
    const sandbox = await startSandbox(providers, {
      ...(port !== undefined && { port }),
      now: clock.now,
      uuid,
      random: randomBytes,
    });
    try {
      const change = sandboxEnvironment(providers, sandbox.origin, {
        config: join(directory, 'config'),
        state: join(directory, 'state'),
      });
      if (command.length === 0) {
        notices.notice(`serving on ${sandbox.origin}, Ctrl-C ends it`);
        notices.notice('to use it, paste these lines in another terminal:');
        await context.stdout.write(statements(change, detectShell(await context.parentProcess())));
        return signalExitCode(await signals.first);
      }
      const early = signals.received();
      if (early !== undefined) return signalExitCode(early);
      const { exitCode, problem } = await runChild(command, {
        env: changeEnvironment(context.env, change, context.platform),
        terminal: context.stdin.isTTY,
        onSignal,
      });
      if (problem)
        await context.stderr.write(`authctl: ${printable(command[0] ?? '')}: ${problem}\n`);
      return exitCode;
    } finally {
      await sandbox.close();
    }
  } finally {
    signals.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function listen(onSignal: Context['onSignal']) {
  const received: NodeJS.Signals[] = [];
  let stop = () => {};
  const first = new Promise<NodeJS.Signals>((resolve) => {
    stop = onSignal((signal) => {
      received.push(signal);
      resolve(signal);
    });
  });
  return { first, received: () => received[0], stop: () => stop() };
}

function statements({ set, unset }: EnvironmentChange, name: ShellName): string {
  const shell = shells[name];
  const lines = [
    ...unset.map((variable) => shell.unset(variable)),
    ...[...set].map(([variable, value]) => {
      const quoted = shell.quote(value);
      // The shell is a guess: where the value has a quote, another shell would run what follows it.
      if (quoted === undefined || !/^[A-Za-z0-9._~+/=:@\\ -]*$/.test(value)) {
        throw new AuthctlError('usage', `${name} cannot hold the value of ${variable}`, {
          hint: 'name the command to run: authctl sandbox -- <command>',
        });
      }
      return shell.set(variable, quoted);
    }),
  ];
  return lines.map((line) => line + shell.newline).join('');
}
