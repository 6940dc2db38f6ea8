import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/cli/context.ts';
import { createKeychain, type KeychainOptions } from '../../../src/credentials/keychain/client.ts';
import type { Keychain } from '../../../src/credentials/keychain/keychain.ts';
import { describeWith } from '../../parts.ts';
import { type BuiltChild, buildKeychainChild } from '../../real/keychain-child.ts';
import {
  type SecretService,
  type SecretServiceKind,
  secretServiceParts,
  withSecretService,
} from '../../real/secret-service.ts';
import { keychainContract } from './contract.ts';

let child: BuiltChild;
beforeAll(async () => {
  child = await buildKeychainChild();
});
afterAll(() => child.remove());

const entry = new Map([['demo/default/password', 'secret']]);
const accounts = [...entry.keys()];

/** Long enough for everything but a hang. */
const timeout = 20_000;

function keychainOf(
  { env }: Pick<SecretService, 'env'>,
  options: Partial<KeychainOptions> = {},
): Keychain {
  return createKeychain({
    command: [process.execPath, child.path],
    env: { ...process.env, ...env },
    timeout,
    clock: systemClock,
    ...options,
  });
}

describeWith(secretServiceParts, 'an unlocked keyring', () => {
  let service: SecretService;
  beforeAll(async () => {
    service = await withSecretService('unlocked');
  });
  afterAll(() => service.stop());

  keychainContract(() => keychainOf(service));

  test('that stores only part of a secret is a failure', async () => {
    const cut = new Map([['demo/default/password', 'half\0other half']]);
    const answer = await keychainOf(service).set(cut);
    expect(answer).toEqual({
      state: 'failed',
      reason: 'it did not return the secret that was stored; what it held before was put back',
    });
    await keychainOf(service).delete(accounts);
  });
});

describeWith(secretServiceParts, 'a keychain that cannot be used', () => {
  const inService = async (
    kind: SecretServiceKind,
    body: (service: SecretService) => Promise<void>,
  ) => {
    const service = await withSecretService(kind);
    try {
      await body(service);
    } finally {
      await service.stop();
    }
  };

  test.each([
    ['absent', 'no-service'],
    ['no-dbus', 'no-service'],
  ] as const)('%s: every call returns %s', (kind, state) =>
    inService(kind, async (service) => {
      const keychain = keychainOf(service);
      for (const answer of [
        await keychain.get(accounts),
        await keychain.set(entry),
        await keychain.delete(accounts),
      ])
        expect(answer).toEqual({ state, reason: expect.any(String) });
    }),
  );

  test('locked: that is said, and not that there is no entry', () =>
    inService('unlocked', async (service) => {
      const keychain = keychainOf(service);
      expect((await keychain.set(entry)).state).toBe('answered');
      await service.lock();
      const locked = { state: 'locked', reason: 'it is locked' };
      expect(await keychain.get(accounts)).toEqual(locked);
      expect(await keychain.delete(accounts)).toEqual(locked);
      expect((await keychain.set(entry)).state).toBe('locked');
    }));

  test('locked from the start: nothing can be stored', () =>
    inService('locked', async (service) => {
      expect((await keychainOf(service).set(entry)).state).toBe('locked');
    }));

  test('hanging: every call ends when the timeout runs out', () =>
    inService('hanging', async (service) => {
      const keychain = keychainOf(service, { timeout: 800 });
      const answers = await Promise.all([
        keychain.get(accounts),
        keychain.set(entry),
        keychain.delete(accounts),
      ]);
      expect(answers.map(({ state }) => state)).toEqual(['hanging', 'hanging', 'hanging']);
    }));

  test('hanging until the user unlocks it: a call without a timeout waits, with a notice', () =>
    inService('hanging', async (service) => {
      const answer = await keychainOf(service, {
        timeout: null,
        onWaiting: () => service.resume(),
      }).get(accounts);
      expect(answer).toEqual({ state: 'answered', value: new Map() });
    }));

  test('hanging: the child process ends with its parent', () =>
    inService('hanging', async (service) => {
      const orphan = spawn(process.execPath, [child.path], {
        env: { ...process.env, ...service.env },
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      orphan.stdin.write(`${JSON.stringify({ do: 'get', accounts })}\n`);
      // Long enough for the call to hang in the library; if it does not hang yet, the test passes too.
      await sleep(400);
      orphan.stdin.end();
      await once(orphan, 'exit', { signal: AbortSignal.timeout(timeout) });
      expect(orphan.signalCode).toBe('SIGKILL');
    }));
});

describe('keytar that is not installed', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'authctl-keychain-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const keytar = async (parent: string, index: string) => {
    await mkdir(join(parent, 'node_modules/keytar'), { recursive: true });
    await writeFile(join(parent, 'node_modules/keytar/index.js'), index);
  };

  const get = async (env: SecretService['env'], parent = directory) => {
    const built = await buildKeychainChild(parent);
    return keychainOf({ env }, { command: [process.execPath, built.path] }).get(accounts);
  };

  test('is distinguished from a keychain without the secret', async () => {
    expect(await get({})).toEqual({
      state: 'not-installed',
      reason: expect.stringContaining('--include=optional'),
    });
  });

  test('is distinguished from keytar without a binary for this system', async () => {
    const parent = join(directory, 'no-binary');
    await keytar(parent, 'throw new Error("Failed to load keytar native addon")');
    expect(await get({}, parent)).toEqual({
      state: 'not-installed',
      reason: expect.stringContaining('no binary that runs on this system'),
    });
  });
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('the reason names libsecret and its package if it does not load', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'authctl-libsecret-'));
  try {
    await writeFile(join(directory, 'libsecret-1.so.0'), '');
    const variable = `LD_LIBRARY_PATH=${directory}`;
    const command = ['/usr/bin/env', variable, process.execPath, child.path] as const;
    const answer = await keychainOf({ env: {} }, { command }).get(accounts);
    expect(answer).toEqual({
      state: 'not-installed',
      reason: expect.stringContaining('apt install libsecret-1-0'),
    });
  } finally {
    await rm(directory, { recursive: true });
  }
});
