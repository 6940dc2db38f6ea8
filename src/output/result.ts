/** The input and the output of the output formats. */
import type { TokenSet } from '../declaration/token-set.ts';
import type { Carried } from '../declaration/use.ts';

/** A variable that a result sets. */
export interface Variable {
  readonly name: string;
  /** If absent, an older value of the variable must not be kept. */
  readonly value?: string;
  readonly secret: boolean;
}

/** A token set with everything that a format may print about it. */
export interface Result {
  readonly provider: string;
  readonly profile: string;
  readonly baseUrl: string;
  readonly tokenSet: TokenSet;
  /** What a call needs besides the token, and how it carries all of it. */
  readonly carried: Carried;
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
