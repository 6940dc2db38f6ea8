/** The config's list of keychain entries, and what is reported when entries are removed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/cli/context.ts';
import { readConfig } from '../../../src/config/read.ts';
import { offKeychain } from '../../../src/credentials/keychain/client.ts';
import {
  deleteSecrets,
  type EntriesWorld,
  notFoundNotice,
  saveSecrets,
} from '../../../src/credentials/keychain/entries.ts';
import type { Keychain } from '../../../src/credentials/keychain/keychain.ts';

const directory = mkdtempSync(join(tmpdir(), 'authctl-entries-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const path = join(directory, 'config.json');

const first = 'demo/default/password@https://api.example';
const second = 'demo/default/password@https://test.example';
const other = 'other/default/password@https://api.example';

/** A keychain with some of the listed entries; a locked one finds none. */
function world(present: readonly string[] | typeof offKeychain): EntriesWorld {
  writeFileSync(path, JSON.stringify({ keychain_accounts: [first, second, other] }));
  const keychain: Keychain =
    'get' in present
      ? present
      : {
          get: async () => ({ state: 'answered', value: new Map() }),
          set: async () => ({ state: 'answered', value: true }),
          delete: async (accounts) => ({
            state: 'answered',
            value: new Set(accounts.filter((account) => present.includes(account))),
          }),
        };
  return {
    keychain: async () => keychain,
    config: () => readConfig(path, () => {}),
    configPath: () => path,
    context: { clock: systemClock, uid: process.getuid?.() },
  };
}

test.each<[string, string[], { removed: number; notFound: number }, string | undefined]>([
  ['all', [first, second, other], { removed: 2, notFound: 0 }, undefined],
  [
    'one',
    [second],
    { removed: 1, notFound: 1 },
    'notice: 1 secret was not found: the keychain has no entry',
  ],
  [
    'none, since it is locked',
    [],
    { removed: 0, notFound: 2 },
    'notice: 2 secrets were not found: the keychain has no entry',
  ],
])(
  'only secrets that the keychain finds count as removed: %s',
  async (_what, present, counts, notice) => {
    const deleted = await deleteSecrets(world(present), 'demo/default/');
    expect(deleted).toEqual(counts);
    expect(notFoundNotice(deleted)).toBe(notice);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ keychain_accounts: [other] });
  },
);

test('how to do without a keychain is a hint for storing, not for removing', async () => {
  const reason = 'the keychain cannot be used: it is switched off';
  await expect(
    saveSecrets(world(offKeychain), new Map([[first, 'x']]), () => {}),
  ).rejects.toMatchObject({
    message: reason,
    details: { hint: expect.stringMatching(/^without a keychain, use variables/) },
  });
  await expect(deleteSecrets(world(offKeychain), 'demo/')).rejects.toMatchObject({
    message: reason,
    details: {},
  });
});
