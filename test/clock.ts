/** A clock that a test turns on by hand, so that waits take no time. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../src/clock.ts';

/** A clock that stands still until a test lets time pass. */
export interface FakeClock extends Clock {
  /** Lets so many milliseconds pass. What is due meanwhile is called back, one after the other. */
  advance(milliseconds: number): Promise<void>;
  /** Lets time pass until something has come of a promise. */
  until<T>(promise: Promise<T>): Promise<T>;
}

/** Something to call back at a moment, in milliseconds of the monotonic clock. */
interface Timer {
  due: number;
  readonly ring: () => void;
}

/** @param start milliseconds since the epoch */
export function fakeClock(start: number = Date.now()): FakeClock {
  let passed = 0;
  const timers = new Set<Timer>();

  const next = (end: number): Timer | undefined =>
    [...timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
  /** Lets whoever was called back get on, as far as that goes without the clock. */
  const settle = async () => {
    for (let turn = 0; turn < 3; turn++) await setImmediate();
  };
  const ring = async (timer: Timer) => {
    passed = Math.max(passed, timer.due);
    timer.ring();
    await settle();
  };

  return {
    now: () => start + passed,
    monotonic: () => passed,
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        const timer: Timer = {
          due: passed + milliseconds,
          ring: () => {
            timers.delete(timer);
            resolve();
          },
        };
        timers.add(timer);
      }),
    every: (milliseconds, callback) => {
      const timer: Timer = {
        due: passed + milliseconds,
        ring: () => {
          timer.due += milliseconds;
          callback();
        },
      };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(milliseconds) {
      await settle();
      const end = passed + milliseconds;
      for (let timer = next(end); timer; timer = next(end)) await ring(timer);
      passed = end;
    },
    async until(promise) {
      let settled = false;
      const done = () => {
        settled = true;
      };
      promise.then(done, done);
      for (await settle(); !settled; ) {
        const timer = next(Number.POSITIVE_INFINITY);
        await (timer ? ring(timer) : settle());
      }
      return promise;
    },
  };
}
