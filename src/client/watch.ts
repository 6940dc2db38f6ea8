/** A token that stays good: a new one before each expiry, for as long as somebody asks for the next. */
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
  for (let failures = 0; ; ) {
    try {
      const obtained = await token(world, target, { isGood, signal });
      failures = 0;
      const { tokenSet } = obtained.session;
      if (tokenSet.accessToken !== current?.accessToken) yield { obtained };
      current = tokenSet;
      await sleepUntilRenewal(current, needed, world);
    } catch (error) {
      if (!(error instanceof AuthctlError) || !current || !transient.has(error.code)) throw error;
      failures += 1;
      const asked = (error.details.retryAfter ?? 0) * 1000;
      const own = Math.min(1000 * 2 ** failures, 60_000);
      const pause = Math.max(asked, own) * (1 + Math.random() / 4);
      const left = timeLeft(current, clock.now());
      yield { error, expired: left !== null && left <= 0, pause };
      await clock.sleep(pause);
    }
  }
}

/** Waits by the clock on the wall, in short naps: a machine that sleeps stops its timers. */
async function sleepUntilRenewal(
  tokenSet: TokenSet,
  needed: number,
  { clock }: Pick<ClientWorld, 'clock'>,
): Promise<void> {
  const start = clock.monotonic();
  // A server whose tokens are shorter than is needed would be asked without end.
  const least = Math.min(60_000, Math.max(1000, (tokenSet.lifetime ?? 60_000) / 2));
  while (isFresh(tokenSet, clock.now(), needed) || clock.monotonic() - start < least) {
    const left = timeLeft(tokenSet, clock.now()) ?? longestNap;
    await clock.sleep(Math.max(250, Math.min(left / 20, longestNap)));
  }
}
