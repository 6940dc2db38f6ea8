/** The flights of a machine whose store is in the hands of an attacker. */
import { describe, expect, test } from '@jest/globals';
import { AuthctlError } from '../../../src/errors.ts';
import type { Session } from '../../../src/session/session.ts';
import type { SharedStore, StoredToken, Taken } from '../../../src/session/shared-store.ts';
import type { SharedFlight } from '../../../src/session/store.ts';
import { parseKeyRing } from '../../../src/store/shared/key-ring.ts';
import { sealed } from '../../../src/store/shared/sessions.ts';
import { slotOf } from '../../../src/store/shared/slot.ts';
import { together } from '../../../src/store/shared/together.ts';
import { keyOf } from '../../session/sample.ts';
import { codeOf, keyText, machine } from './open.ts';

const key = keyOf();
const secretOnly = keyOf({ account: { fingerprint: 'mine' } });
const seen = { now: 1_800_000_000_000, event: '0-0' };
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A store whose answers a test makes, by their count. */
function hostile(take: (count: number) => Taken, more: Partial<SharedStore> = {}) {
  let takes = 0;
  const store = {
    look: async () => seen,
    take: async () => {
      // As the network has it: a store that answers in a microtask would stop the clock.
      await pause(1);
      takes += 1;
      return take(takes);
    },
    wait: async () => pause(1),
    leave: async () => {},
    beat: async () => true,
    rest: () => {},
    ...more,
  } as SharedStore;
  return { store, takes: () => takes };
}

function flight(more: Partial<SharedFlight> = {}): SharedFlight {
  return {
    key,
    fingerprint: 'mine',
    stored: undefined,
    isGood: () => false,
    rejected: false,
    force: false,
    exclusive: false,
    respend: false,
    ask: async () => ({
      key,
      tokenSet: { accessToken: 'new', receivedAt: Date.now(), lifetime: 600_000 },
    }),
    timeout: 1000,
    signal: new AbortController().signal,
    ...more,
  };
}

/** A local copy that is alive, and whose renewal is due. */
const stored: Session = {
  key,
  tokenSet: {
    accessToken: 'copy',
    receivedAt: Date.now(),
    lifetime: 600_000,
    shared: { store: 'store', n: 1, renewal: 0 },
  },
};

const token = (n: number, text: string): StoredToken => ({
  n,
  storedAt: seen.now,
  sealed: text,
  isOver: false,
});

describe('an endless lease', () => {
  const held = (until: number) => (): Taken => ({
    ...seen,
    status: 'held',
    lease: { n: 2, until },
  });

  test('that no machine can have taken is the error of the store, at once', async () => {
    const { store, takes } = hostile(held(9e15));
    const { world, notices } = machine(store);
    const { session } = await together(world).fly(flight({ stored }));
    expect([session, takes()]).toEqual([stored, 1]);
    expect(notices).toEqual([expect.stringMatching(/lease.*; the token is this machine's copy$/)]);
    expect(await codeOf(together(world).fly(flight()))).toBe('store');
  });

  test('is waited for until the time-out, and then the copy is used', async () => {
    const { store } = hostile(held(seen.now + 300_000));
    const { world, notices } = machine(store);
    const { session, asked } = await together(world).fly(flight({ stored }));
    expect([session, asked]).toEqual([stored, false]);
    expect(notices).toEqual([
      "notice: another machine is getting this token, and has not finished after 1 s; the token is this machine's copy",
    ]);
  });

  test('a copy that was rejected is not used, nor one where a login was asked for, nor is a login made', async () => {
    const { world } = machine(hostile(held(seen.now + 300_000)).store, { fallback: true });
    for (const more of [{ stored, rejected: true }, { stored, force: true }, {}]) {
      expect(await codeOf(together(world).fly(flight({ ...more, timeout: 100 })))).toBe('timeout');
    }
  });

  test('a time-out of the server is not one of waiting', async () => {
    const { store } = hostile(() => ({ ...seen, status: 'granted', n: 2 }));
    const ask = async () => {
      throw new AuthctlError('timeout', 'My API does not answer');
    };
    expect(await codeOf(together(machine(store).world).fly(flight({ stored, ask })))).toBe(
      'timeout',
    );
  });

  test('a wait that ends at once does not spin', async () => {
    const { store, takes } = hostile(held(seen.now + 10_000));
    expect(await codeOf(together(machine(store).world).fly(flight()))).toBe('timeout');
    expect(takes()).toBeLessThan(100);
  });
});

describe('answers that lead nowhere', () => {
  /** What a flight ends with, its notices, and how often the store was asked. */
  async function flown(take: (count: number) => Taken, more: Partial<SharedFlight> = {}) {
    const { store, takes } = hostile(take);
    const { world, notices } = machine(store);
    return { code: await codeOf(together(world).fly(flight(more))), notices, takes: takes() };
  }

  test('garbage that is another each time: it is told once', async () => {
    const found = await flown((count) => ({
      ...seen,
      status: 'token',
      token: token(count, 'garbage'),
    }));
    expect(found).toEqual({ code: 'store', notices: [expect.any(String)], takes: 3 });
  });

  test('garbage under a lease: it is told once', async () => {
    const { notices } = await flown((count) => ({
      ...seen,
      status: 'held',
      token: token(count, 'garbage'),
    }));
    expect(notices).toHaveLength(1);
  });

  test.each([
    ['another’s session in every place', secretOnly],
    ['another’s session where the account tells the place', key],
  ])('%s', async (_, place) => {
    const found = await flown(() => ({ ...seen, status: 'foreign' }), { key: place });
    expect([found.code, found.takes]).toEqual(['store', 3]);
  });

  test('the same token again, that was not good enough: it is asked for again after a pause', async () => {
    const ring = parseKeyRing(keyText, 'test');
    const place = { sid: slotOf(ring, key).sid, n: 5, expiresAt: undefined, ahead: false };
    const set = { accessToken: 'old', receivedAt: 0, lifetime: null };
    const text = sealed({ ring }, set, place)?.sealed ?? '';
    const found = await flown(() => ({ ...seen, status: 'token', token: token(5, text) }));
    expect(found.code).toBe('timeout');
    expect(found.takes).toBeLessThan(10);
  });

  test('a lease whose token is never taken: it is offered again after a pause', async () => {
    const { store, takes } = hostile((count) => ({ ...seen, status: 'granted', n: count + 1 }), {
      keep: async () => 'behind',
    });
    expect(await codeOf(together(machine(store).world).fly(flight()))).toBe('timeout');
    expect(takes()).toBeLessThan(12);
  });
});

test('a reader is told of garbage once too, however often it looks', async () => {
  const lease = { n: 2, until: seen.now + 10_000 };
  const { store } = hostile(() => ({ ...seen, status: 'held' }), {
    look: async () => ({ ...seen, token: token(1, 'garbage'), lease }),
  });
  const { world, notices } = machine(store, { readsOnly: true });
  expect(await codeOf(together(world).fly(flight({ timeout: 200 })))).toBe('timeout');
  expect(notices).toHaveLength(1);
});
