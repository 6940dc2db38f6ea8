/** What a sandbox takes from outside itself: the time, and what nobody can guess. */
export interface World {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly uuid: () => string;
  /** Random bytes. */
  readonly random: (bytes: number) => Uint8Array;
}
