/** Runs a command line and returns its exit code. Errors are printed here and nowhere else. */
import { join } from 'node:path';
import type { OnSignal } from '../child/run.ts';
import type { Context } from '../context.ts';
import { configName } from '../directories.ts';
import { type AuthctlError, endedBy } from '../errors.ts';
import { providers } from '../providers/index.ts';
import type { Run } from '../run.ts';
import { createRedactor } from '../secrets/redact.ts';
import { asAuthctlError, formatError } from '../terminal/error.ts';
import { runCommandLine } from './command-line.ts';
import { declaredProviders } from './declared.ts';
import { openRun } from './open-run.ts';
import { readErrorFormat } from './plain.ts';

/**
 * @param argv the arguments, without the program's name
 * @param makeContext receives a function that prints a notice
 * @returns the exit code; never throws
 */
export async function main(
  argv: readonly string[],
  version: string,
  makeContext: (notice: (text: string) => void) => Context,
): Promise<number> {
  const secrets = createRedactor();
  let run: Run | undefined;
  // Notices from before the options are known, such as --quiet.
  const early: string[] = [];
  const notice = (text: string) => {
    if (run) run.notices.notice(text);
    else early.push(text);
  };
  const context = makeContext(notice);
  const signals = signalsOf(context);
  const errorFormat = readErrorFormat(argv);
  let printed = '';
  try {
    const work = runCommandLine(
      argv,
      {
        providers,
        version,
        columns: () => columnsOf(context),
        print: (text) => {
          printed += text;
        },
        open: (raw) => {
          run = openRun(
            { context: { ...context, onSignal: signals.onSignal }, secrets, errorFormat, version },
            raw,
          );
          for (const text of early.splice(0)) run.notices.notice(text);
          return run;
        },
      },
      declaredProviders(context, version, notice),
    );
    const exitCode = await Promise.race([work, signals.ended]);
    if (printed !== '') await context.stdout.write(printed);
    return exitCode;
  } catch (thrown) {
    const error = await advised(await explained(asAuthctlError(thrown), run), context);
    const { stderr } = run?.context ?? context;
    await stderr.write(formatError(error, errorFormat, secrets)).catch(() => {});
    const { signal, typed } = error.details;
    if (signal !== undefined) context.endBy(signal, typed);
    return error.exitCode;
  }
}

async function advised(error: AuthctlError, { directories }: Context): Promise<AuthctlError> {
  if (error.code !== 'config_broken') return error;
  const { withAdvice } = await import('../config/advice.ts');
  return withAdvice(error, join(directories().config, configName));
}

/** Only an error that a profile may be to blame for loads what looks for it. */
async function explained(error: AuthctlError, run: Run | undefined): Promise<AuthctlError> {
  if (!run || run.profile === 'default') return error;
  const { withProfileMeant } = await import('./unknown-profile.ts');
  return withProfileMeant(error, run);
}

/** The width for help: COLUMNS, else that of the terminal. */
function columnsOf({ env, stdout }: Context): number | undefined {
  return Number(env['COLUMNS']) || stdout.columns;
}

/** Ends the work by a signal, where the work has no listener of its own. */
function signalsOf({ onSignal }: Context): {
  readonly onSignal: OnSignal;
  readonly ended: Promise<never>;
} {
  let listeners = 0;
  const ended = new Promise<never>((_, reject) => {
    onSignal((signal) => {
      if (listeners === 0) reject(endedBy(signal));
    });
  });
  // It may come when the work has ended.
  ended.catch(() => {});
  return {
    ended,
    onSignal: (callback, signals) => {
      listeners++;
      const stop = onSignal(callback, signals);
      return () => {
        listeners--;
        stop();
      };
    },
  };
}
