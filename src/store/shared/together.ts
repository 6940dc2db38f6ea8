/** What machines that share a store do together, and what remains where it cannot be reached. */
import { AuthctlError } from '../../errors.ts';
import { isFresh, timeLeft, withoutRenewal } from '../../session/freshness.ts';
import type { SessionKey } from '../../session/key.ts';
import type { Session } from '../../session/session.ts';
import type { SharedFlight, Together } from '../../session/store.ts';
import { read } from './reader.ts';
import { type Flown, renew } from './renewer.ts';
import { openRefresh, openSession } from './sessions.ts';
import { ownSlotOf, type Slot, slotOf } from './slot.ts';
import { WaitTimeout } from './waiting.ts';
import type { SharedWorld } from './world.ts';

/** Opens the sessions of a shared store. */
export function together(world: SharedWorld): Together {
  const { store, ring, id, readsOnly, variable } = world;

  /** The places where a session may be. */
  function slots(key: SessionKey): readonly Slot[] {
    const slot = slotOf(ring, key);
    return slot.owner === undefined ? [slot] : [slot, ownSlotOf(ring, key, slot.owner)];
  }

  async function look(key: SessionKey): Promise<Session | undefined> {
    for (const { sid, owner } of slots(key)) {
      const { now, token } = await store.look(sid);
      if (token?.isOver || (owner !== undefined && token?.owner !== owner)) continue;
      const found = token && openSession(world, key, sid, now, token);
      if (found && 'session' in found) return found.session;
    }
    return undefined;
  }

  return {
    readsOnly,
    ...(variable !== undefined && { variable }),
    isOwn: ({ tokenSet }) => tokenSet.shared?.store === id,
    look,
    rest: store.rest,
    async fly(flight) {
      try {
        return await (readsOnly ? read : renew)(sayingOnce(world), flight);
      } catch (error) {
        const isStores = error instanceof AuthctlError && error.code === 'store';
        if (!isStores && !(error instanceof WaitTimeout)) throw error;
        return withoutStore(world, flight, error);
      }
    },
    async end(session) {
      const { key, tokenSet } = session;
      const current = (await look(key)) ?? session;
      for (const { sid, owner } of slots(key)) {
        const refresh = await store.end(sid, owner);
        const refreshToken = refresh && openRefresh(world, sid, refresh);
        if (refreshToken !== undefined)
          return { key, tokenSet: { ...current.tokenSet, refreshToken } };
      }
      return current === session ? { key, tokenSet } : current;
    },
  };
}

/** Says each thing once, since what is in a store may give cause for it again and again. */
function sayingOnce(world: SharedWorld): SharedWorld {
  const said = new Set<string>();
  return {
    ...world,
    notice(text) {
      if (!said.has(text)) world.notice(text);
      said.add(text);
    },
  };
}

/**
 * The local copy to its very end; after that the error, or a login if the user has chosen that. While another
 * machine may be logging in, this one does not.
 */
async function withoutStore(
  { clock, readsOnly, fallback, notice }: SharedWorld,
  flight: SharedFlight,
  error: AuthctlError,
): Promise<Flown> {
  const { stored, rejected, force } = flight;
  if (stored && !rejected && !force && isAlive(stored, clock.now())) {
    notice(`notice: ${error.message}; the token is this machine's copy`);
    return { session: stored, asked: false };
  }
  if (error instanceof WaitTimeout || readsOnly || !(fallback || force)) throw error;
  notice(`notice: ${error.message}; this machine logs in for itself`);
  return { session: await flight.ask(stored, flight.timeout, () => {}), asked: true };
}

/** Whether a session's token has not expired, whether or not it is time to renew it. */
function isAlive({ tokenSet }: Session, now: number): boolean {
  const left = timeLeft(tokenSet, now);
  return left === null ? isFresh(withoutRenewal(tokenSet), now) : left > 0;
}
