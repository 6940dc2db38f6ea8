/** What a sandbox needs from the outside: the time and randomness. */
export interface World {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly uuid: () => string;
  /** Random bytes. */
  readonly random: (bytes: number) => Uint8Array;
}
