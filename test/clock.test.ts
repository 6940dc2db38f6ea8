/** That no wait is longer than a day, whatever number asks for it. */
import { expect, test } from '@jest/globals';
import { systemClock } from '../src/cli/context.ts';
import { after, boundedWait, every } from '../src/clock.ts';

const day = 86_400_000;

test.each([
  [-1, 0],
  [0, 0],
  [1.5, 1.5],
  [day, day],
  [day + 1, day],
  [2 ** 31, day],
  [1e300, day],
  [Number.POSITIVE_INFINITY, day],
  [Number.NEGATIVE_INFINITY, 0],
  [Number.NaN, day],
])('a wait of %s ms is one of %s ms', (given, expected) => {
  expect(boundedWait(given)).toBe(expected);
});

test.each([2 ** 31, 365 * day, Number.NaN])(
  'a timer of %s ms is not due at once',
  async (given) => {
    const called: string[] = [];
    const stops = [
      after(given, () => called.push('after')),
      every(given, () => called.push('every')),
    ];
    await systemClock.sleep(30);
    for (const stop of stops) stop();
    expect(called).toEqual([]);
  },
);
