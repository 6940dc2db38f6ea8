/** What a keychain holds after it stored something else than it was given, or failed. */
import { expect, test } from '@jest/globals';
import type { Keytar } from '../../../src/credentials/keychain/library.ts';
import { perform } from '../../../src/credentials/keychain/perform.ts';

/** A library that holds entries, and changes or refuses secrets in its own way. */
function library(held: Map<string, string>, kept: (secret: string) => string): Keytar {
  return {
    getPassword: async (_, account) => held.get(account) ?? null,
    setPassword: async (_, account, secret) => {
      held.set(account, kept(secret));
    },
    deletePassword: async (_, account) => held.delete(account),
  };
}

const entries = [
  ['first', 'new'],
  ['second', 'longer than eight'],
  ['third', 'new'],
] as const;

test('all secrets are stored', async () => {
  const held = new Map([['first', 'old']]);
  const reply = await perform(
    library(held, (secret) => secret),
    { do: 'set', entries },
  );
  expect(reply).toEqual({ accounts: ['first', 'second', 'third'] });
  expect(held).toEqual(new Map(entries));
});

test('profiles that differ in case only have entries of their own, whatever the keychain makes of case', async () => {
  const held = new Map<string, string>();
  const { getPassword, setPassword, deletePassword } = library(held, (secret) => secret);
  const folding: Keytar = {
    getPassword: (of, account) => getPassword(of, account.toLowerCase()),
    setPassword: (of, account, secret) => setPassword(of, account.toLowerCase(), secret),
    deletePassword: (of, account) => deletePassword(of, account.toLowerCase()),
  };
  const accounts = ['Ab', 'aB', 'ab', 'AB'].map((profile) => `demo/${profile}/password@https://a`);
  const both = accounts.map((account): [string, string] => [account, `of ${account}`]);
  await perform(folding, { do: 'set', entries: both });
  expect(await perform(folding, { do: 'get', accounts })).toEqual({ entries: both });
  const [first = '', ...others] = accounts;
  expect(await perform(folding, { do: 'delete', accounts: [first] })).toEqual({
    accounts: [first],
  });
  expect(await perform(folding, { do: 'get', accounts })).toEqual({ entries: both.slice(1) });
  expect(await perform(folding, { do: 'delete', accounts: others })).toEqual({ accounts: others });
});

test('no secret is stored if one is larger than an entry, counted in bytes', async () => {
  const held = new Map<string, string>();
  const whole = library(held, (secret) => secret);
  const request = (secret: string) =>
    perform(whole, { do: 'set', entries: [...entries, ['large', secret]] }, 2560);
  expect(await request('ä'.repeat(1281))).toEqual({
    failure: { stage: 'size', words: '2562 bytes' },
  });
  expect(held).toEqual(new Map());
  const secret = 'ä'.repeat(1280);
  expect(await request(secret)).toEqual({ accounts: ['first', 'second', 'third', 'large'] });
  expect(held.get('large')).toBe(secret);
});

test('a secret that is cut off is not kept, and what was there before is put back', async () => {
  for (const before of [[['first', 'old']], [['second', 'old']], []] as [string, string][][]) {
    const held = new Map(before);
    const cuts = library(held, (secret) => secret.slice(0, 8));
    const reply = await perform(cuts, { do: 'set', entries });
    expect(reply).toEqual({ failure: { stage: 'put-back', words: '' } });
    expect(held).toEqual(new Map(before));
  }
});

test('a failure of the library leaves what was there before', async () => {
  const held = new Map([['first', 'old']]);
  const full = library(held, (secret) => {
    if (secret.length > 8) throw new Error('no space');
    return secret;
  });
  await expect(perform(full, { do: 'set', entries })).rejects.toThrow('no space');
  expect(held).toEqual(new Map([['first', 'old']]));
});

test('it is said if what was there before cannot be put back', async () => {
  const held = new Map([['first', 'old']]);
  const reply = await perform(
    library(held, () => 'something else'),
    { do: 'set', entries },
  );
  expect(reply).toEqual({ failure: { stage: 'read-back', words: '' } });
});
