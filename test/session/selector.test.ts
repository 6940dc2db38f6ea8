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

/** Two ways to log in: by two fields of which one is secret, and by a secret alone. */
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

describe('the account that is named is', () => {
  const account = { account: { fields: { user: 'ann', tenant: '1' } } };
  const key = { secrets: [{ name: 'access_key', value: 'k' }] };

  test.each<[string, Readonly<Record<string, string>>, NamedAccount]>([
    ['whole, without the password', { user: 'ann', tenant: '1' }, account],
    ['the same with any password', { user: 'ann', tenant: '1', password: 'p' }, account],
    ['by secrets, where a way to log in has nothing else', { access_key: 'k' }, key],
    [
      'of the first way that is named whole',
      { user: 'ann', tenant: '1', access_key: 'k' },
      account,
    ],
    ['of the other way, where the first is not whole', { user: 'ann', access_key: 'k' }, key],
    ['known in part', { user: 'ann' }, { fields: { user: 'ann' } }],
    ['not known by a password', { password: 'p' }, { fields: {} }],
    ['not known', {}, { fields: {} }],
  ])('%s', (_what, values, expected) => {
    const lookUp = ({ name }: { name: string }) => values[name];
    expect(namedAccount(outline, lookUp)).toEqual(expected);
  });

  test('of the ways that the command leaves open alone', () => {
    const lookUp = () => 'x';
    expect(namedAccount({ ...outline, login: byKey ? [byKey] : [] }, lookUp)).toHaveProperty(
      'secrets',
    );
    expect(namedAccount({ ...outline, login: byPassword ? [byPassword] : [] }, lookUp)).toEqual({
      account: { fields: { user: 'x', tenant: 'x' } },
    });
  });

  test('not what every object inherits', () => {
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

// In this order: the last one of a profile is what a bare command means.
await store.save(sessionOf(first, 'first'));
await store.save(sessionOf(second, 'second'));
await store.save(sessionOf(withKey, 'by-key'));

describe('a command means', () => {
  test.each<[string, Partial<Selector>, string | undefined]>([
    ['the session written last, if it gives nothing', {}, 'second'],
    ['that one, if it gives its base URL', { baseUrl: second.baseUrl }, 'second'],
    ['that one, if it gives its account', { account: ann }, 'second'],
    [
      'another one, if it gives all of it',
      { baseUrl: first.baseUrl, account: first.account },
      'first',
    ],
    ['none, if it gives another base URL', { baseUrl: 'https://third.example' }, undefined],
    ['none, if it gives another account', { account: bob }, undefined],
    ['the last one, if a field agrees', { fields: { user: 'ann' } }, 'second'],
    ['none, if a field differs', { fields: { user: 'bob' } }, undefined],
    ['none, if a field is not in the account', { fields: { tenant: '1' } }, undefined],
    ['none of another profile', { profile: 'work' }, undefined],
    ['none of another provider', { provider: 'other' }, undefined],
    ['the last one, if that is known by its key', { provider: 'by-key' }, 'by-key'],
    [
      'none, if it gives a field and that is known by its key',
      { provider: 'by-key', fields: { user: 'ann' } },
      undefined,
    ],
    [
      'none, if its key is another one',
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

  test('is whole where all of it is named, whether or not it is stored', async () => {
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

  test('is completed by the session written last', async () => {
    expect(await selectedKey(store, bare)).toEqual(second);
    const baseUrl = 'https://third.example';
    expect(completed({ ...bare, baseUrl }, second)).toEqual({ ...second, baseUrl });
    expect(completed({ ...bare, account: bob }, second)).toEqual({ ...second, account: bob });
  });

  test.each<[string, Selector, Parameters<typeof completed>[1]]>([
    ['nothing was written', bare, undefined],
    ['another provider’s lies in its place', bare, keyOf({ provider: 'other' })],
    ['another profile’s lies in its place', bare, keyOf({ profile: 'work' })],
    ['that contradicts a field', { ...bare, fields: { user: 'bob' } }, second],
    [
      'a field is named like what every object has',
      { ...bare, fields: { constructor: '' } },
      second,
    ],
  ])('is not completed where %s', (_what, selector, latest) => {
    expect(completed(selector, latest)).toBeUndefined();
  });
});
