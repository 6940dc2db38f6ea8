/** Whether a stored token can still be used. Loads nothing: it is on the way to a token that is there. */
import type { TokenSet } from '../declaration/token-set.ts';

/** Milliseconds that a token of unknown lifetime is kept. */
const unknownKept = 60_000;

/** Milliseconds that a token still lives; null where that is unknown. */
export function timeLeft({ receivedAt, lifetime }: TokenSet, now: number): number | null {
  return lifetime === null ? null : receivedAt + lifetime - now;
}

/**
 * Whether more of the lifetime is left than must be: 60 seconds or a tenth of the lifetime, whichever
 * is less, or what the caller needs if that is more.
 *
 * @param now milliseconds since the epoch; before the token's arrival the clock was set back, and
 *   nothing can be said
 * @param needed milliseconds that the caller needs it for
 */
export function isFresh(tokenSet: TokenSet, now: number, needed = 0): boolean {
  const { receivedAt, lifetime } = tokenSet;
  if (now < receivedAt) return false;
  if (lifetime === null) return now < receivedAt + unknownKept;
  return receivedAt + lifetime - now > Math.max(Math.min(60_000, lifetime / 10), needed);
}

/**
 * Says that a token lives less long than was asked for.
 *
 * @param needed milliseconds
 */
export function noteIfShort(
  tokenSet: TokenSet,
  now: number,
  needed: number,
  notice: (text: string) => void,
): void {
  const left = timeLeft(tokenSet, now);
  if (left === null || needed === 0 || left > needed) return;
  const seconds = Math.max(0, Math.floor(left / 1000));
  notice(`notice: the token lives ${seconds} s more, which is less than --min-ttl`);
}
