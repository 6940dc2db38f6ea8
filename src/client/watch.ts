/** Keeps a token valid: yields a new one before each expiry, until the caller stops iterating. */
import { boundedWait } from '../clock.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { AuthctlError, type ErrorCode } from '../errors.ts';
import { isFresh, timeLeft } from '../session/freshness.ts';
import type { Obtained } from '../session/session.ts';
import type { Target } from './target.ts';
import { token } from './token.ts';
import type { ClientWorld } from './world.ts';

/** Errors that may pass by themselves: after one of them, the renewal is tried again. */
const transient: ReadonlySet<ErrorCode> = new Set([
  'network',
  'timeout',
  'tls',
  'server_error',
  'rate_limited',
  'redirect',
  'bad_answer',
]);

/** The longest sleep, in milliseconds: after a suspend, the new time must be noticed soon. */
const maxSleep = 15_000;

/** In milliseconds: a token that has to be renewed sooner is a short one. */
const short = 10_000;
/** This many short tokens in a row are renewed in time; after that, each wait is twice the last. */
const shortOnesInTime = 5;
/** The longest wait between renewals of short tokens, in milliseconds. */
const longestPause = 60_000;

/** The result of one attempt. */
export type Renewal =
  | { readonly obtained: Obtained }
  /** The attempt failed with a transient error. */
  | {
      readonly error: AuthctlError;
      /** Whether the current token has expired. */
      readonly expired: boolean;
      /** Milliseconds until the next try. */
      readonly pause: number;
    };

/**
 * Yields a token, then each time that it has to be renewed a new one, or the transient error.
 *
 * @param needed milliseconds that every token must still be valid
 * @throws AuthctlError any error for the first token; later only errors that are not transient
 */
export async function* watch(
  world: ClientWorld,
  target: Target,
  { needed, signal }: { readonly needed: number; readonly signal: AbortSignal },
): AsyncGenerator<Renewal, never> {
  const { clock } = world;
  const isGood = (tokenSet: TokenSet) => isFresh(tokenSet, clock.now(), needed);
  let current: TokenSet | undefined;
  let shortOnes = 0;
  for (let failures = 0; ; ) {
    try {
      const obtained = await token(world, target, { isGood, signal });
      failures = 0;
      const { tokenSet } = obtained.session;
      if (tokenSet.accessToken !== current?.accessToken) yield { obtained };
      current = tokenSet;
      const began = clock.monotonic();
      const atLeast = Math.min(1000 * 2 ** (shortOnes - shortOnesInTime), longestPause);
      await sleepUntilRenewal(current, { needed, atLeast }, world);
      const waited = clock.monotonic() - began;
      shortOnes = waited < Math.max(short, atLeast * 1.5) ? shortOnes + 1 : 0;
    } catch (error) {
      if (!(error instanceof AuthctlError) || !current || !transient.has(error.code)) throw error;
      failures += 1;
      const asked = (error.details.retryAfter ?? 0) * 1000;
      const own = Math.min(1000 * 2 ** failures, longestPause);
      const pause = boundedWait(Math.max(asked, own) * (1 + Math.random() / 4));
      const left = timeLeft(current, clock.now());
      yield { error, expired: left !== null && left <= 0, pause };
      await clock.sleep(pause);
    }
  }
}

/** Waits by wall-clock time, in short sleeps, since timers stop while a machine is suspended. */
async function sleepUntilRenewal(
  tokenSet: TokenSet,
  { needed, atLeast }: { readonly needed: number; readonly atLeast: number },
  { clock }: Pick<ClientWorld, 'clock'>,
): Promise<void> {
  const start = clock.monotonic();
  // A server whose tokens are always too short would otherwise be asked in a tight loop.
  const half = Math.min(60_000, Math.max(1000, (tokenSet.lifetime ?? 60_000) / 2));
  const least = Math.max(half, atLeast);
  while (isFresh(tokenSet, clock.now(), needed) || clock.monotonic() - start < least) {
    const left = timeLeft(tokenSet, clock.now()) ?? maxSleep;
    await clock.sleep(Math.max(250, Math.min(left / 20, maxSleep)));
  }
}
