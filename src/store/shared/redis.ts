/** The port of a shared store, on one server of Redis (6.2 or later) or Valkey, by protocol 1. */
import { createHash } from 'node:crypto';
import type { Claim, Kept, SharedStore } from '../../session/shared-store.ts';
import type { Address } from './address.ts';
import type { Connection, Reply } from './connection.ts';
import { refusedBy, ServerError } from './connection-errors.ts';
import { list, refreshOf, seenBy, takenBy, unexpected } from './replies.ts';
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
