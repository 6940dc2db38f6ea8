/** Formats the expiry of a token, as a time and as the seconds left. */
import { endOf, type TokenSet } from '../declaration/token-set.ts';

/** 9999-12-31T23:59:59Z. Parsers expect a year of four digits. */
const latest = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Milliseconds since the epoch; null when unknown. */
function expiry(tokenSet: TokenSet): number | null {
  const end = endOf(tokenSet);
  return end === null ? null : Math.min(end, latest);
}

/** In ISO 8601 UTC, rounded down to the second; null when unknown. */
export function expiresAt(tokenSet: TokenSet): string | null {
  const at = expiry(tokenSet);
  return at === null ? null : `${new Date(at).toISOString().slice(0, -'.000Z'.length)}Z`;
}

/**
 * Whole seconds left, rounded down; 0 after the expiry; null when unknown.
 *
 * @param now milliseconds since the epoch
 */
export function expiresIn(tokenSet: TokenSet, now: number): number | null {
  const at = expiry(tokenSet);
  return at === null ? null : Math.max(0, Math.floor((at - now) / 1000));
}
