/** Tests locks with a fake clock. A lock is stale after four seconds. */
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

/** Tries repeatedly, as a waiting process does; null if the lock was not free. */
async function retry(attempts: LockAttempts, milliseconds: number) {
  const deadline = clock.monotonic() + milliseconds;
  while (clock.monotonic() < deadline) {
    const lock = attempts.take();
    if (lock) return lock;
    await clock.sleep(50);
  }
  return null;
}

const tryFor = (...args: Parameters<typeof retry>) => clock.until(retry(...args));

/** A lock file whose holder has died. */
function abandoned(id = 'dead', touched = new Date()): string {
  const path = newPath();
  writeFileSync(path, id);
  utimesSync(path, touched, touched);
  return path;
}

const hours = (count: number) => new Date(Date.now() + count * 3_600_000);

test('only one holder has the lock until it releases it', () => {
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

test('a waiting process remembers all holders, not only the last', () => {
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

test('it cannot be taken in a missing directory', () => {
  const attempts = attemptsAt(join(directory, 'none', 'a.lock'));
  expect(() => attempts.take()).toThrow('ENOENT');
});

test.each<[string, (path: string) => unknown]>([
  ['a directory', (path) => mkdirSync(path)],
  ['a FIFO without a writer', (path) => execFileSync('mkfifo', [path])],
  ['a dangling link', (path) => symlinkSync('nowhere', path)],
  ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
  ['a file that is too large', (path) => writeFileSync(path, 'x'.repeat(100_000))],
])('taking it fails at once if its path is %s', (_, put) => {
  const path = newPath();
  put(path);
  expect(() => attemptsAt(path).take()).toThrow();
});

test('releasing a lock that another process has replaced does nothing', () => {
  const path = newPath();
  const lock = attemptsAt(path).take();
  writeFileSync(path, 'another');
  expect(lock?.held()).toBe(false);
  lock?.release();
  expect(readFileSync(path, 'utf8')).toBe('another');
});

describe('the lock of a holder', () => {
  test('that is alive is not replaced, however long it takes', async () => {
    const path = newPath();
    const lock = attemptsAt(path).take();
    expect(await tryFor(attemptsAt(path), 6500)).toBeNull();
    expect(lock?.held()).toBe(true);
    // The heartbeat is all that a process in another container can see.
    expect(clock.now() - statSync(path).mtimeMs).toBeLessThanOrEqual(1001);
    lock?.release();
  });

  test.each([
    ['', 'dead', hours(0)],
    [' before the clock was set back', 'dead', hours(5)],
    [' before the clock was set forward', 'dead', hours(-5)],
    [' before it wrote its id', '', hours(0)],
  ])('that died%s is replaced after four seconds, and not before', async (_, id, touched) => {
    const path = abandoned(id, touched);
    const attempts = attemptsAt(path);
    expect(await tryFor(attempts, 3500)).toBeNull();
    const lock = await tryFor(attempts, 5000);
    expect(lock?.held()).toBe(true);
    lock?.release();
    expect(existsSync(path)).toBe(false);
  });

  test.each([
    ['', hours(0)],
    [' before the clock was set back', hours(5)],
  ])('that died while it replaced a stale lock is replaced%s', async (_, touched) => {
    const path = abandoned();
    const turn = `${path}.turn`;
    writeFileSync(turn, 'dead too');
    utimesSync(turn, touched, touched);
    const lock = await tryFor(attemptsAt(path), 9000);
    expect(lock?.held()).toBe(true);
    lock?.release();
    expect([path, turn].filter(existsSync)).toEqual([]);
  });

  const onLinux = existsSync('/proc/self/stat') ? test : test.skip;
  onLinux('that is running without a heartbeat is not replaced', async () => {
    const path = newPath();
    const lock = attemptsAt(path).take();
    const id = readFileSync(path, 'utf8');
    lock?.release();
    writeFileSync(path, id);
    expect(await tryFor(attemptsAt(path), 6000)).toBeNull();
  });

  test('that died is replaced by exactly one of many waiting processes', async () => {
    const path = abandoned();
    const all = await Promise.all(Array.from({ length: 20 }, () => tryFor(attemptsAt(path), 6500)));
    const locks = all.filter((lock) => lock !== null);
    expect(locks).toHaveLength(1);
    expect(locks[0]?.held()).toBe(true);
    locks[0]?.release();
  });

  test('is not stale because this process itself was suspended', async () => {
    const attempts = attemptsAt(abandoned());
    expect(attempts.take()).toBeUndefined();
    await clock.advance(5000);
    expect(attempts.take()).toBeUndefined();
    const lock = await tryFor(attempts, 5000);
    expect(lock?.held()).toBe(true);
    lock?.release();
  });
});

describe('waiting for a lock', () => {
  test('ends when the lock is released', async () => {
    const path = newPath();
    const lock = attemptsAt(path).take();
    const waiting = waitForLock(path, { clock, timeout: 30_000 });
    await clock.advance(10_000);
    lock?.release();
    const next = await clock.until(waiting);
    expect(next?.held()).toBe(true);
    next?.release();
  });

  test('ends with the time-out', async () => {
    const path = newPath();
    const lock = attemptsAt(path).take();
    const started = clock.monotonic();
    expect(await clock.until(waitForLock(path, { clock, timeout: 30_000 }))).toBeUndefined();
    expect(clock.monotonic() - started).toBeLessThan(30_100);
    expect(lock?.held()).toBe(true);
    lock?.release();
  });

  test('fails at once if the path is not a lock file', async () => {
    const path = newPath();
    mkdirSync(path);
    await expect(waitForLock(path, { clock, timeout: 30_000 })).rejects.toThrow(
      'cannot be used as a lock file',
    );
  });
});
