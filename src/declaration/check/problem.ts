/** What a check of a declaration finds. */

/** A mistake in a declaration. */
export interface Problem {
  /** A JSON pointer to the place. */
  readonly pointer: string;
  /** What is wrong, as a clause. */
  readonly message: string;
}

/** Takes note of a mistake. */
export type Report = (pointer: string, message: string) => void;
