/** Whether a stored token can still be used. The launcher uses it. */
import { endOf, type TokenSet } from '../declaration/token-set.ts';

/** Milliseconds that a token of unknown lifetime is used. */
const assumedLifetime = 60_000;

/** Milliseconds until a token expires; null if its lifetime is unknown. */
export function timeLeft(tokenSet: TokenSet, now: number): number | null {
  const end = endOf(tokenSet);
  return end === null ? null : end - now;
}

/** A token that is to be renewed ahead, as if it were not: for where that is not possible, or under way. */
export function withoutRenewal(tokenSet: TokenSet): TokenSet {
  if (tokenSet.shared?.renewal === undefined) return tokenSet;
  const { renewal: _, ...shared } = tokenSet.shared;
  return { ...tokenSet, shared };
}

/**
 * Whether enough of the lifetime is left: more than 60 seconds or a tenth of the lifetime, whichever
 * is less, and more than the caller needs. One that is shared is fresh until it is to be renewed ahead.
 *
 * @param now milliseconds since the epoch; if it is before the token's arrival, the clock was set
 *   back, and the token counts as stale
 * @param needed milliseconds that the caller needs the token for
 */
export function isFresh(tokenSet: TokenSet, now: number, needed = 0): boolean {
  return now >= tokenSet.receivedAt && timeFresh(tokenSet, now, needed) > 0;
}

/** Milliseconds for which `isFresh` holds; negative if it does not any more. */
export function timeFresh(tokenSet: TokenSet, now: number, needed = 0): number {
  const { receivedAt, lifetime, idle = Infinity, shared } = tokenSet;
  // Without a renewal this is no number, and nothing is later.
  if (shared && now >= (shared.renewal ?? Infinity)) return 0;
  const end = endOf(tokenSet);
  if (end === null) return receivedAt + assumedLifetime - now;
  const whole = Math.min(lifetime ?? Infinity, idle);
  return end - now - Math.max(Math.min(60_000, whole / 10), needed);
}

/**
 * Prints a notice if a token expires sooner than was asked for.
 *
 * @param needed milliseconds; 0 if nothing was asked for
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
  notice(`notice: the token expires in ${seconds} s, which is within --min-ttl`);
}
