import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AccountField, accountOf } from '../../src/session/account.ts';
import { type Account, canonicalKey, describeAccount } from '../../src/session/key.ts';
import { keyOf } from './sample.ts';

const key = new Uint8Array(32).fill(1);
const open = (name: string, value: string): AccountField => ({ name, value, secret: false });
const secret = (name: string, value: string): AccountField => ({ name, value, secret: true });

test('the account is the non-secret fields', () => {
  expect(
    accountOf([open('user', 'ann'), secret('password', 'p'), open('tenant', '1')], key),
  ).toEqual({
    fields: { user: 'ann', tenant: '1' },
  });
});

test('another password is the same account', () => {
  const [one, other] = ['p', 'q'].map((p) =>
    accountOf([open('user', 'ann'), secret('password', p)], key),
  );
  expect(one).toEqual(other);
});

test('with secret fields only, another secret is another account', () => {
  const accounts = [
    accountOf([secret('api_key', 'a')], key),
    accountOf([secret('api_key', 'b')], key),
    accountOf([secret('token', 'a')], key),
    accountOf([secret('api_key', 'a'), secret('b', '')], key),
    accountOf([secret('api_key', 'a')], new Uint8Array(32).fill(2)),
  ];
  const texts = accounts.map((account) => ('fingerprint' in account ? account.fingerprint : ''));
  expect(new Set(texts).size).toBe(accounts.length);
  for (const text of texts) expect(text).toMatch(/^[0-9a-f]{32}$/);
});

test('the order of secrets does not matter', () => {
  const fields = [secret('a', '1'), secret('b', '2')];
  expect(accountOf(fields, key)).toEqual(accountOf(fields.toReversed(), key));
});

test('a fingerprint does not contain the secret', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4 }), (value) => {
      expect(JSON.stringify(accountOf([secret('k', `~${value}`)], key))).not.toContain(`~${value}`);
    }),
  );
});

test('session keys have the same canonical text only if they are equal', () => {
  const account: fc.Arbitrary<Account> = fc.oneof(
    fc.record({
      fields: fc.dictionary(fc.constantFrom('a', 'b', 'fingerprint'), fc.string({ maxLength: 2 })),
    }),
    fc.record({ fingerprint: fc.string({ maxLength: 2 }) }),
  );
  const keys = fc.record({ profile: fc.constantFrom('p', 'p,q'), account }).map(keyOf);
  fc.assert(
    fc.property(keys, keys, (one, other) => {
      const same = sorted(one) === sorted(other);
      expect(canonicalKey(one) === canonicalKey(other)).toBe(same);
    }),
  );
});

/** A key as text, regardless of the order of its fields. */
function sorted({ profile, account }: ReturnType<typeof keyOf>): string {
  const entries = Object.entries('fields' in account ? account.fields : account).sort();
  return JSON.stringify([profile, 'fields' in account, entries]);
}

test.each<[Account, string]>([
  [{ fields: { user: 'ann', tenant: '1' } }, 'user=ann tenant=1'],
  [{ fingerprint: '0123456789abcdef' }, 'key 01234567'],
])('%j is shown as %j', (account, words) => {
  expect(describeAccount(account)).toBe(words);
});
