/** `authctl token --out-file F --watch`: replaces the token in a file before each expiry, until it is ended. */

import { childEnvironment } from '../child/environment.ts';
import type { Obtained } from '../client/obtain.ts';
import type { Clock } from '../clock.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { secretVariables } from '../declaration/names.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { AuthctlError, type ErrorCode } from '../errors.ts';
import type { Run } from '../run.ts';
import { isFresh, timeLeft } from '../session/freshness.ts';
import { interruptible } from './obtain.ts';
import type { Print } from './print.ts';

/** What is watched. */
export interface Watch {
  readonly declaration: Declaration;
  readonly obtain: () => Promise<Obtained>;
  readonly print: Print;
  /** Milliseconds that every token must still live. */
  readonly needed: number;
  readonly outFile: string;
  readonly onRenew: string | undefined;
}

/** What may be over in a while: the token in the file stays until then. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'network',
  'timeout',
  'tls',
  'server_error',
  'rate_limited',
  'redirect',
  'bad_answer',
]);

/** Milliseconds; a laptop that slept must notice soon that time has passed. */
const longestNap = 15_000;

/**
 * Runs until a signal comes.
 *
 * @throws AuthctlError whatever hinders the first token; later only what will not pass by itself
 */
export async function keepFresh(run: Run, watch: Watch): Promise<void> {
  await interruptible(run, () => keepOn(run, watch));
}

async function keepOn(run: Run, { declaration, obtain, print, needed, outFile, onRenew }: Watch) {
  const { context, notices } = run;
  let written: TokenSet | undefined;
  for (let failures = 0; ; ) {
    try {
      const { session, source } = await obtain();
      failures = 0;
      if (session.tokenSet.accessToken !== written?.accessToken) {
        await print(session, source);
        notices.detail(`wrote ${outFile}`);
        if (onRenew !== undefined) await tellProgram(run, declaration, onRenew, outFile);
      }
      written = session.tokenSet;
      await sleepUntilRenewal(written, needed, context.clock);
    } catch (error) {
      if (!(error instanceof AuthctlError) || !written || !passing.has(error.code)) throw error;
      failures += 1;
      const asked = (error.details.retryAfter ?? 0) * 1000;
      const pause =
        Math.max(asked, Math.min(1000 * 2 ** failures, 60_000)) * (1 + Math.random() / 4);
      const left = timeLeft(written, context.now());
      const state = left !== null && left <= 0 ? 'has expired' : 'stays';
      notices.notice(
        `${error.message}; the token in ${outFile} ${state}, next try in ${Math.round(pause / 1000)} s`,
      );
      await context.clock.sleep(pause);
    }
  }
}

/** Waits by the clock on the wall, in short naps: a machine that sleeps stops its timers. */
async function sleepUntilRenewal(
  tokenSet: TokenSet,
  needed: number,
  { now, monotonic, sleep }: Clock,
) {
  const start = monotonic();
  // A server whose tokens are shorter than is needed would be asked without end.
  const least = Math.min(60_000, Math.max(1000, (tokenSet.lifetime ?? 60_000) / 2));
  while (isFresh(tokenSet, now(), needed) || monotonic() - start < least) {
    const left = timeLeft(tokenSet, now()) ?? longestNap;
    await sleep(Math.max(250, Math.min(left / 20, longestNap)));
  }
}

async function tellProgram(
  { context, notices }: Run,
  declaration: Declaration,
  command: string,
  outFile: string,
): Promise<void> {
  const { runShellLine } = await import('../child/shell-line.ts');
  const env = childEnvironment(context.env, secretVariables(declaration), {
    AUTHCTL_OUT_FILE: outFile,
  });
  const problem = await runShellLine(command, env);
  if (problem !== undefined) notices.notice(`notice: the --on-renew command ${problem}`);
}
