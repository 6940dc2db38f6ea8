/** The contract that every session store keeps. */
import { describe, expect, test } from '@jest/globals';
import type { Outline } from '../../src/declaration/outline.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { Failure } from '../../src/session/failure.ts';
import type { Account, SessionKey } from '../../src/session/key.ts';
import type { Store } from '../../src/session/store.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { noStore } from '../../src/store/none.ts';
import { keyOf, sessionOf } from '../session/sample.ts';
import { openStore } from './directory.ts';

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

const refusal: Failure = {
  holder: 'holder',
  fingerprint: 'mine',
  at: 1_800_000_000_000,
  error: new AuthctlError('refused', 'My API refused the credentials', { status: 401 }),
};
const outline: Outline = {
  name: 'my-api',
  fields: [{ name: 'user', secret: false }],
  login: [{ fields: ['user'] }],
};

const keeping: readonly [string, () => Store][] = [
  ['a store in files', () => openStore().store],
  ['a store in memory', memoryStore],
];

describe.each<[string, boolean, () => Store]>([
  ...keeping.map(([name, open]): [string, boolean, () => Store] => [name, true, open]),
  ['the store that keeps nothing', false, () => noStore],
])('%s', (_name, keeps, open) => {
  const kept = <T>(value: T) => (keeps ? value : undefined);

  test('has nothing before something is saved', async () => {
    const store = open();
    expect(await store.read(keyOf())).toBeUndefined();
    expect(await store.latest('my-api', 'default')).toBeUndefined();
    expect(await store.list()).toEqual([]);
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
    expect(await store.read(keyOf())).toEqual(kept(full));
    const unknown = { key: keyOf(), tokenSet: { accessToken: 'b', receivedAt: 2, lifetime: null } };
    await store.save(unknown);
    expect(await store.read(keyOf())).toEqual(kept(unknown));
    expect(await store.latest('my-api', 'default')).toEqual(kept(keyOf()));
  });

  test('knows a session whatever the order of its account’s fields', async () => {
    const store = open();
    await store.save(sessionOf(keyOf({ account: { fields: { b: '1', a: '2' } } })));
    const found = await store.read(keyOf({ account: { fields: { a: '2', b: '1' } } }));
    expect(found?.tokenSet.accessToken).toBe(kept('token'));
  });

  test('never mixes up two sessions, nor lets one push out another', async () => {
    const store = open();
    for (const [index, key] of different.entries()) {
      expect(await store.read(key)).toBeUndefined();
      await store.save(sessionOf(key, `token-${index}`));
      expect(await store.latest(key.provider, key.profile)).toEqual(kept(key));
    }
    for (const [index, key] of different.entries()) {
      expect((await store.read(key))?.tokenSet.accessToken).toBe(kept(`token-${index}`));
    }
    expect(await store.list()).toHaveLength(keeps ? different.length : 0);
  });

  test('names the session that a profile wrote last', async () => {
    const store = open();
    const [first, second] = [keyOf(), keyOf({ account: { fields: { user: 'bob' } } })];
    const elsewhere = keyOf({ profile: 'work' });
    for (const key of [first, second, elsewhere]) await store.save(sessionOf(key));
    expect(await store.latest('my-api', 'default')).toEqual(kept(second));
    await store.save(sessionOf(first));
    expect(await store.latest('my-api', 'default')).toEqual(kept(first));
    expect(await store.latest('my-api', 'work')).toEqual(kept(elsewhere));
    expect(await store.latest('other', 'default')).toBeUndefined();
  });

  test.each<[string, Parameters<Store['clear']>[0], string[]]>([
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
    await store.keepFailure(keyOf({ provider: 'a', profile: 'p' }), refusal);
    await store.clear(scope);
    const names = (await store.list()).map(({ key }) => `${key.provider} ${key.profile}`);
    expect(names.sort()).toEqual(keeps ? left : []);
    const stays = keeps && left.includes('a p');
    expect((await store.latest('a', 'p')) !== undefined).toBe(stays);
    const failure = await store.failure(keyOf({ provider: 'a', profile: 'p' }));
    expect(failure !== undefined).toBe(stays);
  });

  test('has a key for fingerprints', async () => {
    expect(await open().fingerprintKey()).toHaveLength(32);
  });

  test('many who save at once leave one whole session', async () => {
    const store = open();
    const tokens = Array.from({ length: 10 }, (_, index) => `token-${index}-${'x'.repeat(5000)}`);
    await Promise.all(tokens.map((token) => store.save(sessionOf(keyOf(), token))));
    const token = (await store.read(keyOf()))?.tokenSet.accessToken;
    expect(keeps ? tokens : [undefined]).toContain(token);
    expect(await store.latest('my-api', 'default')).toEqual(kept(keyOf()));
  });

  test('keeps the failure of a session until it is forgotten, and takes it for no session', async () => {
    const store = open();
    const [key, other] = [keyOf(), keyOf({ account: { fields: { user: 'bob' } } })];
    expect(await store.failure(key)).toBeUndefined();
    await store.keepFailure(key, refusal);
    const again = { ...refusal, holder: 'another' };
    await store.keepFailure(key, again);
    const { code, message, details } = refusal.error;
    const stored = await store.failure(key);
    expect(stored).toEqual(kept(again));
    expect(stored?.error).toEqual(kept(expect.objectContaining({ code, message, details })));
    expect(await store.failure(other)).toBeUndefined();
    expect(await store.list()).toEqual([]);
    await store.forgetFailure(key);
    expect(await store.failure(key)).toBeUndefined();
    await store.forgetFailure(key);
  });

  test('takes an outline for no session', async () => {
    const store = open();
    await store.keepOutline(outline);
    expect(await store.list()).toEqual([]);
    expect(await store.latest('my-api', 'default')).toBeUndefined();
  });
});

describe.each(keeping)('the lock of a session in %s', (_name, open) => {
  /** Those who want the lock of one session. */
  async function callers(store: Store, count: number, key = keyOf()) {
    return Promise.all(
      Array.from({ length: count }, async () => {
        const attempts = await store.lock(key);
        if (!attempts) throw new Error('there is no lock');
        return attempts;
      }),
    );
  }
  const holdings = <T>(taken: readonly (T | undefined)[]) =>
    taken.filter((lock) => lock !== undefined);

  test('has one holder at a time, whom all others know afterwards', async () => {
    const store = open();
    const many = await callers(store, 10);
    const [holder, ...more] = holdings(await Promise.all(many.map((each) => each.take())));
    expect(more).toEqual([]);
    const id = holder?.id ?? '';
    expect(many.filter((each) => each.waitedFor(id))).toHaveLength(9);
    const [late] = await callers(store, 1);
    expect(late?.waitedFor(id)).toBe(false);
    holder?.release();
  });

  test('is free as soon as it is released, and each holding is another one', async () => {
    const [one, other] = await callers(open(), 2);
    const first = await one?.take();
    expect(await other?.take()).toBeUndefined();
    first?.release();
    const second = await other?.take();
    expect([typeof first?.id, first?.id === second?.id]).toEqual(['string', false]);
    // It is no longer the first one's to give away.
    first?.release();
    expect(await one?.take()).toBeUndefined();
    second?.release();
    expect(await one?.take()).toBeDefined();
  });

  test('is its own', async () => {
    const store = open();
    for (const key of [keyOf(), keyOf({ profile: 'work' }), keyOf({ provider: 'other' })]) {
      const [one] = await callers(store, 1, key);
      expect(await one?.take()).toBeDefined();
    }
  });
});

test('the store that keeps nothing has no lock: nobody is waited for', async () => {
  expect(await noStore.lock(keyOf())).toBeUndefined();
});
