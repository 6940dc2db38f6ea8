/** The time and its passing, as a value: tests bring their own. All in milliseconds. */
export interface Clock {
  /** Since the epoch, by the system's clock, which may be set at any time. */
  readonly now: () => number;
  /** Since some moment, by a monotonic clock: for differences. */
  readonly monotonic: () => number;
  /** Waits. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Calls back again and again, without keeping the process alive; the result stops that. */
  readonly every: (milliseconds: number, callback: () => void) => () => void;
}
