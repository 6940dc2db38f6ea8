/** A token that stays good: a new one before each expiry, for as long as somebody asks for the next. */
import { boundedWait } from '../clock.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { AuthctlError, type ErrorCode } from '../errors.ts';
import { isFresh, timeLeft } from '../session/freshness.ts';
import type { Obtained } from '../session/session.ts';
import type { Target } from './target.ts';
import { token } from './token.ts';
import type { ClientWorld } from './world.ts';

/** What may be over in a while: the token that is there stays until then. */
const transient: ReadonlySet<ErrorCode> = new Set([
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

/** Milliseconds; a token that has to be renewed sooner counts as a short one. */
const short = 10_000;
/** So many short tokens in a row are renewed in time; then each wait is twice the one before. */
const shortOnesInTime = 5;
/** Milliseconds that lie between two renewals of tokens that are short without end. */
const longestPause = 60_000;

/** What came of one try. */
export type Renewal =
  | { readonly obtained: Obtained }
  /** Nothing new yet. */
  | {
      readonly error: AuthctlError;
      /** Whether the token that is there has expired meanwhile. */
      readonly expired: boolean;
      /** Milliseconds until the next try. */
      readonly pause: number;
    };

/**
 * Gives a token, and each time that it has to be renewed another one, or what hinders that for now.
 *
 * @param needed milliseconds that every token must still live
 * @throws AuthctlError whatever hinders the first token; later only what will not pass by itself
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

/** Waits by the clock on the wall, in short naps: a machine that sleeps stops its timers. */
async function sleepUntilRenewal(
  tokenSet: TokenSet,
  { needed, atLeast }: { readonly needed: number; readonly atLeast: number },
  { clock }: Pick<ClientWorld, 'clock'>,
): Promise<void> {
  const start = clock.monotonic();
  // A server whose tokens are shorter than is needed would be asked without end.
  const half = Math.min(60_000, Math.max(1000, (tokenSet.lifetime ?? 60_000) / 2));
  const least = Math.max(half, atLeast);
  while (isFresh(tokenSet, clock.now(), needed) || clock.monotonic() - start < least) {
    const left = timeLeft(tokenSet, clock.now()) ?? longestNap;
    await clock.sleep(Math.max(250, Math.min(left / 20, longestNap)));
  }
}
