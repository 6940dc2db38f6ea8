import { describe, expect, test } from '@jest/globals';
import { completeKey, findSession, type Wanted } from '../../src/session/lookup.ts';
import { keyOf, openStore, sessionOf } from './directory.ts';

const { store } = openStore();
const first = keyOf({ account: { fields: { user: 'ann', tenant: '1' } } });
const second = keyOf({ baseUrl: 'https://other.example' });
const byKey = keyOf({ provider: 'by-key', account: { fingerprint: 'f' } });
const ann = { fields: { user: 'ann' } };
const bob = { fields: { user: 'bob' } };

// In this order: the last one of a profile is what a bare command means.
await store.save(sessionOf(first, 'first'));
await store.save(sessionOf(second, 'second'));
await store.save(sessionOf(byKey, 'by-key'));

describe('a command means', () => {
  test.each<[string, Partial<Wanted>, string | undefined]>([
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
  ])('%s', (_what, given, expected) => {
    const wanted = { provider: 'my-api', profile: 'default', ...given };
    expect(findSession(store, wanted)?.tokenSet.accessToken).toBe(expected);
  });

  test('a key that is whole, whether or not it is stored', () => {
    const key = keyOf({ profile: 'new' });
    expect(completeKey(store, key)).toEqual(key);
    const { account: _, ...partial } = key;
    expect(completeKey(store, partial)).toBeUndefined();
  });
});
