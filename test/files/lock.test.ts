/** Locks between processes, by a clock that the tests turn on. A lock is stale after four seconds. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type LockAttempts, lockAttempts, waitForLock } from '../../src/files/lock.ts';
import { fakeClock } from '../clock.ts';

const directory = mkdtempSync(join(tmpdir(), 'authctl-lock-'));
afterAll(() => rmSync(directory, { recursive: true }));
let count = 0;
const newPath = () => join(directory, `${++count}.lock`);

const clock = fakeClock();
const attemptsAt = (path: string) => lockAttempts(path, clock);

/** Tries for a while, as those do who wait; null where it is not to be had. */
async function trying(attempts: LockAttempts, milliseconds: number) {
  const deadline = clock.monotonic() + milliseconds;
  while (clock.monotonic() < deadline) {
    const lock = attempts.take();
    if (lock) return lock;
    await clock.sleep(50);
  }
  return null;
}

const tryFor = (...args: Parameters<typeof trying>) => clock.until(trying(...args));

/** A lock whose holder has died. */
function dead(id = 'dead', touched = new Date()): string {
  const path = newPath();
  writeFileSync(path, id);
  utimesSync(path, touched, touched);
  return path;
}

const hours = (count: number) => new Date(Date.now() + count * 3_600_000);

test('one has it, until it lets go', () => {
  const path = newPath();
  const [first, second] = [attemptsAt(path), attemptsAt(path)];
  const lock = first.take();
  expect(lock?.held()).toBe(true);
  expect(second.take()).toBeUndefined();
  expect(second.waitedFor(lock?.id ?? '')).toBe(true);
  expect(second.waitedFor('another')).toBe(false);
  lock?.release();
  expect(existsSync(path)).toBe(false);
  const next = second.take();
  expect(next?.held()).toBe(true);
  expect(next?.id).not.toBe(lock?.id);
  next?.release();
});

test('who waits remembers all that were in the way, not the last alone', () => {
  const path = newPath();
  const [first, second, third] = [attemptsAt(path), attemptsAt(path), attemptsAt(path)];
  const ids = [first, second].map((attempts) => {
    const lock = attempts.take();
    expect(third.take()).toBeUndefined();
    lock?.release();
    return lock?.id ?? '';
  });
  expect(ids.map((id) => third.waitedFor(id))).toEqual([true, true]);
});

test('it is not to be had in a directory that is not there', () => {
  const attempts = attemptsAt(join(directory, 'none', 'a.lock'));
  expect(() => attempts.take()).toThrow('ENOENT');
});

test.each<[string, (path: string) => unknown]>([
  ['a directory', (path) => mkdirSync(path)],
  ['a pipe that nobody writes into', (path) => execFileSync('mkfifo', [path])],
  ['a link that leads nowhere', (path) => symlinkSync('nowhere', path)],
  ['a link to what never ends', (path) => symlinkSync('/dev/zero', path)],
  ['a file that is too large to be one', (path) => writeFileSync(path, 'x'.repeat(100_000))],
])('it is not to be had where %s lies, and nobody waits for it', (_, put) => {
  const path = newPath();
  put(path);
  expect(() => attemptsAt(path).take()).toThrow();
});

test('letting go leaves a lock alone that somebody else took meanwhile', () => {
  const path = newPath();
  const lock = attemptsAt(path).take();
  writeFileSync(path, 'another');
  expect(lock?.held()).toBe(false);
  lock?.release();
  expect(readFileSync(path, 'utf8')).toBe('another');
});

describe('a holder', () => {
  test('that lives is left alone, however long it takes', async () => {
    const path = newPath();
    const lock = attemptsAt(path).take();
    expect(await tryFor(attemptsAt(path), 6500)).toBeNull();
    expect(lock?.held()).toBe(true);
    // The heartbeat, which is all that a process in another container sees.
    expect(clock.now() - statSync(path).mtimeMs).toBeLessThanOrEqual(1001);
    lock?.release();
  });

  test.each([
    ['', 'dead', hours(0)],
    [', by a clock that was set back since', 'dead', hours(5)],
    [', by a clock that was set forward since', 'dead', hours(-5)],
    [' before it could write its name', '', hours(0)],
  ])('that died%s is replaced after four seconds, and not before', async (_, id, touched) => {
    const path = dead(id, touched);
    const attempts = attemptsAt(path);
    expect(await tryFor(attempts, 3500)).toBeNull();
    const lock = await tryFor(attempts, 5000);
    expect(lock?.held()).toBe(true);
    lock?.release();
    expect(existsSync(path)).toBe(false);
  });

  test.each([
    ['', hours(0)],
    [', by a clock that was set back since', hours(5)],
  ])('that died while it replaced a dead one is no obstacle%s', async (_, touched) => {
    const path = dead();
    const turn = `${path}.turn`;
    writeFileSync(turn, 'dead too');
    utimesSync(turn, touched, touched);
    const lock = await tryFor(attemptsAt(path), 9000);
    expect(lock?.held()).toBe(true);
    lock?.release();
    expect([path, turn].filter(existsSync)).toEqual([]);
  });

  const onLinux = existsSync('/proc/self/stat') ? test : test.skip;
  onLinux('without a heartbeat that is seen to run is waited for', async () => {
    const path = newPath();
    const lock = attemptsAt(path).take();
    const id = readFileSync(path, 'utf8');
    lock?.release();
    writeFileSync(path, id);
    expect(await tryFor(attemptsAt(path), 6000)).toBeNull();
  });

  test('that died is replaced by one of many', async () => {
    const path = dead();
    const all = await Promise.all(Array.from({ length: 20 }, () => tryFor(attemptsAt(path), 6500)));
    const locks = all.filter((lock) => lock !== null);
    expect(locks).toHaveLength(1);
    expect(locks[0]?.held()).toBe(true);
    locks[0]?.release();
  });

  test('is not dead because we ourselves were stopped for long', async () => {
    const attempts = attemptsAt(dead());
    expect(attempts.take()).toBeUndefined();
    await clock.advance(5000);
    expect(attempts.take()).toBeUndefined();
    const lock = await tryFor(attempts, 5000);
    expect(lock?.held()).toBe(true);
    lock?.release();
  });
});

describe('who waits', () => {
  test('gets it when it is let go', async () => {
    const path = newPath();
    const lock = attemptsAt(path).take();
    const waiting = waitForLock(path, { clock, patience: 30_000 });
    await clock.advance(10_000);
    lock?.release();
    const next = await clock.until(waiting);
    expect(next?.held()).toBe(true);
    next?.release();
  });

  test('gives up when patience ends', async () => {
    const path = newPath();
    const lock = attemptsAt(path).take();
    const started = clock.monotonic();
    expect(await clock.until(waitForLock(path, { clock, patience: 30_000 }))).toBeUndefined();
    expect(clock.monotonic() - started).toBeLessThan(30_100);
    expect(lock?.held()).toBe(true);
    lock?.release();
  });

  test('does not wait for what is no lock', async () => {
    const path = newPath();
    mkdirSync(path);
    await expect(waitForLock(path, { clock, patience: 30_000 })).rejects.toThrow('is no lock');
  });
});
