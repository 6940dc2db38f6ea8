/** The contract of every session store. */
import { describe, expect, test } from '@jest/globals';
import type { Outline } from '../../src/declaration/outline.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { Failure } from '../../src/session/failure.ts';
import type { Account, SessionKey } from '../../src/session/key.ts';
import type { SharedStore } from '../../src/session/shared-store.ts';
import type { Store } from '../../src/session/store.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { noStore } from '../../src/store/none.ts';
import { inFront } from '../../src/store/shared/front.ts';
import { keyOf, sessionOf } from '../session/sample.ts';
import { openStore } from './directory.ts';
import { machine } from './shared/open.ts';

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
/** Keys that each differ in one part. */
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

/** A shared store that cannot be reached: what a machine stores for itself takes no other. */
const unreachable = new Proxy({} as SharedStore, {
  get: () => async () => {
    throw new AuthctlError('store', 'the shared store cannot be reached');
  },
});

const stores: readonly [string, () => Store][] = [
  ['a store in files', () => openStore().store],
  ['a store in memory', memoryStore],
  [
    'files in front of a shared store',
    () => inFront(openStore().store, machine(unreachable).world),
  ],
  ['memory in front of a shared store', () => inFront(memoryStore(), machine(unreachable).world)],
];

describe.each<[string, boolean, () => Store]>([
  ...stores.map(([name, open]): [string, boolean, () => Store] => [name, true, open]),
  ['the store that saves nothing', false, () => noStore],
])('%s', (_name, saves, open) => {
  const saved = <T>(value: T) => (saves ? value : undefined);

  test('is empty at first', async () => {
    const store = open();
    expect(await store.read(keyOf())).toBeUndefined();
    expect(await store.latest('my-api', 'default')).toBeUndefined();
    expect(await store.list()).toEqual([]);
  });

  test('returns a session as it was saved', async () => {
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
    expect(await store.read(keyOf())).toEqual(saved(full));
    const unknown = { key: keyOf(), tokenSet: { accessToken: 'b', receivedAt: 2, lifetime: null } };
    await store.save(unknown);
    expect(await store.read(keyOf())).toEqual(saved(unknown));
    expect(await store.latest('my-api', 'default')).toEqual(saved(keyOf()));
  });

  test('returns what it is to know of a shared token', async () => {
    const store = open();
    const shared = { store: 'fleet', n: 1_800_000_000_000_123, renewal: 1.5, refreshable: true };
    const session = { ...sessionOf(keyOf()), tokenSet: { ...sessionOf(keyOf()).tokenSet, shared } };
    await store.save(session);
    expect(await store.read(keyOf())).toEqual(saved(session));
  });

  test('finds a session regardless of the order of its account’s fields', async () => {
    const store = open();
    await store.save(sessionOf(keyOf({ account: { fields: { b: '1', a: '2' } } })));
    const found = await store.read(keyOf({ account: { fields: { a: '2', b: '1' } } }));
    expect(found?.tokenSet.accessToken).toBe(saved('token'));
  });

  test('never confuses sessions, and never lets one replace another', async () => {
    const store = open();
    for (const [index, key] of different.entries()) {
      expect(await store.read(key)).toBeUndefined();
      await store.save(sessionOf(key, `token-${index}`));
      expect(await store.latest(key.provider, key.profile)).toEqual(saved(key));
    }
    for (const [index, key] of different.entries()) {
      expect((await store.read(key))?.tokenSet.accessToken).toBe(saved(`token-${index}`));
    }
    expect(await store.list()).toHaveLength(saves ? different.length : 0);
  });

  test('knows the current session of each profile', async () => {
    const store = open();
    const [first, second] = [keyOf(), keyOf({ account: { fields: { user: 'bob' } } })];
    const elsewhere = keyOf({ profile: 'work' });
    for (const key of [first, second, elsewhere]) await store.save(sessionOf(key));
    expect(await store.latest('my-api', 'default')).toEqual(saved(second));
    await store.save(sessionOf(first));
    expect(await store.latest('my-api', 'default')).toEqual(saved(first));
    expect(await store.latest('my-api', 'work')).toEqual(saved(elsewhere));
    expect(await store.latest('other', 'default')).toBeUndefined();
  });

  test('keeps the latest session of a profile where another one yields to it', async () => {
    const store = open();
    const [first, second] = [keyOf(), keyOf({ account: { fields: { user: 'bob' } } })];
    await store.save(sessionOf(first), { yields: true });
    await store.save(sessionOf(second), { yields: true });
    for (const server of [undefined, first.baseUrl]) {
      expect(await store.latest('my-api', 'default', server)).toEqual(saved(first));
    }
    await store.save(sessionOf(second));
    expect(await store.latest('my-api', 'default')).toEqual(saved(second));
  });

  test.each<[string, Parameters<Store['clear']>[0], string[]]>([
    ['a provider in a profile', { provider: 'a', profile: 'p' }, ['a q', 'b p', 'b q']],
    ['a provider', { provider: 'a' }, ['b p', 'b q']],
    ['a profile', { profile: 'p' }, ['a q', 'b q']],
    ['everything', {}, []],
    [
      'nothing, if the scope is empty',
      { provider: 'c', profile: '..' },
      ['a p', 'a q', 'b p', 'b q'],
    ],
  ])('clears %s', async (_what, scope, left) => {
    const store = open();
    for (const provider of ['a', 'b']) {
      for (const profile of ['p', 'q']) await store.save(sessionOf(keyOf({ provider, profile })));
    }
    await store.saveFailure(keyOf({ provider: 'a', profile: 'p' }), refusal);
    await store.clear(scope);
    const names = (await store.list()).map(({ key }) => `${key.provider} ${key.profile}`);
    expect(names.sort()).toEqual(saves ? left : []);
    const stays = saves && left.includes('a p');
    expect((await store.latest('a', 'p')) !== undefined).toBe(stays);
    const failure = await store.failure(keyOf({ provider: 'a', profile: 'p' }));
    expect(failure !== undefined).toBe(stays);
  });

  test('has a key for fingerprints', async () => {
    expect(await open().fingerprintKey()).toHaveLength(32);
  });

  test('has one intact session after many saves at once', async () => {
    const store = open();
    const tokens = Array.from({ length: 10 }, (_, index) => `token-${index}-${'x'.repeat(5000)}`);
    await Promise.all(tokens.map((token) => store.save(sessionOf(keyOf(), token))));
    const token = (await store.read(keyOf()))?.tokenSet.accessToken;
    expect(saves ? tokens : [undefined]).toContain(token);
    expect(await store.latest('my-api', 'default')).toEqual(saved(keyOf()));
  });

  test('stores the failure of a session until it is removed, and does not list it as a session', async () => {
    const store = open();
    const [key, other] = [keyOf(), keyOf({ account: { fields: { user: 'bob' } } })];
    expect(await store.failure(key)).toBeUndefined();
    await store.saveFailure(key, refusal);
    const again = { ...refusal, holder: 'another' };
    await store.saveFailure(key, again);
    const { code, message, details } = refusal.error;
    const stored = await store.failure(key);
    expect(stored).toEqual(saved(again));
    expect(stored?.error).toEqual(saved(expect.objectContaining({ code, message, details })));
    expect(await store.failure(other)).toBeUndefined();
    expect(await store.list()).toEqual([]);
    await store.removeFailure(key);
    expect(await store.failure(key)).toBeUndefined();
    await store.removeFailure(key);
  });

  test('does not list an outline as a session', async () => {
    const store = open();
    await store.saveOutline(outline);
    expect(await store.list()).toEqual([]);
    expect(await store.latest('my-api', 'default')).toBeUndefined();
  });
});

describe.each(stores)('the lock of a session in %s', (_name, open) => {
  /** Attempts of several callers to get the lock of one session. */
  async function callers(store: Store, count: number, key = keyOf()) {
    return Promise.all(
      Array.from({ length: count }, async () => {
        const attempts = await store.lock(key);
        if (!attempts) throw new Error('no lock');
        return attempts;
      }),
    );
  }
  const holdings = <T>(taken: readonly (T | undefined)[]) =>
    taken.filter((lock) => lock !== undefined);

  test('has one holder at a time, which all others have seen', async () => {
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

  test('is free as soon as it is released, and has a new ID each time', async () => {
    const [one, other] = await callers(open(), 2);
    const first = await one?.take();
    expect(await other?.take()).toBeUndefined();
    first?.release();
    const second = await other?.take();
    expect([typeof first?.id, first?.id === second?.id]).toEqual(['string', false]);
    // Releasing it again has no effect: it has another holder now.
    first?.release();
    expect(await one?.take()).toBeUndefined();
    second?.release();
    expect(await one?.take()).toBeDefined();
  });

  test('is separate from that of other sessions', async () => {
    const store = open();
    for (const key of [keyOf(), keyOf({ profile: 'work' }), keyOf({ provider: 'other' })]) {
      const [one] = await callers(store, 1, key);
      expect(await one?.take()).toBeDefined();
    }
  });
});

test('the store that saves nothing has no locks', async () => {
  expect(await noStore.lock(keyOf())).toBeUndefined();
});
