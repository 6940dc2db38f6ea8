/** The clock, which tests replace, and the only timers of the program. All values are in milliseconds. */
export interface Clock {
  /** Since the epoch, by the system clock, which may be set at any time. */
  readonly now: () => number;
  /** Since an arbitrary moment, by the monotonic clock: for measuring durations. */
  readonly monotonic: () => number;
  /** Waits, for a day at most. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Calls back at an interval, without keeping the process alive, until the result is called. */
  readonly every: (milliseconds: number, callback: () => void) => () => void;
}

/** The longest wait, a day: a number from outside may have any size, and Node treats more than 24 days as 1 ms. */
export const longestWait = 86_400_000;

/** Limits a wait to between 0 and a day; NaN gives a day. */
export function boundedWait(milliseconds: number): number {
  return Number.isNaN(milliseconds)
    ? longestWait
    : Math.min(Math.max(milliseconds, 0), longestWait);
}

// The global timers, since `node:timers/promises` would have to be loaded.

/** Calls back once, after a day at most, unless the result is called before. */
export function after(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, boundedWait(milliseconds));
  return () => clearTimeout(timer);
}

/** `Clock.every` of the system. */
export function every(milliseconds: number, callback: () => void): () => void {
  const timer = setInterval(callback, boundedWait(milliseconds));
  timer.unref();
  return () => clearInterval(timer);
}
