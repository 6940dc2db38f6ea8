/** The file format of a session. */
import { expect, test } from '@jest/globals';
import { formatSession, parseSession } from '../../src/store/format.ts';
import { keyOf, sessionOf } from '../session/sample.ts';

/** A session with the number that a shared store gave. */
function numbered(n: number) {
  const { key, tokenSet } = sessionOf(keyOf());
  return { key, tokenSet: { ...tokenSet, shared: { store: 'store', n } } };
}

test('any number that a shared store can give is read again', () => {
  for (const n of [0, 1_800_000_000_000_000, 4e15 + 1, Number.MAX_SAFE_INTEGER]) {
    const session = numbered(n);
    expect(parseSession(formatSession(session))).toEqual(session);
  }
});

test('one that it cannot give is damage', () => {
  for (const n of [1.5, 2 ** 53, Infinity]) {
    expect(parseSession(formatSession(numbered(n)))).toBe('damaged');
  }
});
