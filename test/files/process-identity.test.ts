/** Tests the identity of processes, which is known only on Linux. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { isRunning, ownIdentity } from '../../src/files/process-identity.ts';

const onLinux = existsSync('/proc/self/stat') ? test : test.skip;
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

onLinux('this process is running', () => {
  expect(isRunning(ownIdentity())).toBe(true);
});

onLinux.each([
  ['of another boot of the machine', 0, 'f'.repeat(36)],
  ['of another container', 1, 'pid:[1]'],
  ['with another pid', 2, '4194305'],
  ['that started at another time', 3, '1'],
])('a process %s is not running', (_, index, value) => {
  const parts = ownIdentity().split(' ');
  parts[index] = value;
  expect(isRunning(parts.join(' '))).toBe(false);
});

test.each(['', ' ', 'dead', '../../etc/passwd', 'a b ../1 c', 'a b self c'])(
  'the invalid identity %j is not running',
  (text) => {
    expect(isRunning(text)).toBe(false);
  },
);

onLinux('another process is running until it is stopped or exits', async () => {
  const child = spawn('sleep', ['60']);
  children.push(child);
  await once(child, 'spawn');
  const parts = ownIdentity().split(' ');
  const started = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];
  const identity = [parts[0], parts[1], child.pid, started].join(' ');
  const becomes = async (expected: boolean) => {
    for (let i = 0; i < 500 && isRunning(identity) !== expected; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return isRunning(identity);
  };
  expect(await becomes(true)).toBe(true);
  child.kill('SIGSTOP');
  expect(await becomes(false)).toBe(false);
  child.kill('SIGCONT');
  expect(await becomes(true)).toBe(true);
  child.kill('SIGKILL');
  expect(await becomes(false)).toBe(false);
});
