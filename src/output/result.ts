/** What goes into an output format, and what comes out of it. */
import type { TokenSet } from '../declaration/token-set.ts';

/** What a login, a refresh or the store gave, with all that a format may want to say about it. */
export interface Result {
  readonly provider: string;
  readonly profile: string;
  readonly baseUrl: string;
  readonly tokenSet: TokenSet;
  /** The header that carries the token, the token filled in. */
  readonly header: { readonly name: string; readonly value: string };
  readonly source: 'login' | 'refresh' | 'store';
  /** Milliseconds since the epoch: the moment from which the seconds left are counted. */
  readonly now: number;
}

/** The bytes that a format makes of a result. */
export interface Outcome {
  readonly stdout: string;
  /** What is to be added to the end of a file. */
  readonly append?: { readonly path: string; readonly text: string };
}
