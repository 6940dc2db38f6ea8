/** The time and its passing: as a value, so that tests bring their own, and the only timers. All in milliseconds. */
export interface Clock {
  /** Since the epoch, by the system's clock, which may be set at any time. */
  readonly now: () => number;
  /** Since some moment, by a monotonic clock: for differences. */
  readonly monotonic: () => number;
  /** Waits, for a day at most. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Calls back again and again, without keeping the process alive; the result stops that. */
  readonly every: (milliseconds: number, callback: () => void) => () => void;
}

/** The longest wait, a day: a number from outside may be any, and Node treats more than 24 days as 1 ms. */
export const longestWait = 86_400_000;

/** A wait that can be: from 0 to a day, and a day for what is not a number. */
export function boundedWait(milliseconds: number): number {
  return Number.isNaN(milliseconds)
    ? longestWait
    : Math.min(Math.max(milliseconds, 0), longestWait);
}

// The global timers, since `node:timers/promises` would have to be loaded.

/** Calls back once, after a day at most; the result stops that. */
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
