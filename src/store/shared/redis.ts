/** The port of a shared store, on one server of Redis (6.2 or later) or Valkey, by protocol 1. */
import { createHash } from 'node:crypto';
import { AuthctlError } from '../../errors.ts';
import type {
  Claim,
  Kept,
  Seen,
  SharedFailure,
  SharedStore,
  StoredRefresh,
  StoredToken,
  Taken,
} from '../../session/shared-store.ts';
import type { Address } from './address.ts';
import { type Connection, type Reply, refusedBy, ServerError } from './connection.ts';
import * as scripts from './scripts.ts';

/** The names of a session's keys: in a cluster, all are in one slot. */
export function keysOf(sid: string): readonly [t: string, l: string, r: string, w: string] {
  const key = (part: string) => `authctl:1:{${sid}}:${part}`;
  return [key('t'), key('l'), key('r'), key('w')];
}

/** The longest number that a script is given, in place of infinity. */
const most = 9e15;

/** @param connection to the server at the address */
export function redisStore(connection: Connection, address: Address): SharedStore {
  const call: Connection['call'] = async (command, how) => {
    try {
      return await connection.call(command, how);
    } catch (error) {
      throw error instanceof ServerError ? refusedBy(address, error) : error;
    }
  };

  /** By its hash, since the server has it after the first time. */
  async function run(
    script: string,
    sid: string,
    args: readonly (string | number)[],
    steady = false,
  ): Promise<Reply> {
    const rest = [4, ...keysOf(sid), ...args.map(text)];
    const hash = createHash('sha1').update(script).digest('hex');
    try {
      return await connection.call(['EVALSHA', hash, ...rest], { steady });
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (!error.message.startsWith('NOSCRIPT')) throw refusedBy(address, error);
      return call(['EVAL', script, ...rest], { steady });
    }
  }

  return {
    async look(sid) {
      const [t, l, , w] = keysOf(sid);
      // The event first: what happens after it wakes the wait that begins from it.
      const [event, time, token, lease] = await Promise.all([
        call(['XREVRANGE', w, '+', '-', 'COUNT', 1]),
        call(['TIME']),
        call(['HMGET', t, 'n', 'at', 'renew', 'exp', 'sealed', 'bad', 'owner']),
        call(['HMGET', l, 'n', 'until', 'f:all', 'f:net']),
      ]);
      return seenBy(list(time), list(token), list(lease), list(event));
    },
    async take(sid, claim) {
      return takenBy(list(await run(scripts.take, sid, claimArguments(claim), claim.steady)));
    },
    async beat(sid, holder, n, lease) {
      return (await run(scripts.beat, sid, [holder, n, lease])) === 1;
    },
    async keep(sid, kept) {
      const answer = await run(scripts.keep, sid, keptArguments(kept));
      if (answer === 'kept' || answer === 'stale' || answer === 'behind') return answer;
      throw unexpected();
    },
    async leave(sid, holder, n, { failure, refresh = '' }) {
      const { kind = '', fingerprint = '', milliseconds = 0, sealed = '' } = failure ?? {};
      const args = [holder, n, refresh, kind, fingerprint, milliseconds, sealed];
      await run(scripts.leave, sid, args);
    },
    async end(sid, owner = '') {
      return refreshOf(list(await run(scripts.end, sid, [owner])));
    },
    async wait(sid, event, milliseconds) {
      const wait = Math.max(1, Math.round(milliseconds));
      await call(['XREAD', 'BLOCK', wait, 'STREAMS', keysOf(sid)[3], event], {
        wait,
        steady: true,
      });
    },
    rest: connection.rest,
    close: connection.close,
  };
}

function claimArguments(claim: Claim): readonly (string | number)[] {
  const { holder, lease, fingerprint, owner = '', need, atLeast, after = '', bad = '' } = claim;
  const flags = [claim.ahead, claim.force].map((flag) => (flag ? '1' : ''));
  return [holder, lease, fingerprint, owner, need, atLeast, after, bad, ...flags];
}

function keptArguments(kept: Kept): readonly (string | number)[] {
  const { holder, n, age, sealed, lifetime = '', renewIn = '', refresh = '', owner = '' } = kept;
  return [holder, n, Math.max(0, age), sealed, lifetime, renewIn, refresh, owner];
}

/** Lua reads `1e+21` too, but not `Infinity`. */
function text(value: string | number): string {
  return typeof value === 'string' ? value : String(Math.round(Math.min(value, most)));
}

const statuses = ['token', 'held', 'failed', 'foreign', 'granted'] as const;

/** The answer of `take`, in the order of the script. */
function takenBy(reply: readonly Reply[]): Taken {
  const [status, now, n, event, tn, at, renew, exp, sealed, over, ln, until, fn, failed] =
    reply.map(word);
  const known = statuses.find((each) => each === status);
  if (known === undefined) throw unexpected();
  const token = tokenOf([tn, at, renew, exp, sealed], over === '1');
  const seen: Seen = {
    now: number(now),
    event: event ?? '',
    ...(token && { token }),
    ...(ln && { lease: { n: number(ln), until: number(until) } }),
    ...(fn && { failure: { n: number(fn), sealed: failed ?? '' } }),
  };
  if (known !== 'granted') return { ...seen, status: known };
  const refresh = refreshOf(reply.slice(14));
  return { ...seen, status: known, n: number(n), ...(refresh && { refresh }) };
}

/** What a reader sees, who may run no script. */
function seenBy(
  time: readonly Reply[],
  token: readonly Reply[],
  lease: readonly Reply[],
  event: readonly Reply[],
): Seen {
  const [seconds, micros] = time.map(word);
  const now = Math.floor(number(seconds) * 1000 + number(micros) / 1000);
  const [n, at, renew, exp, sealed, bad, owner] = token.map(word);
  const end = exp ? number(exp) : number(at || '0') + assumedLifetime;
  const found = tokenOf([n, at, renew, exp, sealed, owner], !!bad || end <= now);
  const [ln, until, ...failures] = lease.map(word);
  const failure = failures.map((each) => failureOf(each, now)).find((each) => each !== undefined);
  const [last] = event;
  return {
    now,
    event: last === undefined ? '0-0' : (word(list(last)[0] ?? '') ?? ''),
    ...(found && { token: found }),
    ...(ln && number(until) > now && { lease: { n: number(ln), until: number(until) } }),
    ...(failure && { failure }),
  };
}

/** Milliseconds that a token of unknown lifetime is shared. */
const assumedLifetime = 60_000;

type Words = readonly (string | undefined)[];

function tokenOf(
  [n, at, renew, exp, sealed, owner]: Words,
  isOver: boolean,
): StoredToken | undefined {
  if (!n || !sealed) return undefined;
  return {
    n: number(n),
    storedAt: number(at),
    ...(renew && { renewAt: number(renew) }),
    ...(exp && { expiresAt: number(exp) }),
    sealed,
    ...(owner && { owner }),
    isOver,
  };
}

function failureOf(field: string | undefined, now: number): SharedFailure | undefined {
  const [, until, n, sealed] = /^(\d+) \d+ (\d+) (.*)$/s.exec(field ?? '') ?? [];
  if (sealed === undefined || number(until) <= now) return undefined;
  return { n: number(n), sealed };
}

function refreshOf(reply: readonly Reply[]): StoredRefresh | undefined {
  const [sealed, n, spent] = reply.map(word);
  return sealed && n ? { n: number(n), sealed, spent: !!spent } : undefined;
}

function list(reply: Reply): readonly Reply[] {
  if (reply === null) return [];
  if (typeof reply === 'object') return reply;
  throw unexpected();
}

function word(reply: Reply): string | undefined {
  return reply === null || typeof reply === 'object' ? undefined : String(reply);
}

function number(value: string | undefined): number {
  const found = Number(value);
  if (value === undefined || !Number.isSafeInteger(found) || found < 0) throw unexpected();
  return found;
}

function unexpected(): AuthctlError {
  return new AuthctlError(
    'store',
    'the shared store has something in it that is not of this protocol',
  );
}
