/** Who is the leader, and who follows: a delay that always ends. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { follow, leadOrFollow } from '../../src/launcher/leader.ts';

const root = mkdtempSync(join(tmpdir(), 'authctl-leader-'));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;
let path: string;
beforeEach(() => {
  path = join(root, `${++count}`, 'leaders', 'my-api.default');
});

const nothing = () => undefined;

/** One that comes: the leader gets what ends its lead, and whoever follows what it found. */
function come(look: () => string | undefined = nothing) {
  let done: (() => void) | undefined;
  const found = leadOrFollow(path, process.getuid?.(), look, (end) => {
    done = end;
  });
  return { found, done };
}

test('the first leads, and its place is for the user alone', () => {
  expect(come()).toEqual({ found: undefined, done: expect.any(Function) });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
});

test('the next one follows until the leader has ended, and has nothing to end itself', () => {
  come();
  // Following holds this process, so the end has to come from another one.
  const end = 'setTimeout(() => fs.rmSync(process.argv[1]), 200)';
  spawn(process.execPath, ['-e', end, path]);
  let looks = 0;
  const second = come(() => {
    looks += 1;
    return existsSync(path) ? 'too early' : 'token';
  });
  expect({ ...second, looks }).toEqual({ found: 'token', done: undefined, looks: 1 });
});

test('when the leader has ended, the next one leads', () => {
  come().done?.();
  expect(existsSync(path)).toBe(false);
  expect(come().done).toBeDefined();
});

test('where nothing can be written, everybody goes ahead', () => {
  writeFileSync(join(root, `${count}`), 'a file');
  const look = () => {
    throw new Error('nobody is waited for');
  };
  expect([come(look).found, come(look).found]).toEqual([undefined, undefined]);
});

test('who follows looks once more when the leader has ended, and then goes on', () => {
  const { done } = come();
  let slept = 0;
  const found = follow(
    path,
    () => (slept === 3 ? 'token' : undefined),
    () => {
      slept += 1;
      if (slept === 3) done?.();
    },
  );
  expect([found, slept]).toEqual(['token', 3]);
  expect(follow(path, nothing, () => {})).toBeUndefined();
});

test('who was killed while leading is waited for by one, for two seconds', () => {
  come();
  let waited = 0;
  const sleep = (milliseconds: number) => {
    waited += milliseconds;
  };
  expect(follow(path, nothing, sleep)).toBeUndefined();
  expect(waited).toBeGreaterThanOrEqual(2000);
  expect(waited).toBeLessThan(2100);
  expect(existsSync(path)).toBe(false);
  expect(come().done).toBeDefined();
});
