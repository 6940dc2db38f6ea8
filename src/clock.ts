/** The clock and timers of the program, which tests replace. All values are in milliseconds. */
export interface Clock {
  /** Since the epoch, by the system clock, which may be set at any time. */
  readonly now: () => number;
  /** Since an arbitrary moment, by the monotonic clock: for measuring durations. */
  readonly monotonic: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Calls back at an interval, without keeping the process alive, until the result is called. */
  readonly every: (milliseconds: number, callback: () => void) => () => void;
}
