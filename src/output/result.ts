/** The input and the output of the output formats. */
import type { TokenSet } from '../declaration/token-set.ts';

/** A token set with everything that a format may print about it. */
export interface Result {
  readonly provider: string;
  readonly profile: string;
  readonly baseUrl: string;
  readonly tokenSet: TokenSet;
  /** The header that carries the token. */
  readonly header: { readonly name: string; readonly value: string };
  readonly source: 'login' | 'refresh' | 'store';
  /** Milliseconds since the epoch, for the seconds left. */
  readonly now: number;
}

/** A formatted result. */
export interface Outcome {
  readonly stdout: string;
  /** The text to append to a file. */
  readonly append?: { readonly path: string; readonly text: string };
}
