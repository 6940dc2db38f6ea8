/** The port of a shared store, on a real server, as the users that the documentation describes. */
import { beforeAll, expect, test } from '@jest/globals';
import type { Claim, Kept, SharedStore, Taken } from '../../../src/session/shared-store.ts';
import { keysOf } from '../../../src/store/shared/redis.ts';
import { describeWith } from '../../parts.ts';
import { codeOf, openPort } from './open.ts';
import { type RedisServer, startRedis } from './server.ts';

const minute = 60_000;
let names = 0;
const newSid = () => `session-${++names}`.padEnd(22, 'x');

function claim(holder: string, more: Partial<Claim> = {}): Claim {
  return {
    holder,
    lease: 5000,
    fingerprint: 'mine',
    need: 0,
    atLeast: 0,
    ahead: true,
    force: false,
    steady: false,
    ...more,
  };
}

function kept(holder: string, n: number, more: Partial<Kept> = {}): Kept {
  return {
    holder,
    n,
    age: 0,
    sealed: `sealed-${n}`,
    lifetime: 10 * minute,
    renewIn: 8 * minute,
    ...more,
  };
}

/** The number of a lease that must be granted. */
function granted(taken: Taken): number {
  if (taken.status !== 'granted') throw new Error(`it is ${taken.status}`);
  return taken.n;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describeWith(['redis-server', 'redis-cli', 'openssl'], 'the port', () => {
  let server: RedisServer;
  let store: SharedStore;
  let other: SharedStore;
  let reader: SharedStore;
  beforeAll(async () => {
    server = await startRedis();
    store = openPort(server);
    other = openPort(server);
    reader = openPort(server, 'reader');
  });

  /** A session with a token. @returns its name and the token's number */
  async function stored(more: Partial<Kept> = {}, sid = newSid()) {
    const n = granted(await store.take(sid, claim('a')));
    expect(await store.keep(sid, kept('a', n, more))).toBe('kept');
    return { sid, n };
  }

  test('grants one lease, whose holder the others are told of', async () => {
    const sid = newSid();
    const n = granted(await store.take(sid, claim('a')));
    const second = await other.take(sid, claim('b'));
    expect(second).toMatchObject({ status: 'held', lease: { n } });
    expect((second.lease?.until ?? 0) - second.now).toBeGreaterThan(4000);
    expect(await reader.look(sid)).toMatchObject({ lease: { n } });
  });

  test('gives the token to everybody, with its times on the server’s clock', async () => {
    const { sid, n } = await stored({ age: 1000 });
    const taken = await other.take(sid, claim('b'));
    expect(taken).toMatchObject({
      status: 'token',
      token: { n, sealed: `sealed-${n}`, isOver: false },
    });
    const { token, now } = taken;
    expect(now - (token?.storedAt ?? 0)).toBeGreaterThanOrEqual(1000);
    expect((token?.expiresAt ?? 0) - (token?.storedAt ?? 0)).toBe(10 * minute);
    expect((token?.renewAt ?? 0) - (token?.storedAt ?? 0)).toBe(8 * minute);
    expect((await reader.look(sid)).token).toEqual(token);
  });

  test('has numbers that rise, whatever happened before', async () => {
    const { sid, n } = await stored();
    const later = granted(await store.take(sid, claim('a', { force: true })));
    expect(later).toBeGreaterThan(n);
    await store.leave(sid, 'a', later, {});
    const seen = later + 1e9;
    expect(granted(await store.take(sid, claim('a', { atLeast: seen })))).toBeGreaterThan(seen);
  });

  test('refuses a token that is older than the stored one', async () => {
    const sid = newSid();
    const first = granted(await store.take(sid, claim('a', { lease: 1 })));
    await pause(5);
    const second = granted(await other.take(sid, claim('b')));
    expect(await other.keep(sid, kept('b', second))).toBe('kept');
    expect(await store.keep(sid, kept('a', first))).toBe('stale');
    expect((await store.look(sid)).token?.n).toBe(second);
  });

  test('holds an older token back while a later machine asks, unless a refresh token would be lost', async () => {
    for (const [more, outcome] of [
      [{}, 'behind'],
      [{ refresh: 'sealed-refresh' }, 'kept'],
    ] as const) {
      const sid = newSid();
      const first = granted(await store.take(sid, claim('a', { lease: 1 })));
      await pause(5);
      granted(await other.take(sid, claim('b')));
      expect(await store.keep(sid, kept('a', first, more))).toBe(outcome);
    }
  });

  test('extends a lease, restores a lost one that is free, and refuses one that another took', async () => {
    const sid = newSid();
    const n = granted(await store.take(sid, claim('a', { lease: 200 })));
    expect(await store.beat(sid, 'a', n, 400)).toBe(true);
    await pause(250);
    expect((await other.take(sid, claim('b'))).status).toBe('held');
    await pause(200);
    // What a new primary that was never told of it has.
    server.cli('DEL', keysOf(sid)[1]);
    expect(await store.beat(sid, 'a', n, 50)).toBe(true);
    await pause(60);
    granted(await other.take(sid, claim('b')));
    expect(await store.beat(sid, 'a', n, 5000)).toBe(false);
    expect((await store.look(sid)).lease?.n).not.toBe(n);
  });

  test('wakes those who wait, and misses nothing that happened before they did', async () => {
    const sid = newSid();
    const n = granted(await store.take(sid, claim('a')));
    const { event } = await other.take(sid, claim('b'));
    const waiting = other.wait(sid, event, 5000);
    const start = performance.now();
    await store.keep(sid, kept('a', n));
    await waiting;
    await reader.wait(sid, event, 5000);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('gives the good token to the others while one machine renews it ahead', async () => {
    const { sid, n } = await stored({ renewIn: 0 });
    const taken = await store.take(sid, claim('a'));
    expect(taken).toMatchObject({ status: 'granted', token: { n, isOver: false } });
    expect((await other.take(sid, claim('b'))).status).toBe('token');
    // Where a new token ends the one before, they wait.
    expect((await other.take(sid, claim('b', { ahead: false }))).status).toBe('held');
  });

  test('does not give a token that is good for too short, except as the result of a wait', async () => {
    const { sid, n } = await stored({ lifetime: minute, renewIn: 48_000 });
    const need = 2 * minute;
    expect((await other.take(sid, claim('b', { need, after: n - 1 }))).status).toBe('token');
    granted(await other.take(sid, claim('b', { need })));
  });

  test('spoils a rejected token for everybody, once', async () => {
    const { sid, n } = await stored();
    const next = granted(await store.take(sid, claim('a', { bad: n })));
    expect((await reader.look(sid)).token).toMatchObject({ n, isOver: true });
    expect((await other.take(sid, claim('b', { bad: n }))).status).toBe('held');
    await store.keep(sid, kept('a', next));
    expect(await other.take(sid, claim('c', { bad: n }))).toMatchObject({
      status: 'token',
      token: { n: next },
    });
  });

  test('never gives a token that is older than one which the machine has had', async () => {
    const { sid, n } = await stored();
    expect((await other.take(sid, claim('b', { atLeast: n }))).status).toBe('token');
    granted(await other.take(sid, claim('b', { atLeast: n + 1 })));
  });

  test('repeats a refusal to the same credentials, and lets others try at once', async () => {
    const sid = newSid();
    const n = granted(await store.take(sid, claim('a')));
    const failure = { kind: 'refused', fingerprint: 'mine', sealed: 'words' } as const;
    await store.leave(sid, 'a', n, { failure });
    const again = await other.take(sid, claim('b'));
    expect(again).toMatchObject({ status: 'failed', failure: { n, sealed: 'words' } });
    const theirs = granted(await other.take(sid, claim('b', { fingerprint: 'other' })));
    await other.keep(sid, kept('b', theirs));
    expect((await store.take(sid, claim('a'))).status).toBe('token');
  });

  test('remembers a refusal for 30 s, twice as long each time, and an hour at most', async () => {
    const sid = newSid();
    const failure = { kind: 'refused', fingerprint: 'mine', sealed: 'words' } as const;
    const field = 'f:mine';
    const [, l] = keysOf(sid);
    const times: number[] = [];
    for (let round = 0; round < 9; round++) {
      const n = granted(await store.take(sid, claim('a', { force: true })));
      await store.leave(sid, 'a', n, { failure });
      const now = (await store.look(sid)).now;
      const [until = '0'] = server.cli('HGET', l, field).split(' ');
      times.push(Math.round((Number(until) - now) / 1000));
    }
    expect(times).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
  });

  test('makes everybody wait for a rate limit', async () => {
    const sid = newSid();
    const n = granted(await store.take(sid, claim('a')));
    const failure = {
      kind: 'limited',
      fingerprint: 'mine',
      milliseconds: 200,
      sealed: 'words',
    } as const;
    await store.leave(sid, 'a', n, { failure });
    expect((await other.take(sid, claim('b', { fingerprint: 'other' }))).status).toBe('failed');
    expect((await reader.look(sid)).failure).toEqual({ n, sealed: 'words' });
    await pause(250);
    granted(await other.take(sid, claim('b')));
  });

  test('lets three machines try after a network failure, then none for 5 s', async () => {
    const sid = newSid();
    const failure = { kind: 'transient', fingerprint: 'mine', sealed: 'words' } as const;
    for (const holder of ['a', 'b', 'c']) {
      const n = granted(await store.take(sid, claim(holder)));
      await store.leave(sid, holder, n, { failure });
    }
    expect((await other.take(sid, claim('d'))).status).toBe('failed');
  });

  test('marks a refresh token as being spent, until it is known what became of it', async () => {
    const { sid, n } = await stored({ refresh: 'refresh-1', lifetime: 1, renewIn: 0 });
    await pause(5);
    const first = await store.take(sid, claim('a', { lease: 1 }));
    expect(first).toMatchObject({
      status: 'granted',
      refresh: { n, sealed: 'refresh-1', spent: false },
    });
    await pause(5);
    // Its holder has died, and may have presented it.
    const second = await other.take(sid, claim('b'));
    expect(second).toMatchObject({ status: 'granted', refresh: { spent: true } });
    await other.leave(sid, 'b', granted(second), { refresh: 'unused' });
    const third = await other.take(sid, claim('c'));
    expect(third).toMatchObject({ refresh: { spent: true } });
    await other.keep(sid, kept('c', granted(third), { refresh: 'refresh-2' }));
    const fourth = await other.take(sid, claim('d', { force: true }));
    expect(fourth).toMatchObject({ refresh: { sealed: 'refresh-2', spent: false } });
    // Not presented by the one that had it.
    await other.leave(sid, 'd', granted(fourth), { refresh: 'unused' });
    const fifth = await other.take(sid, claim('e', { force: true }));
    expect(fifth).toMatchObject({ refresh: { spent: false } });
    await other.leave(sid, 'e', granted(fifth), { refresh: 'refused' });
    expect(granted(await other.take(sid, claim('f', { force: true })))).toBeGreaterThan(0);
    expect(server.cli('EXISTS', keysOf(sid)[2]).trim()).toBe('0');
  });

  test('grants the lease again to a holder that lost the answer, without calling its refresh token spent', async () => {
    const { sid } = await stored({ refresh: 'refresh', lifetime: 1 });
    await pause(5);
    await store.take(sid, claim('a'));
    expect(await store.take(sid, claim('a'))).toMatchObject({
      status: 'granted',
      refresh: { spent: false },
    });
  });

  test('keeps one credential’s session from another’s', async () => {
    const sid = newSid();
    const mine = claim('a', { owner: 'mine' });
    const theirs = claim('b', { owner: 'theirs' });
    const n = granted(await store.take(sid, mine));
    expect((await other.take(sid, theirs)).status).toBe('foreign');
    await store.keep(sid, kept('a', n, { owner: 'mine' }));
    expect((await other.take(sid, theirs)).status).toBe('foreign');
    expect(await other.end(sid, 'theirs')).toBeUndefined();
    expect((await store.take(sid, mine)).status).toBe('token');
  });

  test('ends a session for all, and keeps its number from falling', async () => {
    const { sid, n } = await stored({ refresh: 'refresh' });
    expect(await other.end(sid)).toMatchObject({ n, sealed: 'refresh' });
    expect((await reader.look(sid)).token).toBeUndefined();
    expect(granted(await store.take(sid, claim('a', { atLeast: n })))).toBeGreaterThan(n);
  });

  test('lets nothing last for ever', async () => {
    const { sid } = await stored({ refresh: 'refresh' });
    for (const key of keysOf(sid)) expect(Number(server.cli('PTTL', key))).toBeGreaterThan(0);
  });

  test('has all keys of a session in one slot of a cluster', () => {
    const tags = keysOf('the-name').map((key) => /\{(.*?)\}/.exec(key)?.[1]);
    expect(new Set(tags)).toEqual(new Set(['the-name']));
  });

  test('lets a reader read, and neither take, keep, spoil nor see a refresh token', async () => {
    const { sid, n } = await stored({ refresh: 'refresh' });
    const [t, l, r] = keysOf(sid);
    const refusals = [
      reader.take(sid, claim('r')),
      reader.keep(sid, kept('r', n + 1)),
      reader.leave(sid, 'r', n, {}),
      reader.end(sid),
    ];
    for (const refusal of refusals) expect(await codeOf(refusal)).toBe('store');
    const dryRun = (...words: string[]) => server.cli('ACL', 'DRYRUN', 'reader', ...words).trim();
    for (const words of [
      ['HMGET', r, 'sealed'],
      ['HSET', t, 'sealed', 'x'],
      ['HSET', l, 'until', '0'],
      ['DEL', t],
      ['EVAL', 'return 1', '0'],
      ['KEYS', '*'],
      ['SCAN', '0'],
      ['CONFIG', 'GET', '*'],
      ['MONITOR'],
    ]) {
      expect([words[0], dryRun(...words)]).toEqual([
        words[0],
        expect.stringContaining('permission'),
      ]);
    }
    expect((await reader.look(sid)).token?.n).toBe(n);
  });

  test('grants a renewer nothing but the keys and commands of the protocol', () => {
    const dryRun = (...words: string[]) => server.cli('ACL', 'DRYRUN', 'renewer', ...words).trim();
    for (const words of [
      ['HMGET', 'other', 'x'],
      ['FLUSHALL'],
      ['KEYS', '*'],
      ['SCAN', '0'],
      ['CONFIG', 'GET', '*'],
      ['ACL', 'LIST'],
      ['MONITOR'],
    ]) {
      expect([words[0], dryRun(...words)]).toEqual([
        words[0],
        expect.stringContaining('permission'),
      ]);
    }
    expect(dryRun('HMGET', 'authctl:1:{x}:t', 'n')).toBe('OK');
  });
});
