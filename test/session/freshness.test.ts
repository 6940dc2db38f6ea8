import { describe, expect, test } from '@jest/globals';
import { isFresh, timeLeft } from '../../src/session/freshness.ts';

const receivedAt = 1_800_000_000_000;
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** A token of some lifetime, some time after it came. */
function after(age: number, lifetime: number | null, needed?: number) {
  return isFresh({ accessToken: 'a', receivedAt, lifetime }, receivedAt + age, needed);
}

describe('a token is fresh', () => {
  test.each<[string, number | null, number, number, boolean]>([
    ['with more than a minute of an hour left', hour, hour - minute - 1, 0, true],
    ['not with a minute of an hour left', hour, hour - minute, 0, false],
    [
      'with more than a tenth of five minutes left',
      5 * minute,
      5 * minute - 30 * second - 1,
      0,
      true,
    ],
    ['not with a tenth of five minutes left', 5 * minute, 5 * minute - 30 * second, 0, false],
    ['not when it has expired', hour, hour + 1, 0, false],
    ['with more left than is needed', hour, 30 * minute - 1, 30 * minute, true],
    ['not with just what is needed left', hour, 30 * minute, 30 * minute, false],
    ['not with a minute left, though less is needed', hour, hour - minute, second, false],
    ['at the moment it came', hour, 0, 0, true],
    ['not by a clock that was set back behind that', hour, -1, 0, false],
    ['not without any lifetime', 0, 0, 0, false],
    ['of unknown lifetime, for a minute', null, minute - 1, 0, true],
    ['of unknown lifetime, for no longer', null, minute, 0, false],
    ['of unknown lifetime, not by a clock that was set back', null, -1, 0, false],
  ])('%s', (_what, lifetime, age, needed, expected) => {
    expect(after(age, lifetime, needed)).toBe(expected);
  });
});

test('what is left of a token is its lifetime less its age', () => {
  const tokenSet = { accessToken: 'a', receivedAt, lifetime: hour };
  expect(timeLeft(tokenSet, receivedAt + minute)).toBe(59 * minute);
  expect(timeLeft(tokenSet, receivedAt + 2 * hour)).toBe(-hour);
  expect(timeLeft({ ...tokenSet, lifetime: null }, receivedAt)).toBeNull();
});
