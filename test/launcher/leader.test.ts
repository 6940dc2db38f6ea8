/** Who goes ahead, and who waits: a delay that always ends. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { goAhead, waitBehind } from '../../src/launcher/leader.ts';

const root = mkdtempSync(join(tmpdir(), 'authctl-vanguard-'));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;
let session: string;
beforeEach(() => {
  session = join(root, `${++count}`, 'profile', 'session.json');
});
const marker = () => `${session}.ahead`;

test('the first goes ahead, the next do not, until it has ended', () => {
  const first = goAhead(session);
  expect(first.ahead).toBe(true);
  expect(statSync(dirname(session)).mode & 0o777).toBe(0o700);
  const second = goAhead(session);
  expect(second.ahead).toBe(false);
  // Whoever is not ahead ends nothing.
  second.done();
  expect(goAhead(session).ahead).toBe(false);
  first.done();
  expect(goAhead(session).ahead).toBe(true);
});

test('where nothing can be written, everybody goes ahead', () => {
  mkdirSync(join(root, `${count}`), { recursive: true });
  writeFileSync(dirname(session), 'a file');
  expect([goAhead(session).ahead, goAhead(session).ahead]).toEqual([true, true]);
});

test('who waits looks once more when the one ahead has ended, and then goes on', () => {
  const { done } = goAhead(session);
  let slept = 0;
  const found = waitBehind(
    session,
    () => (slept === 3 ? 'token' : undefined),
    () => {
      slept += 1;
      if (slept === 3) done();
    },
  );
  expect([found, slept]).toEqual(['token', 3]);
  expect(
    waitBehind(
      session,
      () => undefined,
      () => {},
    ),
  ).toBeUndefined();
});

test('who was killed ahead is waited for by one, for two seconds', () => {
  goAhead(session);
  let waited = 0;
  const sleep = (milliseconds: number) => {
    waited += milliseconds;
  };
  expect(waitBehind(session, () => undefined, sleep)).toBeUndefined();
  expect(waited).toBeGreaterThanOrEqual(2000);
  expect(waited).toBeLessThan(2100);
  expect(existsSync(marker())).toBe(false);
  expect(goAhead(session).ahead).toBe(true);
});
