/** Leader and followers: a delay that always ends. */
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

/** A caller. `done` ends the leader's lead; a follower has none. */
function call(look: () => string | undefined = nothing) {
  let done: (() => void) | undefined;
  const found = leadOrFollow(path, process.getuid?.(), look, (end) => {
    done = end;
  });
  return { found, done };
}

test('the first caller is the leader, and its file is accessible to the user only', () => {
  expect(call()).toEqual({ found: undefined, done: expect.any(Function) });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
});

test('the next caller waits until the leader has ended', () => {
  call();
  // Waiting blocks this process, so another one has to end the lead.
  const end = 'setTimeout(() => fs.rmSync(process.argv[1]), 200)';
  spawn(process.execPath, ['-e', end, path]);
  let looks = 0;
  const second = call(() => {
    looks += 1;
    return existsSync(path) ? 'too early' : 'token';
  });
  expect({ ...second, looks }).toEqual({ found: 'token', done: undefined, looks: 1 });
});

test('after the leader has ended, the next caller is the leader', () => {
  call().done?.();
  expect(existsSync(path)).toBe(false);
  expect(call().done).toBeDefined();
});

test('without a writable directory, no caller waits', () => {
  writeFileSync(join(root, `${count}`), 'a file');
  const look = () => {
    throw new Error('no caller should wait');
  };
  expect([call(look).found, call(look).found]).toEqual([undefined, undefined]);
});

test('a follower looks once after the leader has ended, and then goes on', () => {
  const { done } = call();
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

test('a leader that was killed delays one caller, for two seconds', () => {
  call();
  let waited = 0;
  const sleep = (milliseconds: number) => {
    waited += milliseconds;
  };
  expect(follow(path, nothing, sleep)).toBeUndefined();
  expect(waited).toBeGreaterThanOrEqual(2000);
  expect(waited).toBeLessThan(2100);
  expect(existsSync(path)).toBe(false);
  expect(call().done).toBeDefined();
});
