/** The flights of several machines, each with its own connection to a real server. */
import { beforeAll, expect, test } from '@jest/globals';
import type { TokenSet } from '../../../src/declaration/token-set.ts';
import { AuthctlError } from '../../../src/errors.ts';
import { isFresh } from '../../../src/session/freshness.ts';
import type { SessionKey } from '../../../src/session/key.ts';
import type { Session } from '../../../src/session/session.ts';
import type { SharedStore } from '../../../src/session/shared-store.ts';
import type { SharedFlight } from '../../../src/session/store.ts';
import { newKeyText, parseKeyRing } from '../../../src/store/shared/key-ring.ts';
import { keysOf } from '../../../src/store/shared/redis.ts';
import { slotOf } from '../../../src/store/shared/slot.ts';
import { together } from '../../../src/store/shared/together.ts';
import type { SharedWorld } from '../../../src/store/shared/world.ts';
import { describeWith } from '../../parts.ts';
import { keyOf } from '../../session/sample.ts';
import { codeOf, machine, openPort } from './open.ts';
import { type RedisServer, startRedis } from './server.ts';

let users = 0;
const newKey = () => keyOf({ account: { fields: { user: `user-${++users}` } } });
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A login server that counts, with the token of each login. */
function vendor(key: SessionKey, more: Partial<TokenSet> = {}, takes = 0) {
  const given: string[] = [];
  const seen: (string | undefined)[] = [];
  const ask: SharedFlight['ask'] = async (stored, _, mayAsk) => {
    mayAsk();
    seen.push(stored?.tokenSet.refreshToken);
    const accessToken = `token-${given.length + 1}`;
    given.push(accessToken);
    await pause(takes);
    return { key, tokenSet: { accessToken, receivedAt: Date.now(), lifetime: 600_000, ...more } };
  };
  return { given, seen, ask };
}

function flight(
  key: SessionKey,
  ask: SharedFlight['ask'],
  more: Partial<SharedFlight> = {},
): SharedFlight {
  return {
    key,
    fingerprint: 'mine',
    stored: undefined,
    isGood: ({ tokenSet }) => isFresh(tokenSet, Date.now()),
    rejected: false,
    force: false,
    exclusive: false,
    respend: false,
    ask,
    timeout: 8000,
    signal: new AbortController().signal,
    ...more,
  };
}

const tokenOf = ({ session }: { session: Session }) => session.tokenSet.accessToken;

describeWith(['redis-server', 'redis-cli', 'openssl'], 'machines that share a store', () => {
  let server: RedisServer;
  let ports: SharedStore[];
  beforeAll(async () => {
    server = await startRedis();
    ports = Array.from({ length: 8 }, () => openPort(server));
  });

  const port = (index: number) => ports[index] ?? openPort(server);
  const fleet = (parts: Partial<SharedWorld> = {}) =>
    ports.map((store) => together(machine(store, parts).world));
  const reader = () => together(machine(openPort(server, 'reader'), { readsOnly: true }).world);

  test('one asks, and all have its token', async () => {
    const key = newKey();
    const { given, ask } = vendor(key, {}, 200);
    const flown = await Promise.all(fleet().map((each) => each.fly(flight(key, ask))));
    expect(given).toEqual(['token-1']);
    expect(flown.map(tokenOf)).toEqual(ports.map(() => 'token-1'));
    expect(flown.filter(({ asked }) => asked)).toHaveLength(1);
  });

  test('two profiles share a session, two base URLs do not', async () => {
    const key = newKey();
    const { given, ask } = vendor(key);
    const [one] = fleet();
    await one?.fly(flight(key, ask));
    await one?.fly(flight({ ...key, profile: 'work' }, ask));
    expect(given).toHaveLength(1);
    await one?.fly(flight({ ...key, baseUrl: 'https://other.example' }, ask));
    expect(given).toHaveLength(2);
  });

  test('a reader has the token, waits for one that is being got, and never asks', async () => {
    const key = newKey();
    const never: SharedFlight['ask'] = async () => {
      throw new AuthctlError('session_missing', 'nobody renews');
    };
    const one = reader();
    expect(await codeOf(one.fly(flight(key, never)))).toBe('session_missing');
    const { ask } = vendor(key, {}, 300);
    const renewing = fleet()[0]?.fly(flight(key, ask));
    await pause(100);
    expect(tokenOf(await one.fly(flight(key, never)))).toBe('token-1');
    await renewing;
    expect(tokenOf(await reader().fly(flight(key, never)))).toBe('token-1');
  });

  test('a reader is told what the machine that asked last was told', async () => {
    const key = newKey();
    const limited: SharedFlight['ask'] = async () => {
      throw new AuthctlError('rate_limited', 'My API is overloaded', { retryAfter: 60 });
    };
    await codeOf(fleet()[0]?.fly(flight(key, limited)) ?? Promise.resolve());
    const missing: SharedFlight['ask'] = async () => {
      throw new AuthctlError('session_missing', 'nobody renews');
    };
    await expect(reader().fly(flight(key, missing))).rejects.toThrow(
      'nobody renews; the machine that asked last: My API is overloaded',
    );
  });

  test('a secret without an account has a place of its own, if another’s is in that of the profile', async () => {
    const profile = `p${++users}`;
    const of = (fingerprint: string) => keyOf({ profile, account: { fingerprint } });
    const [first, second] = [
      vendor(of('mine')),
      vendor(of('theirs'), { kept: { which: 'theirs' } }),
    ];
    const [one, two] = fleet();
    await one?.fly(flight(of('mine'), first.ask));
    const other = await two?.fly(flight(of('theirs'), second.ask));
    expect(other?.session.tokenSet.kept).toEqual({ which: 'theirs' });
    expect([first.given.length, second.given.length]).toEqual([1, 1]);
    const again = await two?.fly(flight(of('theirs'), second.ask));
    expect([again?.asked, again?.session.tokenSet.kept]).toEqual([false, { which: 'theirs' }]);
    expect((await one?.look(of('mine')))?.tokenSet.kept).toBeUndefined();
    // A reader, which has no secret, finds that of the profile.
    const { session } = await reader().fly(
      flight(keyOf({ profile, account: { fields: {} } }), first.ask),
    );
    expect([session.tokenSet.accessToken, session.tokenSet.kept]).toEqual(['token-1', undefined]);
  });

  test('a refusal is told to all, in the server’s words, and not to other credentials', async () => {
    const key = newKey();
    let asked = 0;
    const refuse: SharedFlight['ask'] = async () => {
      asked += 1;
      await pause(100);
      throw new AuthctlError('refused', 'My API refused the credentials: wrong password', {
        status: 401,
      });
    };
    const codes = await Promise.all(fleet().map((each) => codeOf(each.fly(flight(key, refuse)))));
    expect(codes).toEqual(ports.map(() => 'refused'));
    expect(asked).toBe(1);
    const { ask } = vendor(key);
    const flown = await fleet()[0]?.fly(flight(key, ask, { fingerprint: 'other' }));
    expect(flown?.asked).toBe(true);
  });

  test('a network failure is met by three machines at most, then by none', async () => {
    const key = newKey();
    let asked = 0;
    const fail: SharedFlight['ask'] = async () => {
      asked += 1;
      throw new AuthctlError('network', 'cannot connect');
    };
    const codes = await Promise.all(fleet().map((each) => codeOf(each.fly(flight(key, fail)))));
    expect(codes).toEqual(ports.map(() => 'network'));
    expect(asked).toBe(3);
  });

  test('a token is renewed ahead by one, and the others have the good one at once', async () => {
    const key = newKey();
    const { given, ask } = vendor(key, { lifetime: 4000 }, 400);
    const all = fleet();
    await all[0]?.fly(flight(key, ask));
    await pause(3250);
    const began = performance.now();
    const times = await Promise.all(
      all.map(async (each) => {
        const { asked } = await each.fly(flight(key, ask));
        return asked ? 0 : performance.now() - began;
      }),
    );
    expect(given).toHaveLength(2);
    expect(Math.max(...times)).toBeLessThan(350);
  });

  test('a good token stays in use, if it cannot be renewed ahead', async () => {
    const key = newKey();
    const { ask } = vendor(key, { lifetime: 2000 });
    const { world, notices } = machine(port(0));
    const one = together(world);
    await one.fly(flight(key, ask));
    await pause(1650);
    const fail: SharedFlight['ask'] = async () => {
      throw new AuthctlError('network', 'cannot connect');
    };
    const { session, asked } = await one.fly(flight(key, fail));
    expect([session.tokenSet.accessToken, asked]).toEqual(['token-1', false]);
    expect(notices.join()).toContain('could not be renewed ahead');
  });

  test('a rejected token is replaced once, however many reject it', async () => {
    const key = newKey();
    const { given, ask } = vendor(key, {}, 100);
    const all = fleet();
    const { session } = (await all[0]?.fly(flight(key, ask))) ?? { session: undefined };
    const reject = { stored: session, rejected: true, isGood: () => false };
    const flown = await Promise.all(all.map((each) => each.fly(flight(key, ask, reject))));
    expect(given).toHaveLength(2);
    expect(new Set(flown.map(tokenOf))).toEqual(new Set(['token-2']));
    expect(flown.every((each) => each.session.tokenSet.replaces)).toBe(true);
  });

  test('a refresh token is presented by one, and not again after a death', async () => {
    const key = newKey();
    const { seen, ask } = vendor(key, { lifetime: 1, refreshToken: 'refresh' });
    const [one, two] = fleet();
    await one?.fly(flight(key, ask, { force: true }));
    await pause(10);
    await two?.fly(
      flight(key, ask, {
        force: true,
        stored: { key, tokenSet: { accessToken: 'old', receivedAt: 0, lifetime: 1 } },
      }),
    );
    expect(seen).toEqual([undefined, 'refresh']);
    // The lease of one that died with the refresh token in its hands.
    const { sid } = slotOf(machine(port(0)).world.ring, key);
    const dead = await port(2).take(sid, {
      ...{ holder: 'dead', lease: 1, fingerprint: '', need: 0, atLeast: 0 },
      ...{ ahead: true, force: true, steady: false },
    });
    expect(dead).toMatchObject({ status: 'granted', refresh: { spent: false } });
    await pause(10);
    await one?.fly(flight(key, ask, { force: true }));
    expect(seen).toEqual([undefined, 'refresh', undefined]);
  });

  test('a machine whose only credential is a refresh token presents it even so', async () => {
    const key = newKey();
    const { seen, ask } = vendor(key, { lifetime: 1, refreshToken: 'refresh' });
    const [one] = fleet();
    await one?.fly(flight(key, ask, { force: true }));
    const { sid } = slotOf(machine(port(0)).world.ring, key);
    await port(2).take(sid, {
      ...{ holder: 'dead', lease: 1, fingerprint: '', need: 0, atLeast: 0 },
      ...{ ahead: true, force: true, steady: false },
    });
    await pause(10);
    await one?.fly(flight(key, ask, { force: true, respend: true }));
    expect(seen).toEqual([undefined, 'refresh']);
  });

  test('a holder that was stopped past its lease hands its token to nobody', async () => {
    const key = newKey();
    const [, two] = fleet({ lease: 300 });
    const { ask } = vendor(key);
    // As SIGSTOP does it, no beat is sent.
    const stopped = { ...machine(port(0), { lease: 300 }).world };
    const frozen = together({ ...stopped, clock: { ...stopped.clock, every: () => () => {} } });
    const slow: SharedFlight['ask'] = async () => {
      await pause(800);
      return { key, tokenSet: { accessToken: 'late', receivedAt: Date.now(), lifetime: 600_000 } };
    };
    const late = frozen.fly(flight(key, slow));
    await pause(400);
    expect(await two?.fly(flight(key, ask))).toMatchObject({ asked: true });
    expect(tokenOf(await late)).toBe('token-1');
  });

  test('a holder that was stopped before it asked asks nothing', async () => {
    const key = newKey();
    const stopped = machine(port(0), { lease: 300 }).world;
    const frozen = together({ ...stopped, clock: { ...stopped.clock, every: () => () => {} } });
    let sent = 0;
    const slow: SharedFlight['ask'] = async (_, __, mayAsk) => {
      if (sent === 0) await pause(400);
      mayAsk();
      sent += 1;
      return {
        key,
        tokenSet: { accessToken: `sent-${sent}`, receivedAt: Date.now(), lifetime: 600_000 },
      };
    };
    const { ask, given } = vendor(key);
    const late = frozen.fly(flight(key, slow));
    await pause(350);
    await fleet({ lease: 300 })[1]?.fly(flight(key, ask));
    expect(tokenOf(await late)).toBe('token-1');
    expect([sent, given.length]).toEqual([0, 1]);
  });

  test('an exclusive session: all wait while a new one is got', async () => {
    const key = newKey();
    const { given, ask } = vendor(key, {}, 400);
    const all = fleet();
    await all[0]?.fly(flight(key, ask, { exclusive: true }));
    const forced = all[0]?.fly(flight(key, ask, { exclusive: true, force: true }));
    await pause(100);
    const flown = await all[1]?.fly(flight(key, ask, { exclusive: true }));
    const read = await reader().fly(flight(key, ask, { exclusive: true }));
    await forced;
    expect([flown, read].map((each) => each && tokenOf(each))).toEqual(['token-2', 'token-2']);
    expect(given).toHaveLength(2);
  });

  test('keys rotate under load: no machine is without a token', async () => {
    const key = newKey();
    const first = newKeyText();
    const next = newKeyText();
    const name = Buffer.from(parseKeyRing(first, 'test').name).toString('base64');
    const print = Buffer.from(parseKeyRing(first, 'test').fingerprint ?? []).toString('base64');
    const fixed = `name:${name}\nfingerprint:${print}\n`;
    const stages = [first, `${first}${next}${fixed}`, `${next}${first}${fixed}`, `${next}${fixed}`];
    const { ask, given } = vendor(key, { lifetime: 60_000 });
    for (const [index, text] of stages.entries()) {
      // Machines of this stage and of the one before at once, while the token changes.
      const texts = [text, stages[Math.max(0, index - 1)] ?? text];
      const all = texts.flatMap((each) => fleet({ ring: parseKeyRing(each, 'test') }));
      await all[0]?.fly(flight(key, ask, { force: true }));
      const flown = await Promise.all(all.map((each) => each.fly(flight(key, ask))));
      expect(new Set(flown.map(tokenOf))).toEqual(new Set([`token-${index + 1}`]));
    }
    expect(given).toHaveLength(stages.length);
  });

  test('a machine without the new key says so, and asks no server', async () => {
    const key = newKey();
    const { ask, given } = vendor(key);
    const foreign = machine(port(0), { ring: parseKeyRing(newKeyText(), 'test') }).world;
    const mine = machine(port(0)).world;
    // The same name, sealed with another key.
    const mixed = { ...mine, ring: { ...mine.ring, keys: foreign.ring.keys } };
    await together(mine).fly(flight(key, ask, { force: true }));
    await expect(together(mixed).fly(flight(key, ask))).rejects.toThrow('sealed with the key');
    expect(given).toHaveLength(1);
  });

  test('where the store is down, the copy is used to its end, then nothing, unless logging in is chosen', async () => {
    const key = newKey();
    const broken = new Proxy({} as SharedStore, {
      get: () => async () => {
        throw new AuthctlError('store', 'the shared store is down');
      },
    });
    const { ask, given } = vendor(key);
    const { world, notices } = machine(broken);
    const stored = (receivedAt: number): Session => ({
      key,
      tokenSet: {
        accessToken: 'copy',
        receivedAt,
        lifetime: 10_000,
        shared: { store: 'store', n: 1, renewal: 0 },
      },
    });
    const one = together(world);
    const copy = await one.fly(flight(key, ask, { stored: stored(Date.now() - 9500) }));
    expect([tokenOf(copy), notices.join()]).toEqual([
      'copy',
      expect.stringContaining('the token is this machine'),
    ]);
    const over = flight(key, ask, { stored: stored(Date.now() - 10_500) });
    expect(await codeOf(one.fly(over))).toBe('store');
    const rejected = flight(key, ask, { stored: stored(Date.now()), rejected: true });
    expect(await codeOf(one.fly(rejected))).toBe('store');
    expect(given).toEqual([]);
    const chosen = together({ ...world, fallback: true });
    expect((await chosen.fly(over)).asked).toBe(true);
  });

  test('an explicit login is made without the store too', async () => {
    const key = newKey();
    const broken = new Proxy({} as SharedStore, {
      get: () => async () => {
        throw new AuthctlError('store', 'the shared store is down');
      },
    });
    const { ask } = vendor(key);
    const { session } = await together(machine(broken).world).fly(
      flight(key, ask, { force: true }),
    );
    expect(session.tokenSet.accessToken).toBe('token-1');
  });

  test('nothing in the store tells a token, an account, a base URL or a secret', async () => {
    const account = { fields: { user: 'canary-account' } };
    const key = keyOf({
      account,
      baseUrl: 'https://canary-host.example',
      provider: 'canary-provider',
    });
    const { ask } = vendor(key, {
      accessToken: 'canary-token',
      refreshToken: 'canary-refresh',
      kept: { id: 'canary-kept' },
    });
    await fleet()[0]?.fly(flight(key, ask));
    const refuse: SharedFlight['ask'] = async () => {
      throw new AuthctlError('refused', 'canary-words', { serverWords: 'canary-words' });
    };
    await codeOf(
      fleet()[0]?.fly(flight(key, refuse, { force: true, fingerprint: 'print' })) ??
        Promise.resolve(),
    );
    const dump = server.dump();
    expect(dump).toContain(keysOf(slotOf(machine(port(0)).world.ring, key).sid)[0]);
    expect(dump).not.toContain('canary');
    expect(dump).not.toContain(Buffer.from('canary').toString('base64').slice(0, 7));
  });
});
