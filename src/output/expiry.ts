/** When a token ends, in the two ways that formats say it. */
import type { TokenSet } from '../declaration/token-set.ts';

/** 9999-12-31T23:59:59Z: what lies beyond has no four-digit year, which readers expect. */
const latest = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Milliseconds since the epoch; null when unknown. */
function expiry(tokenSet: TokenSet): number | null {
  if (tokenSet.lifetime === null) return null;
  return Math.min(tokenSet.receivedAt + tokenSet.lifetime, latest);
}

/** The moment in ISO 8601 UTC to the second (rounded down), or null when unknown. */
export function expiresAt(tokenSet: TokenSet): string | null {
  const at = expiry(tokenSet);
  return at === null ? null : `${new Date(at).toISOString().slice(0, -'.000Z'.length)}Z`;
}

/**
 * Whole seconds left (rounded down), 0 once it is over, or null when unknown.
 * @param now milliseconds since the epoch
 */
export function expiresIn(tokenSet: TokenSet, now: number): number | null {
  const at = expiry(tokenSet);
  return at === null ? null : Math.max(0, Math.floor((at - now) / 1000));
}
