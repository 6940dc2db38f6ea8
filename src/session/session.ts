/** A session: a token set, and the key that identifies it. */
import type { TokenSet } from '../declaration/token-set.ts';
import type { SessionKey } from './key.ts';

/** A token set with its key. */
export interface Session {
  readonly key: SessionKey;
  readonly tokenSet: TokenSet;
}

/** Where a session's token came from. */
export type TokenSource = 'login' | 'refresh' | 'store';

/** A session with a usable token, and where the token came from. */
export interface Obtained {
  readonly session: Session;
  readonly source: TokenSource;
}
