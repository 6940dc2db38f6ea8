/** The keychain client, with scripts in place of the keychain's process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/cli/context.ts';
import {
  createKeychain,
  type KeychainOptions,
  offKeychain,
} from '../../../src/credentials/keychain/client.ts';
import { fakeClock } from '../../clock.ts';

const canary = 'canary-8c1f';

/** A keychain whose child process runs a script. */
function scripted(script: string, options: Partial<KeychainOptions> = {}) {
  const command = [process.execPath, '-e', script] as const;
  return createKeychain({
    command,
    env: process.env,
    timeout: 20_000,
    clock: systemClock,
    ...options,
  });
}

describe('a keychain process that misbehaves', () => {
  test.each([
    ['crashes', 'process.kill(process.pid, "SIGSEGV")', /ended without an answer: signal SIGSEGV/],
    ['ends without an answer', 'process.exit(3)', /ended without an answer: exit code 3/],
    ['cannot run', 'throw new Error()', /ended without an answer: exit code 1/],
    ['talks nonsense', 'console.log("hello")', /an invalid answer/],
    [
      'gives the wrong kind of answer',
      'console.log(JSON.stringify({ accounts: [] }))',
      /an invalid answer/,
    ],
    [
      'answers with an invalid secret',
      'console.log(\'{"entries":[["a",1]]}\')',
      /an invalid answer/,
    ],
  ])('that %s is a failure with a reason', async (_, script, reason) => {
    const answer = await scripted(script).get(['a']);
    expect(answer).toEqual({ state: 'failed', reason: expect.stringMatching(reason) });
  });

  test('that cannot be started is a failure with a reason', async () => {
    const keychain = createKeychain({
      command: ['/nonexistent/node'],
      env: process.env,
      timeout: 20_000,
      clock: systemClock,
    });
    expect(await keychain.get(['a'])).toEqual({
      state: 'failed',
      reason: expect.stringContaining('its process could not be started'),
    });
  });

  test('that never answers is killed when the timeout runs out', async () => {
    const script = 'setInterval(() => {}, 1000); process.stdin.resume()';
    const clock = fakeClock();
    const answer = await clock.until(scripted(script, { timeout: 3000, clock }).get(['a']));
    expect(clock.monotonic()).toBeLessThan(3000);
    expect(answer).toEqual({
      state: 'hanging',
      reason: 'it did not answer within 3 s; it may be waiting to be unlocked',
    });
  });

  test('that answers but does not end is not waited for', async () => {
    const script = 'setInterval(() => {}, 1000); console.log(JSON.stringify({ accounts: ["a"] }))';
    expect(await scripted(script, { timeout: null }).delete(['a'])).toEqual({
      state: 'answered',
      value: new Set(['a']),
    });
  });
});

describe('the keychain process gets', () => {
  // Fails with its arguments and environment as the message.
  const witness = `
    const words = JSON.stringify([process.argv, process.execArgv, process.env]);
    process.stdin.once('data', () =>
      console.log(JSON.stringify({ failure: { stage: 'call', words } })));`;

  test('no secret in its arguments or environment, and none is in its failure', async () => {
    const answer = await scripted(witness).set(new Map([['a', canary]]));
    expect(answer.state).toBe('failed');
    expect(JSON.stringify(answer)).not.toContain(canary);
  });

  test('only the variables that a keychain needs, without those that name code or another keychain', async () => {
    const env = {
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere',
      NODE_OPTIONS: '--require /nonexistent',
      Node_Extra_CA_Certs: '/nonexistent',
      LD_PRELOAD: '',
      GIO_EXTRA_MODULES: '/nonexistent',
      SECRET_BACKEND: '/nonexistent',
      DISPLAY: '/nonexistent:0',
      PATH: '/nonexistent',
      MY_API_KEY: '/nonexistent',
    };
    const { reason } = await scripted(witness, { env }).get(['a']);
    expect(reason).toContain('unix:path=/nowhere');
    expect(reason).not.toContain('nonexistent');
    expect(reason).not.toContain('LD_PRELOAD');
  });
});

describe('a keychain that waits for the user', () => {
  const directory = mkdtempSync(join(tmpdir(), 'authctl-patient-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  let count = 0;

  /** The number of notices of a call that waits until the keychain is unlocked. */
  async function noticesOf(milliseconds: number, timeout: number | null) {
    const clock = fakeClock();
    const unlocked = join(directory, `unlocked-${++count}`);
    const script = `setInterval(() => {
      if (require('fs').existsSync(${JSON.stringify(unlocked)}))
        console.log(JSON.stringify({ accounts: [] }));
    }, 5)`;
    let notices = 0;
    const answer = scripted(script, { timeout, clock, onWaiting: () => notices++ }).delete(['a']);
    await clock.advance(milliseconds);
    writeFileSync(unlocked, '');
    expect((await answer).state).toBe('answered');
    return notices;
  }

  test('prints one notice', async () => {
    expect(await noticesOf(600, null)).toBe(0);
    expect(await noticesOf(60_000, null)).toBe(1);
  });

  test('prints no notice if it has a timeout', async () => {
    expect(await noticesOf(15_000, 20_000)).toBe(0);
  });
});

test('a keychain that is switched off has no entries and starts no process', async () => {
  const answer = { state: 'off', reason: 'it is switched off' };
  expect(await offKeychain.get(['a'])).toEqual(answer);
  expect(await offKeychain.set(new Map([['a', canary]]))).toEqual(answer);
  expect(await offKeychain.delete(['a'])).toEqual(answer);
});
