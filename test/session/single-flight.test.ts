/** One flight in a crowd, by itself: what it does with the lock, with what is stored, and with what went wrong. */
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

/** A flight on a store; nothing that is stored will do. */
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

/** Holds the lock while something is done. */
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
])('whoever gets the lock, %s,', (_where, open) => {
  test('asks with what is stored, within the time that is left, keeps the answer, and lets go', async () => {
    const store = open();
    await store.save(old);
    const asked: unknown[] = [];
    const landed = await singleFlight(
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
    expect(landed).toEqual({ session: fresh, asked: true });
    expect(asked).toEqual([old, false]);
    expect(await store.read(key)).toEqual(fresh);
    expect(await isFree(store)).toBe(true);
  });

  test('lets go where a signal comes, as long as it asks and no longer', async () => {
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
    ['an error of ours, for those who wait', offline, true],
    ['nothing of a bug', new TypeError('bug'), false],
  ])('keeps %s, and lets go', async (_, error, kept) => {
    const store = open();
    const ask = () => Promise.reject(error);
    await expect(singleFlight(flightOn(store, { ask }))).rejects.toBe(error);
    expect((await store.failure(key)) !== undefined).toBe(kept);
    expect(await isFree(store)).toBe(true);
  });

  test('forgets a failure when it succeeds', async () => {
    const store = open();
    await expect(
      singleFlight(flightOn(store, { ask: () => Promise.reject(offline) })),
    ).rejects.toBe(offline);
    await singleFlight(flightOn(store));
    expect(await store.failure(key)).toBeUndefined();
  });

  test('has the token though it cannot be kept, and says why', async () => {
    const unkept = new AuthctlError('store', 'cannot write');
    const store = { ...open(), save: () => Promise.reject(unkept) };
    expect(await singleFlight(flightOn(store))).toEqual({ session: fresh, asked: true, unkept });
    expect(await isFree(store)).toBe(true);
  });

  test('asks nobody where that is hopeless by what is stored', async () => {
    const store = open();
    await store.save(old);
    const flight = flightOn(store, {
      hopeless: (stored) => (stored?.tokenSet.accessToken === 'old' ? offline : undefined),
      ask: () => Promise.reject(new Error('nobody is to be asked')),
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
])('whoever waits, %s,', (_where, place) => {
  /** One that waits while the holder does something, and asks if it has to. */
  async function meanwhile(
    act: (store: Store, id: string, clock: FakeClock) => Promise<void>,
    more: Partial<Flight> = {},
  ) {
    // Each has a store of its own, as processes have.
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
      // As long as the holder needs to let go: an answer may be taken over before that.
      await clock.advance(300);
    });
    return clock.until(flight);
  }

  const failWith =
    (error: AuthctlError, fingerprint = 'mine') =>
    (store: Store, id: string) =>
      store.keepFailure(key, { holder: id, fingerprint, at: Date.now(), error });

  test('takes over a session that came, though it is not as good as was asked for', async () => {
    const another = sessionOf(key, 'short');
    expect(await meanwhile((store) => store.save(another))).toEqual(['short', false]);
  });

  test('asks by itself where nothing came', async () => {
    expect(await meanwhile(async () => {})).toEqual(['fresh', true]);
  });

  test('takes over an error, as it is', async () => {
    expect(await meanwhile(failWith(offline))).toMatchObject({
      code: 'network',
      message: 'no connection',
    });
  });

  test('asks by itself where others failed with other credentials', async () => {
    const refused = new AuthctlError('refused', 'no');
    expect(await meanwhile(failWith(refused, 'yours'))).toEqual(['fresh', true]);
  });

  test('asks by itself where the error is one of before', async () => {
    const before = (store: Store) => failWith(offline)(store, 'an earlier holder');
    expect(await meanwhile(before)).toEqual(['fresh', true]);
  });

  test('waits no longer than it may', async () => {
    const outcome = await meanwhile((_store, _id, clock) => clock.advance(500), { timeout: 300 });
    expect(outcome).toMatchObject({ code: 'timeout', message: expect.stringContaining('0.3 s') });
  });
});

describe('where no lock can be had', () => {
  test.each<[string, LockAttempts | undefined]>([
    ['because there is no directory for it', undefined],
    [
      'because nothing can be written there',
      {
        take: () => Promise.reject(Object.assign(new Error(), { code: 'EROFS' })),
        waitedFor: () => false,
      },
    ],
  ])('everybody asks, %s', async (_, attempts) => {
    const store = memoryStore();
    const lockless = { ...store, lock: async () => attempts };
    expect(await singleFlight(flightOn(lockless))).toEqual({ session: fresh, asked: true });
    const failing = flightOn(lockless, { ask: () => Promise.reject(offline) });
    await expect(singleFlight(failing)).rejects.toBe(offline);
    expect(await store.failure(key)).toBeUndefined();
  });
});

test('a session that will do is taken without a lock', async () => {
  const store = memoryStore();
  await store.save(old);
  const flight = flightOn(store, {
    isGood: () => true,
    ask: () => Promise.reject(new Error('nobody is to be asked')),
  });
  await holding(store, async () => {
    expect(await singleFlight(flight)).toEqual({ session: old, asked: false });
  });
});
