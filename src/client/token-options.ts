/** What a caller wants of a token. */
import type { TokenSet } from '../declaration/token-set.ts';

/** What the caller wants of a token, and when to give up. */
export interface TokenOptions {
  /** Whether a stored token will do. */
  readonly isGood: (tokenSet: TokenSet) => boolean;
  /** When it is aborted, the wait for others ends, and a lock that is held is given up. */
  readonly signal: AbortSignal;
}
