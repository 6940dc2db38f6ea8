import { describe, expect, test } from '@jest/globals';
import { isFresh, noteIfShort, timeLeft, withoutRenewal } from '../../src/session/freshness.ts';

const receivedAt = 1_800_000_000_000;
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Whether a token of some lifetime is fresh at some age. */
function after(age: number, lifetime: number | null, needed?: number) {
  return isFresh({ accessToken: 'a', receivedAt, lifetime }, receivedAt + age, needed);
}

describe('a shared token', () => {
  const renewal = receivedAt + 30 * minute;
  const shared = { store: 'a', n: 1, renewal };
  const token = { accessToken: 'a', receivedAt, lifetime: hour, shared };

  test('is fresh until it is to be renewed ahead', () => {
    expect([isFresh(token, renewal - 1), isFresh(token, renewal)]).toEqual([true, false]);
  });

  test('is good for as long as another one, where that is not possible', () => {
    const last = receivedAt + hour - minute;
    expect([
      isFresh(withoutRenewal(token), last - 1),
      isFresh(withoutRenewal(token), last),
    ]).toEqual([true, false]);
    expect(withoutRenewal(token).shared).toEqual({ store: 'a', n: 1 });
  });

  test('that is not renewed ahead is fresh like another one', () => {
    const exclusive = { ...token, shared: { store: 'a', n: 1 } };
    expect(isFresh(exclusive, renewal)).toBe(true);
  });
});

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
    ['with more time left than is needed', hour, 30 * minute - 1, 30 * minute, true],
    ['not with exactly the time left that is needed', hour, 30 * minute, 30 * minute, false],
    ['not with a minute left, though less is needed', hour, hour - minute, second, false],
    ['when it arrives', hour, 0, 0, true],
    ['not if the clock was set back to before that', hour, -1, 0, false],
    ['not with a lifetime of zero', 0, 0, 0, false],
    ['for a minute, if its lifetime is unknown', null, minute - 1, 0, true],
    ['no longer than a minute, if its lifetime is unknown', null, minute, 0, false],
    ['not if its lifetime is unknown and the clock was set back', null, -1, 0, false],
  ])('%s', (_what, lifetime, age, needed, expected) => {
    expect(after(age, lifetime, needed)).toBe(expected);
  });
});

test.each<[number, number, string[]]>([
  [10 * minute, minute, []],
  [minute, 10 * minute, ['notice: the token expires in 60 s, which is within --min-ttl']],
  [minute, minute, ['notice: the token expires in 60 s, which is within --min-ttl']],
  [minute, 0, []],
])('with %d ms left and %d ms asked for, the notices are %j', (lifetime, needed, expected) => {
  const notices: string[] = [];
  const tokenSet = { accessToken: 'a', receivedAt, lifetime };
  noteIfShort(tokenSet, receivedAt, needed, (text) => notices.push(text));
  expect(notices).toEqual(expected);
});

describe('a token that dies without use is fresh', () => {
  test.each<[string, number | null, number, number | undefined, number, boolean]>([
    ['while it was received lately', null, hour, undefined, hour - minute - 1, true],
    ['not a minute before it dies', null, hour, undefined, hour - minute, false],
    ['not when it was not used for too long', null, hour, undefined, hour, false],
    ['while it was used lately', null, hour, 10 * hour, 11 * hour - minute - 1, true],
    [
      'not a minute before it dies after its last use',
      null,
      hour,
      10 * hour,
      11 * hour - minute,
      false,
    ],
    ['not after the end of its lifetime, however it is used', hour, hour, hour, hour, false],
    ['when it arrives, though it dies in a minute', null, minute, undefined, 0, true],
    ['when it was just used, though it dies in a minute', null, minute, 10 * hour, 10 * hour, true],
  ])('%s', (_what, lifetime, idle, used, age, expected) => {
    const usedAt = used === undefined ? {} : { usedAt: receivedAt + used };
    const tokenSet = { accessToken: 'a', receivedAt, lifetime, idle, ...usedAt };
    expect(isFresh(tokenSet, receivedAt + age)).toBe(expected);
  });
});

test('the time left of a token is its lifetime less its age', () => {
  const tokenSet = { accessToken: 'a', receivedAt, lifetime: hour };
  expect(timeLeft(tokenSet, receivedAt + minute)).toBe(59 * minute);
  expect(timeLeft(tokenSet, receivedAt + 2 * hour)).toBe(-hour);
  expect(timeLeft({ ...tokenSet, lifetime: null }, receivedAt)).toBeNull();
});
