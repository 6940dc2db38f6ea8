import { describe, expect, test } from '@jest/globals';
import type { Outline } from '../../src/declaration/outline.ts';
import {
  completed,
  findSession,
  type NamedAccount,
  namedAccount,
  type Selector,
  selectedKey,
  wholeKey,
} from '../../src/session/selector.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { keyOf, sessionOf } from './sample.ts';

/** Two ways to log in: with three fields, one of them secret, and with a single secret. */
const outline: Pick<Outline, 'fields' | 'login'> = {
  fields: [
    { name: 'user', secret: false },
    { name: 'tenant', secret: false },
    { name: 'password', secret: true },
    { name: 'access_key', secret: true },
  ],
  login: [{ fields: ['user', 'tenant', 'password'] }, { fields: ['access_key'] }],
};
const [byPassword, byKey] = outline.login;

describe('the account of a command is', () => {
  const account = { account: { fields: { user: 'ann', tenant: '1' } } };
  const key = { secrets: [{ name: 'access_key', value: 'k' }] };

  test.each<[string, Readonly<Record<string, string>>, NamedAccount]>([
    ['complete without the password', { user: 'ann', tenant: '1' }, account],
    ['the same with any password', { user: 'ann', tenant: '1', password: 'p' }, account],
    ['identified by the secret of a login that has no other field', { access_key: 'k' }, key],
    [
      'that of the first complete way to log in',
      { user: 'ann', tenant: '1', access_key: 'k' },
      account,
    ],
    [
      'that of the other way to log in, if the first is incomplete',
      { user: 'ann', access_key: 'k' },
      key,
    ],
    ['partly known', { user: 'ann' }, { fields: { user: 'ann' } }],
    ['unknown if only a password is given', { password: 'p' }, { fields: {} }],
    ['unknown if nothing is given', {}, { fields: {} }],
  ])('%s', (_what, values, expected) => {
    const lookUp = ({ name }: { name: string }) => values[name];
    expect(namedAccount(outline, lookUp)).toEqual(expected);
  });

  test('limited to the ways to log in that the flags allow', () => {
    const lookUp = () => 'x';
    expect(namedAccount({ ...outline, login: byKey ? [byKey] : [] }, lookUp)).toHaveProperty(
      'secrets',
    );
    expect(namedAccount({ ...outline, login: byPassword ? [byPassword] : [] }, lookUp)).toEqual({
      account: { fields: { user: 'x', tenant: 'x' } },
    });
  });

  test('not read from the properties that every object inherits', () => {
    const odd = {
      fields: [{ name: 'constructor', secret: false }],
      login: [{ fields: ['constructor'] }],
    };
    expect(namedAccount(odd, () => undefined)).toEqual({ fields: {} });
  });
});

const store = memoryStore();
const first = keyOf({ account: { fields: { user: 'ann', tenant: '1' } } });
const second = keyOf({ baseUrl: 'https://other.example' });
const withKey = keyOf({ provider: 'by-key', account: { fingerprint: 'f' } });
const ann = { fields: { user: 'ann' } };
const bob = { fields: { user: 'bob' } };

// In this order: the last one of a profile is its current session.
await store.save(sessionOf(first, 'first'));
await store.save(sessionOf(second, 'second'));
await store.save(sessionOf(withKey, 'by-key'));

describe('a command selects', () => {
  test.each<[string, Partial<Selector>, string | undefined]>([
    ['the current session, if it gives nothing', {}, 'second'],
    ['the current session, if it gives its base URL', { baseUrl: second.baseUrl }, 'second'],
    ['the current session, if it gives its account', { account: ann }, 'second'],
    [
      'another session, if it gives the complete key',
      { baseUrl: first.baseUrl, account: first.account },
      'first',
    ],
    ['none, if it gives another base URL', { baseUrl: 'https://third.example' }, undefined],
    ['none, if it gives another account', { account: bob }, undefined],
    ['the current session, if a field matches', { fields: { user: 'ann' } }, 'second'],
    ['none, if a field differs', { fields: { user: 'bob' } }, undefined],
    ['none, if a field is not in the account', { fields: { tenant: '1' } }, undefined],
    ['none of another profile', { profile: 'work' }, undefined],
    ['none of another provider', { provider: 'other' }, undefined],
    ['the current session, if its account is a fingerprint', { provider: 'by-key' }, 'by-key'],
    [
      'none, if it gives a field and the account is a fingerprint',
      { provider: 'by-key', fields: { user: 'ann' } },
      undefined,
    ],
    [
      'none, if the fingerprint differs',
      { provider: 'by-key', account: { fingerprint: 'g' } },
      undefined,
    ],
  ])('%s', async (_what, given, expected) => {
    const selector = { provider: 'my-api', profile: 'default', ...given };
    expect((await findSession(store, selector))?.tokenSet.accessToken).toBe(expected);
  });
});

describe('the key', () => {
  const bare = { provider: 'my-api', profile: 'default' };

  test('is complete if all parts are given, whether or not it is stored', async () => {
    const key = keyOf({ profile: 'new' });
    expect(wholeKey(key)).toEqual(key);
    expect(await selectedKey(store, key)).toEqual(key);
    const { account: _, ...noAccount } = key;
    const { baseUrl: __, ...noServer } = key;
    for (const partial of [noAccount, noServer, bare]) {
      expect(wholeKey(partial)).toBeUndefined();
    }
    expect(await selectedKey(store, noAccount)).toBeUndefined();
  });

  test('is completed from the current session', async () => {
    expect(await selectedKey(store, bare)).toEqual(second);
    const baseUrl = 'https://third.example';
    expect(completed({ ...bare, baseUrl }, second)).toEqual({ ...second, baseUrl });
    expect(completed({ ...bare, account: bob }, second)).toEqual({ ...second, account: bob });
  });

  test.each<[string, Selector, Parameters<typeof completed>[1]]>([
    ['no session is stored', bare, undefined],
    ['the pointer names another provider', bare, keyOf({ provider: 'other' })],
    ['the pointer names another profile', bare, keyOf({ profile: 'work' })],
    ['a field does not match', { ...bare, fields: { user: 'bob' } }, second],
    [
      'a field has the name of an inherited property',
      { ...bare, fields: { constructor: '' } },
      second,
    ],
  ])('is not completed if %s', (_what, selector, latest) => {
    expect(completed(selector, latest)).toBeUndefined();
  });
});
