/** `authctl sandbox`: serves the declared login contracts, until a signal or the end of a command. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { childEnvironment } from '../child/environment.ts';
import { runChild, signalExitCode } from '../child/run.ts';
import type { Context } from '../context.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { flagName } from '../declaration/names.ts';
import { AuthctlError, endedBy } from '../errors.ts';
import { makeTrustedDirectory } from '../files/trusted-directory.ts';
import { detectShell } from '../output/shell-detect.ts';
import { type ShellName, shells } from '../output/shells.ts';
import { declarationsIn } from '../providers/declared.ts';
import {
  demoCodes,
  type EnvironmentChange,
  sandboxEnvironment,
  sandboxVariable,
} from '../sandbox/environment.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { Notices } from '../terminal/notices.ts';
import { printable } from '../terminal/printable.ts';

export interface SandboxOptions {
  /** By default, any free port. */
  readonly port?: number;
  /** The command and its arguments; if empty, the sandbox serves until a signal. */
  readonly command: readonly string[];
}

/** The parts of a run that the sandbox needs. */
export interface SandboxRun {
  readonly context: Pick<
    Context,
    | 'env'
    | 'platform'
    | 'stdout'
    | 'stderr'
    | 'clock'
    | 'uuid'
    | 'uid'
    | 'onSignal'
    | 'inherited'
    | 'endBy'
    | 'directories'
    | 'parentProcess'
  >;
  readonly notices: Notices;
}

/**
 * Runs the sandbox. Without a command, it prints statements that set the environment in another
 * terminal, in the syntax of the parent process's shell.
 *
 * @returns the exit code: the command's, or that of the signal
 * @throws AuthctlError `usage` if the port is not available; `setting_missing` if others could change
 *   the directory for its files
 */
export async function runSandbox(
  { context, notices }: SandboxRun,
  providers: readonly Declaration[],
  { port, command }: SandboxOptions,
): Promise<number> {
  const { clock, uuid, onSignal } = context;
  // Before the directory is created, so that no signal leaves it behind.
  const signals = listen(onSignal);
  // Before the server listens.
  const inherited = await context.inherited();
  const directory = makeOwnDirectory(
    context,
    providers.some(({ file }) => file),
  );
  try {
    const sandbox = await startSandbox(providers, {
      ...(port !== undefined && { port }),
      now: clock.now,
      uuid,
      random: randomBytes,
    });
    try {
      const config = join(directory, 'config');
      copyDeclarations(config, providers);
      const state = join(directory, 'state');
      const change = sandboxEnvironment(providers, sandbox.origin, { config, state });
      if (command.length === 0) {
        const lines = statements(change, detectShell(await context.parentProcess()));
        notices.notice('to use it, paste these lines in another terminal:');
        noticeCodes(notices, providers);
        await context.stdout.write(lines);
        // Last, so that it stays in sight.
        notices.notice(`serving on ${sandbox.origin}, Ctrl-C ends it`);
        throw endedBy(await signals.first);
      }
      // A script's output stays as it is.
      if (context.stderr.isTTY) {
        if (isShell(command)) {
          notices.notice(
            `this shell is in the sandbox at ${sandbox.origin} (${sandboxVariable}); exit ends both`,
          );
        }
        noticeCodes(notices, providers);
      }
      const early = signals.received();
      if (early !== undefined) return endBy(context, early);
      const { exitCode, signal, problem } = await runChild(command, {
        env: childEnvironment(
          context.env,
          change.unset,
          Object.fromEntries(change.set),
          context.platform,
        ),
        onSignal,
        inherited,
      });
      if (signal !== undefined) context.endBy(signal);
      if (problem) {
        const [file = ''] = command;
        const isProvider = providers.some(({ name }) => name === file);
        const what = isProvider
          ? `${file} is a provider, and no command\nhint: authctl sandbox -- authctl token ${file}`
          : `${printable(file)}: ${problem}`;
        await context.stderr.write(`authctl: ${what}\n`);
      }
      return exitCode;
    } finally {
      await sandbox.close();
    }
  } finally {
    signals.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

const shellNames: readonly string[] = [
  ...['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh', 'mksh', 'csh', 'tcsh', 'fish'],
  ...['nu', 'elvish', 'xonsh', 'pwsh', 'powershell', 'cmd'],
];

/** Whether a command starts a shell for a user to type in. */
function isShell([file = '', ...args]: readonly string[]): boolean {
  const name = basename(file.replaceAll('\\', '/')).replace(/\.exe$/i, '');
  const isInteractive = args.every((arg) => /^-/.test(arg) && !/^-[a-z]*c$/.test(arg));
  return shellNames.includes(name) && isInteractive;
}

/** Says which one-time codes the demo accounts have: there are no variables for them. */
function noticeCodes({ notice }: Notices, providers: readonly Declaration[]): void {
  for (const { provider, field, code } of demoCodes(providers)) {
    notice(`the one-time code of ${provider} is ${code}: ${flagName(field)} ${code}`);
  }
}

function endBy(context: Pick<Context, 'endBy'>, signal: NodeJS.Signals): number {
  context.endBy(signal);
  return signalExitCode(signal);
}

/**
 * Makes a directory.
 *
 * @param declares whether declarations will be in it: they are read only from the user's own places
 * @throws AuthctlError `setting_missing`
 */
function makeOwnDirectory(
  { uid, uuid, directories }: Pick<Context, 'uid' | 'uuid' | 'directories'>,
  declares: boolean,
): string {
  let problem: unknown;
  const name = `authctl-sandbox-${uuid()}`;
  const temporary = () => resolve(tmpdir());
  for (const parent of declares ? [() => directories().state, temporary] : [temporary]) {
    try {
      const directory = join(parent(), name);
      // It is removed with all that is in it, so others must not be able to put another one there.
      makeTrustedDirectory(directory, uid);
      return directory;
    } catch (error) {
      problem = error;
    }
  }
  const reason = problem instanceof Error ? problem.message : 'an error';
  throw new AuthctlError('setting_missing', `no directory for temporary files: ${reason}`, {
    hint: 'export TMPDIR=/tmp',
    cause: problem,
  });
}

/** Puts the declared providers where the sandbox's environment has its config. */
function copyDeclarations(config: string, providers: readonly Declaration[]): void {
  for (const { file, ...declaration } of providers) {
    if (!file) continue;
    mkdirSync(declarationsIn(config), { recursive: true, mode: 0o700 });
    const path = `${declarationsIn(config)}/${declaration.name}.json`;
    writeFileSync(path, JSON.stringify(declaration), { mode: 0o600 });
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

/** A word or a path, or a key in JSON. */
const safeValue = /^(?:[A-Za-z0-9._~+/=:@\\ -]*|\{[A-Za-z0-9_:",-]*\})$/;

function statements({ set, unset }: EnvironmentChange, name: ShellName): string {
  const shell = shells[name];
  const lines = [
    ...unset.map((variable) => shell.unset(variable)),
    ...[...set].map(([variable, value]) => {
      const quoted = shell.quote(value);
      // The shell is a guess: another shell would end the quotes of this one early, and run the rest.
      if (quoted === undefined || !safeValue.test(value)) {
        throw new AuthctlError(
          'usage',
          `the value of ${variable} cannot be quoted safely for ${name}`,
          {
            hint: 'authctl sandbox --help',
          },
        );
      }
      return shell.set(variable, quoted);
    }),
  ];
  return lines.map((line) => line + shell.newline).join('');
}
