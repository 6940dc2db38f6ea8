/** The options for getting a token. */
import type { TokenSet } from '../declaration/token-set.ts';

/** Which token will do, and when to give up. */
export interface TokenOptions {
  /** Whether a stored token can be used. */
  readonly isGood: (tokenSet: TokenSet) => boolean;
  /** Whether the stored token met a 401, so that another one is needed. */
  readonly rejected?: boolean;
  /** Aborting it ends the wait for other processes, and releases the lock if it is held. */
  readonly signal: AbortSignal;
}
