/** Remembers the logins and logouts that are in progress. */

/** A login or a logout in progress. */
export interface Attempt {
  /** Which login or logout of the declaration it is. */
  readonly flow: string;
  /** The index of the request that was answered last. */
  at: number;
  /** What steps have given. */
  values: ReadonlyMap<string, string>;
}

/** How many are remembered; the oldest are forgotten first. */
const maxAttempts = 100;

/** Attempts, the newest first. */
export class Attempts {
  #all: readonly Attempt[] = [];

  of(flow: string): readonly Attempt[] {
    return this.#all.filter((each) => each.flow === flow);
  }

  /** Puts an attempt before the others. */
  keep(attempt: Attempt): void {
    this.#all = [attempt, ...this.#all.filter((each) => each !== attempt)].slice(0, maxAttempts);
  }

  end(attempt: Attempt): void {
    this.#all = this.#all.filter((each) => each !== attempt);
  }
}
