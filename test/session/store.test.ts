/** The contract that every session store keeps. */
import { describe, expect, test } from '@jest/globals';
import type { Account, SessionKey } from '../../src/session/key.ts';
import { noStore, type SessionStore } from '../../src/session/store.ts';
import { keyOf, openStore, sessionOf } from './directory.ts';

const accounts: readonly Account[] = [
  { fields: { user: 'ann' } },
  { fields: { user: 'bob' } },
  { fields: { user: 'Ann' } },
  { fields: { name: 'ann' } },
  { fields: { user: 'ann', tenant: '1' } },
  { fields: { fingerprint: 'ann' } },
  { fingerprint: 'ann' },
  { fingerprint: 'bob' },
];
/** Keys that differ in one thing each. */
const different: readonly SessionKey[] = [
  ...['', '/v2', ':8443/v1', '/v1/../v1'].map((end) =>
    keyOf({ baseUrl: `https://api.example${end}` }),
  ),
  ...['my', 'my-api-2', 'my-api-'].map((provider) => keyOf({ provider })),
  ...['A', 'a', '.', '..', '...', '_41', 'a.b', 'con', 'default.', 'x'.repeat(60)].map((profile) =>
    keyOf({ profile }),
  ),
  ...accounts.map((account) => keyOf({ account })),
];

describe.each<[string, boolean, () => SessionStore]>([
  ['a store in files', true, () => openStore().store],
  ['no store', false, () => noStore],
])('%s', (_name, keeps, open) => {
  const kept = <T>(value: T) => (keeps ? value : undefined);

  test('has nothing before something is saved', () => {
    const store = open();
    expect(store.read(keyOf())).toBeUndefined();
    expect(store.latest('my-api', 'default')).toBeUndefined();
    expect(store.list()).toEqual([]);
  });

  test('gives back a session as it was saved', async () => {
    const store = open();
    const full = {
      key: keyOf(),
      tokenSet: {
        accessToken: ' "\\~',
        refreshToken: 'r'.repeat(65_536),
        receivedAt: 1.5,
        lifetime: 0,
      },
    };
    await store.save(full);
    expect(store.read(keyOf())).toEqual(kept(full));
    const unknown = { key: keyOf(), tokenSet: { accessToken: 'b', receivedAt: 2, lifetime: null } };
    await store.save(unknown);
    expect(store.read(keyOf())).toEqual(kept(unknown));
    expect(store.latest('my-api', 'default')).toEqual(kept(keyOf()));
  });

  test('knows a session whatever the order of its account’s fields', async () => {
    const store = open();
    await store.save(sessionOf(keyOf({ account: { fields: { b: '1', a: '2' } } })));
    expect(
      store.read(keyOf({ account: { fields: { a: '2', b: '1' } } }))?.tokenSet.accessToken,
    ).toBe(kept('token'));
  });

  test('never mixes up two sessions, nor lets one push out another', async () => {
    const store = open();
    for (const [index, key] of different.entries()) {
      expect(store.read(key)).toBeUndefined();
      await store.save(sessionOf(key, `token-${index}`));
      expect(store.latest(key.provider, key.profile)).toEqual(kept(key));
    }
    for (const [index, key] of different.entries()) {
      expect(store.read(key)?.tokenSet.accessToken).toBe(kept(`token-${index}`));
    }
    expect(store.list()).toHaveLength(keeps ? different.length : 0);
  });

  test('names the session that a profile wrote last', async () => {
    const store = open();
    const [first, second] = [keyOf(), keyOf({ account: { fields: { user: 'bob' } } })];
    const elsewhere = keyOf({ profile: 'work' });
    for (const key of [first, second, elsewhere]) await store.save(sessionOf(key));
    expect(store.latest('my-api', 'default')).toEqual(kept(second));
    await store.save(sessionOf(first));
    expect(store.latest('my-api', 'default')).toEqual(kept(first));
    expect(store.latest('my-api', 'work')).toEqual(kept(elsewhere));
    expect(store.latest('other', 'default')).toBeUndefined();
  });

  test.each<[string, Parameters<SessionStore['clear']>[0], string[]]>([
    ['a provider in a profile', { provider: 'a', profile: 'p' }, ['a q', 'b p', 'b q']],
    ['a provider', { provider: 'a' }, ['b p', 'b q']],
    ['a profile', { profile: 'p' }, ['a q', 'b q']],
    ['everything', {}, []],
    ['what is not there', { provider: 'c', profile: '..' }, ['a p', 'a q', 'b p', 'b q']],
  ])('clears %s', async (_what, scope, left) => {
    const store = open();
    for (const provider of ['a', 'b']) {
      for (const profile of ['p', 'q']) await store.save(sessionOf(keyOf({ provider, profile })));
    }
    store.clear(scope);
    const names = store.list().map(({ key }) => `${key.provider} ${key.profile}`);
    expect(names.sort()).toEqual(keeps ? left : []);
    expect(store.latest('a', 'p') !== undefined).toBe(keeps && left.includes('a p'));
  });

  test('has a key for fingerprints', async () => {
    expect(await open().fingerprintKey()).toHaveLength(32);
  });

  test('many who save at once leave one whole session', async () => {
    const store = open();
    const tokens = Array.from({ length: 10 }, (_, index) => `token-${index}-${'x'.repeat(5000)}`);
    await Promise.all(tokens.map((token) => store.save(sessionOf(keyOf(), token))));
    const token = store.read(keyOf())?.tokenSet.accessToken;
    expect(keeps ? tokens : [undefined]).toContain(token);
    expect(store.latest('my-api', 'default')).toEqual(kept(keyOf()));
  });
});
