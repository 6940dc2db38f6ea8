import { expect, test } from '@jest/globals';
import { systemClock } from '../../../src/cli/context.ts';
import { newKeyText, parseKeyRing } from '../../../src/store/shared/key-ring.ts';
import { openSession, sealed } from '../../../src/store/shared/sessions.ts';
import { keyOf } from '../../session/sample.ts';

const ring = parseKeyRing(newKeyText(), 'the test');
const sid = 'A'.repeat(22);
const here = Date.UTC(2026, 0, 2, 3, 4, 5);
const world = {
  ring,
  id: 'store',
  clock: { ...systemClock, now: () => here },
  keepSecret: () => {},
};

/** A token that lives for ten minutes, opened where the server's clock says what it likes. */
function opened(now: number, storedAt: number) {
  const tokenSet = { accessToken: 'tok', receivedAt: here, lifetime: 600_000 };
  const place = { sid, n: 1, expiresAt: here + 600_000, ahead: true };
  const value = sealed(world, tokenSet, place)?.sealed ?? '';
  const token = { n: 1, storedAt, renewAt: here + 480_000, sealed: value, isOver: false };
  const found = openSession(world, keyOf(), sid, now, token);
  if (!('session' in found)) throw new Error(found.forged);
  return found.session.tokenSet;
}

test('a token is opened with its own times', () => {
  const { receivedAt, lifetime, shared } = opened(here, here);
  expect([receivedAt, lifetime, shared?.renewal]).toEqual([here, 600_000, here + 480_000]);
});

test.each([
  ['1970', 1, 1],
  ['1970, and the token of today', 1, here],
  ['a year ago', here - 31_536_000_000, here - 31_536_000_000],
])('a server whose clock says %s makes no token live longer', (_, now, storedAt) => {
  const { receivedAt, lifetime, shared } = opened(now, storedAt);
  expect(receivedAt + (lifetime ?? Infinity)).toBeLessThanOrEqual(here + 600_000);
  expect(shared?.renewal).toBeLessThanOrEqual(here + 600_000);
});
