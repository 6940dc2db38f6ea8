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

/** The longest sleep where the caller may lose the token, in milliseconds. */
const checkEvery = 2000;

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

export interface WatchOptions {
  readonly needed: number;
  readonly signal: AbortSignal;
  readonly isLost?: () => boolean;
}

/**
 * Yields a token, then each time that it has to be renewed a new one, or the transient error.
 *
 * @param needed milliseconds that every token must still be valid
 * @param isLost asked every few seconds whether the caller no longer has the token: then a valid one is
 *   yielded again
 * @throws AuthctlError any error for the first token; later only errors that are not transient
 */
export async function* watch(
  world: ClientWorld,
  target: Target,
  { needed, signal, isLost }: WatchOptions,
): AsyncGenerator<Renewal, never> {
  const { clock } = world;
  const isGood = (tokenSet: TokenSet) => isFresh(tokenSet, clock.now(), needed);
  let current: Obtained | undefined;
  let shortOnes = 0;
  for (let failures = 0; ; ) {
    try {
      const obtained = await token(world, target, { isGood, signal });
      failures = 0;
      const { tokenSet } = obtained.session;
      (await world.store()).together?.rest();
      // Before the caller takes its time.
      const began = clock.monotonic();
      if (tokenSet.accessToken !== current?.session.tokenSet.accessToken) yield { obtained };
      current = obtained;
      const atLeast = Math.min(1000 * 2 ** (shortOnes - shortOnesInTime), longestPause);
      yield* untilRenewal(current, { needed, began, atLeast, isLost }, world);
      const waited = clock.monotonic() - began;
      shortOnes = waited < Math.max(short, atLeast * 1.5) ? shortOnes + 1 : 0;
    } catch (error) {
      if (!(error instanceof AuthctlError) || !current || !transient.has(error.code)) throw error;
      failures += 1;
      const asked = (error.details.retryAfter ?? 0) * 1000;
      const own = Math.min(1000 * 2 ** failures, longestPause);
      const pause = boundedWait(Math.max(asked, own) * (1 + Math.random() / 4));
      yield { error, expired: hasExpired(current, clock.now()), pause };
      yield* during(pause, current, { isLost }, world);
    }
  }
}

interface Waiting {
  readonly isLost: (() => boolean) | undefined;
}

/** Waits by wall-clock time, in short sleeps, since timers stop while a machine is suspended. */
async function* untilRenewal(
  obtained: Obtained,
  {
    needed,
    began,
    atLeast,
    isLost,
  }: Waiting & {
    readonly needed: number;
    readonly began: number;
    readonly atLeast: number;
  },
  { clock }: Pick<ClientWorld, 'clock'>,
): AsyncGenerator<Renewal, void> {
  const { tokenSet } = obtained.session;
  // A server whose tokens are always too short would otherwise be asked in a tight loop.
  const rest = timeLeft(tokenSet, clock.now()) ?? 60_000;
  const half = Math.min(60_000, Math.max(1000, Math.min(tokenSet.lifetime ?? 60_000, rest) / 2));
  const least = Math.max(half, atLeast);
  while (isFresh(tokenSet, clock.now(), needed) || clock.monotonic() - began < least) {
    const left = timeLeft(tokenSet, clock.now()) ?? maxSleep;
    await clock.sleep(Math.max(250, Math.min(left / 20, isLost ? checkEvery : maxSleep)));
    if (!hasExpired(obtained, clock.now()) && isLost?.()) yield { obtained };
  }
}

/** Waits before the next try. */
async function* during(
  pause: number,
  obtained: Obtained,
  { isLost }: Waiting,
  { clock }: Pick<ClientWorld, 'clock'>,
): AsyncGenerator<Renewal, void> {
  const end = clock.monotonic() + pause;
  for (let left = pause; left > 0; left = end - clock.monotonic()) {
    await clock.sleep(isLost ? Math.min(left, checkEvery) : left);
    if (!hasExpired(obtained, clock.now()) && isLost?.()) yield { obtained };
  }
}

function hasExpired({ session }: Obtained, now: number): boolean {
  const left = timeLeft(session.tokenSet, now);
  return left !== null && left <= 0;
}
