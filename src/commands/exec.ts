/** `authctl exec <provider>[,…] -- <command>`: runs a command with tokens in its environment. */

import { childEnvironment } from '../child/environment.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { secretVariables } from '../declaration/names.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { AuthctlError } from '../errors.ts';
import { expiresAt } from '../output/expiry.ts';
import { variableNames } from '../output/variables.ts';
import type { Run } from '../run.ts';
import { isFresh, timeLeft } from '../session/freshness.ts';
import { printable } from '../terminal/printable.ts';
import { interruptible, tokenSource, warnIfShort } from './obtain.ts';
import { duration, type RawOptions, text } from './options.ts';

/**
 * Runs the command.
 *
 * @returns its exit code; 128 + n where signal n ended it; 126 not executable, 127 not found
 * @throws AuthctlError whatever goes wrong on the way to a token: then the command was not started,
 *   and the hint says so
 */
export async function exec(
  run: Run,
  declarations: readonly Declaration[],
  options: RawOptions,
  command: readonly string[],
): Promise<number> {
  const { context } = run;
  try {
    if (command.length === 0) {
      throw new AuthctlError('usage', 'exec needs a command to run', {
        hint: `authctl exec ${declarations.map(({ name }) => name).join(',')} -- <command>`,
      });
    }
    const added: Record<string, string> = {};
    for (const declaration of declarations) {
      Object.assign(added, await variablesFor(run, declaration, options));
    }
    const { runChild } = await import('../child/run.ts');
    const { exitCode, problem } = await runChild(command, {
      env: childEnvironment(context.env, declarations.flatMap(secretVariables), added),
      terminal: context.stdin.isTTY,
      onSignal: context.onSignal,
    });
    if (problem !== undefined) {
      await context.stderr.write(`authctl: ${printable(command[0] ?? '')}: ${problem}\n`);
    }
    return exitCode;
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    const { hint } = error.details;
    const started = 'the command was not started';
    throw new AuthctlError(error.code, error.message, {
      ...error.details,
      hint: hint === undefined ? started : `${hint} (${started})`,
    });
  }
}

async function variablesFor(
  run: Run,
  declaration: Declaration,
  options: RawOptions,
): Promise<Record<string, string>> {
  const { now } = run.context;
  const names = variableNames(declaration.name, text(options, 'var'));
  const needed = duration('--min-ttl', text(options, 'minTtl') ?? '0');
  const source = await tokenSource(run, declaration, options);
  const { session } = await interruptible(run, () =>
    source.obtain((tokenSet) => isGoodForCommand(tokenSet, now(), needed)),
  );
  const { tokenSet } = session;
  warnIfShort(run, timeLeft(tokenSet, now()), needed);
  const expiry = expiresAt(tokenSet);
  return {
    [names.token]: tokenSet.accessToken,
    ...(expiry !== null && { [names.expiresAt]: expiry }),
  };
}

/** A command may run for long, so it starts with at least half of a lifetime. */
function isGoodForCommand(tokenSet: TokenSet, now: number, needed: number): boolean {
  return isFresh(tokenSet, now, Math.max(needed, (tokenSet.lifetime ?? 0) / 2));
}
