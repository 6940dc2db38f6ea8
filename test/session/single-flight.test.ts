/** One process of a single flight: how it uses the lock, the stored session and stored failures. */
import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { Session } from '../../src/session/session.ts';
import { type Flight, singleFlight } from '../../src/session/single-flight.ts';
import type { LockAttempts, Store } from '../../src/session/store.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { type FakeClock, fakeClock } from '../clock.ts';
import { openStore, stateDirectory } from '../store/directory.ts';
import { keyOf, sessionOf } from './sample.ts';

const key = keyOf();
const old: Session = { key, tokenSet: { ...sessionOf(key, 'old').tokenSet, receivedAt: 1 } };
const fresh = sessionOf(key, 'fresh');
const offline = new AuthctlError('network', 'no connection');

/** A flight that uses no stored session. */
function flightOn(store: Store, parts: Partial<Flight> = {}): Flight {
  return {
    store,
    key,
    fingerprint: 'mine',
    isGood: () => false,
    ask: async () => fresh,
    timeout: 10_000,
    clock: systemClock,
    save: {},
    signal: new AbortController().signal,
    ...parts,
  };
}

/** Holds the lock during an action. */
async function holding(store: Store, act: (id: string) => Promise<void>): Promise<void> {
  const lock = await (await store.lock(key))?.take();
  if (!lock) throw new Error('the lock is not free');
  await act(lock.id);
  lock.release();
}

const isFree = async (store: Store) => {
  const lock = await (await store.lock(key))?.take();
  lock?.release();
  return lock !== undefined;
};

describe.each([
  ['in memory', memoryStore],
  ['in files', () => openStore().store],
])('the process that gets the lock, %s,', (_where, open) => {
  test('asks within the remaining time, stores the session, and releases the lock', async () => {
    const store = open();
    await store.save(old);
    const asked: unknown[] = [];
    const result = await singleFlight(
      flightOn(store, {
        timeout: 5000,
        ask: async (stored, remaining) => {
          asked.push(stored, await isFree(store));
          expect(remaining).toBeLessThanOrEqual(5000);
          expect(remaining).toBeGreaterThan(0);
          return fresh;
        },
      }),
    );
    expect(result).toEqual({ session: fresh, asked: true });
    expect(asked).toEqual([old, false]);
    expect(await store.read(key)).toEqual(fresh);
    expect(await isFree(store)).toBe(true);
  });

  test('releases the lock if a signal arrives while it asks, and then removes its listener', async () => {
    const store = open();
    const controller = new AbortController();
    const { signal } = controller;
    await singleFlight(
      flightOn(store, {
        signal,
        ask: async () => {
          expect(await isFree(store)).toBe(false);
          controller.abort();
          expect(await isFree(store)).toBe(true);
          return fresh;
        },
      }),
    );
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test.each<[string, Error, boolean]>([
    ['stores an expected error, for the waiting processes', offline, true],
    ['does not store an unexpected error', new TypeError('bug'), false],
  ])('%s, and releases the lock', async (_, error, stored) => {
    const store = open();
    const ask = () => Promise.reject(error);
    await expect(singleFlight(flightOn(store, { ask }))).rejects.toBe(error);
    expect((await store.failure(key)) !== undefined).toBe(stored);
    expect(await isFree(store)).toBe(true);
  });

  test('removes a stored failure when it succeeds', async () => {
    const store = open();
    await expect(
      singleFlight(flightOn(store, { ask: () => Promise.reject(offline) })),
    ).rejects.toBe(offline);
    await singleFlight(flightOn(store));
    expect(await store.failure(key)).toBeUndefined();
  });

  test('returns a session that cannot be stored, with the reason', async () => {
    const saveError = new AuthctlError('store', 'cannot write');
    const store = { ...open(), save: () => Promise.reject(saveError) };
    expect(await singleFlight(flightOn(store))).toEqual({ session: fresh, asked: true, saveError });
    expect(await isFree(store)).toBe(true);
  });

  test('does not ask if the stored session makes an error certain', async () => {
    const store = open();
    await store.save(old);
    const flight = flightOn(store, {
      knownError: (stored) => (stored?.tokenSet.accessToken === 'old' ? offline : undefined),
      ask: () => Promise.reject(new Error('the server must not be asked')),
    });
    await expect(singleFlight(flight)).rejects.toBe(offline);
    expect(await isFree(store)).toBe(true);
    expect(await store.failure(key)).toBeUndefined();
  });
});

describe.each<[string, () => () => Store]>([
  [
    'in memory',
    () => {
      const store = memoryStore();
      return () => store;
    },
  ],
  [
    'in files',
    () => {
      const state = stateDirectory();
      return () => openStore(state).store;
    },
  ],
])('a process that waits, %s,', (_where, place) => {
  /** The result of a process that waits while the lock's holder does something. */
  async function waitDuring(
    act: (store: Store, id: string, clock: FakeClock) => Promise<void>,
    more: Partial<Flight> = {},
  ) {
    // Each process has its own store object.
    const open = place();
    const store = open();
    await store.save(old);
    const clock = fakeClock();
    let flight: Promise<unknown> = Promise.resolve();
    let ended = false;
    await holding(store, async (id) => {
      flight = singleFlight(flightOn(open(), { clock, ...more })).then(
        ({ session, asked }) => [session.tokenSet.accessToken, asked],
        (error: unknown) => error,
      );
      flight.finally(() => {
        ended = true;
      });
      await clock.advance(150);
      expect(ended).toBe(false);
      await act(store, id, clock);
      // Before the lock is released: the waiting process may use the result already.
      await clock.advance(300);
    });
    return clock.until(flight);
  }

  const failWith =
    (error: AuthctlError, fingerprint = 'mine') =>
    (store: Store, id: string) =>
      store.saveFailure(key, { holder: id, fingerprint, at: Date.now(), error });

  test('uses a new session even if it is not as good as asked for', async () => {
    const another = sessionOf(key, 'short');
    expect(await waitDuring((store) => store.save(another))).toEqual(['short', false]);
  });

  test('asks itself if the holder stored nothing', async () => {
    expect(await waitDuring(async () => {})).toEqual(['fresh', true]);
  });

  test('throws the holder’s error', async () => {
    expect(await waitDuring(failWith(offline))).toMatchObject({
      code: 'network',
      message: 'no connection',
    });
  });

  test('asks itself if the holder failed with other credentials', async () => {
    const refused = new AuthctlError('refused', 'no');
    expect(await waitDuring(failWith(refused, 'yours'))).toEqual(['fresh', true]);
  });

  test('asks itself if the stored error is an older one', async () => {
    const before = (store: Store) => failWith(offline)(store, 'an earlier holder');
    expect(await waitDuring(before)).toEqual(['fresh', true]);
  });

  test('waits no longer than its timeout', async () => {
    const outcome = await waitDuring((_store, _id, clock) => clock.advance(500), { timeout: 300 });
    expect(outcome).toMatchObject({
      code: 'timeout',
      message: 'another authctl process is getting this token, and has not finished after 0.3 s',
    });
  });
});

describe('without a lock', () => {
  test.each<[string, LockAttempts | undefined]>([
    ['because its directory cannot be created', undefined],
    [
      'because its directory is not writable',
      {
        take: () => Promise.reject(Object.assign(new Error(), { code: 'EROFS' })),
        waitedFor: () => false,
      },
    ],
  ])('every process asks, %s', async (_, attempts) => {
    const store = memoryStore();
    const lockless = { ...store, lock: async () => attempts };
    expect(await singleFlight(flightOn(lockless))).toEqual({ session: fresh, asked: true });
    const failing = flightOn(lockless, { ask: () => Promise.reject(offline) });
    await expect(singleFlight(failing)).rejects.toBe(offline);
    expect(await store.failure(key)).toBeUndefined();
  });
});

test('a process whose time has run out does not ask, and does not blame another process', async () => {
  const store = { ...memoryStore(), lock: async () => undefined };
  const ask = () => Promise.reject(new Error('the server must not be asked'));
  await expect(singleFlight(flightOn(store, { ask, timeout: 0 }))).rejects.toMatchObject({
    code: 'timeout',
    message: 'timed out after 0 s, before the server was asked',
  });
});

test('a stored session that is good enough is used without a lock', async () => {
  const store = memoryStore();
  await store.save(old);
  const flight = flightOn(store, {
    isGood: () => true,
    ask: () => Promise.reject(new Error('the server must not be asked')),
  });
  await holding(store, async () => {
    expect(await singleFlight(flight)).toEqual({ session: old, asked: false });
  });
});
