/** A session: a token set under the key that it is known by. */
import type { TokenSet } from '../declaration/token-set.ts';
import type { SessionKey } from './key.ts';

/** A token set, and whose it is. */
export interface Session {
  readonly key: SessionKey;
  readonly tokenSet: TokenSet;
}

/** Where a session's token came from. */
export type TokenSource = 'login' | 'refresh' | 'store';

/** A session with a token to use, and where it came from. */
export interface Obtained {
  readonly session: Session;
  readonly source: TokenSource;
}
