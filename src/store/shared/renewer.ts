/**
 * Gets a session as a machine that has credentials: takes what the store has, waits for the machine that is
 * asking the server, or asks under a lease, of which there is one for each session.
 */
import { AuthctlError } from '../../errors.ts';
import { withoutRenewal } from '../../session/freshness.ts';
import type { Session } from '../../session/session.ts';
import type { Taken } from '../../session/shared-store.ts';
import type { SharedFlight } from '../../session/store.ts';
import { askUnder, type Candidate, giveUp, replacing } from './asking.ts';
import { sharedError } from './failures.ts';
import { keepToken } from './keeping.ts';
import { holdLease, LeaseLost } from './lease.ts';
import { openSession } from './sessions.ts';
import { ownSlotOf, slotOf } from './slot.ts';
import { deadlineOf, timedOut, waits } from './waiting.ts';
import type { SharedWorld } from './world.ts';

/** Answers that lead nowhere, after which no more is believed. A store that is sound gives two at most. */
const mostInVain = 3;

/** A session, and whether this machine asked the server for it. */
export interface Flown {
  readonly session: Session;
  readonly asked: boolean;
}

/** @throws AuthctlError what asking threw, here or elsewhere; `store`, `timeout` */
export async function renew(world: SharedWorld, flight: SharedFlight): Promise<Flown> {
  const { store, ring, clock, uuid, lease, notice } = world;
  const { key, stored, isGood, force, exclusive } = flight;
  const remaining = deadlineOf(clock, flight.timeout);
  const own = stored && stored.tokenSet.shared?.store === world.id ? stored : undefined;
  const known = own?.tokenSet.shared?.n ?? 0;
  const holder = uuid();
  const waiting = waits(world, remaining);
  let slot = slotOf(ring, key);
  let bad = flight.rejected && known > 0 ? known : undefined;
  let after: number | undefined;
  let candidate: Candidate | undefined;
  let inVain = 0;
  const usable = ({ tokenSet }: Session) => isGood({ key, tokenSet: withoutRenewal(tokenSet) });

  for (;;) {
    flight.signal.throwIfAborted();
    if (remaining() <= 0) throw timedOut(flight.timeout);
    const since = clock.monotonic();
    const taken: Taken | undefined = await waiting.guarded(slot.sid, (steady) =>
      store.take(slot.sid, {
        holder,
        lease,
        fingerprint: flight.fingerprint,
        ...(slot.owner !== undefined && { owner: slot.owner }),
        need: after === undefined ? 0 : Infinity,
        atLeast: known,
        ...(after !== undefined && { after }),
        ...(bad !== undefined && { bad }),
        ahead: !exclusive,
        force: force && !candidate,
        steady,
      }),
    );
    if (!taken) continue;
    if (taken.status === 'foreign') {
      if (++inVain >= mostInVain) throw useless();
      if (slot.owner !== undefined) slot = ownSlotOf(ring, key, slot.owner);
      continue;
    }
    const found = taken.token && openSession(world, key, slot.sid, taken.now, taken.token);
    const wasForged = bad !== undefined && bad === taken.token?.n;
    if (found && 'forged' in found) {
      notice(`notice: a token in the shared store is ${found.forged}, and not used`);
      bad = taken.token?.n;
    }
    const session = found && 'session' in found ? found.session : undefined;
    if (taken.status === 'token') {
      if (!session) {
        if (!found || wasForged || ++inVain >= mostInVain) throw useless();
        continue;
      }
      const n = taken.token?.n ?? 0;
      // The result of a wait is not asked for again, if it is no better.
      if (usable(session) || (after !== undefined && n > after)) {
        return { session: flight.rejected ? replacing(session) : session, asked: false };
      }
      // The same again, though a later one was asked for.
      if (after !== undefined) await waiting.pause();
      after = n;
      continue;
    }
    if (taken.status === 'failed' && taken.failure) {
      throw sharedError(world, slot.sid, taken.failure);
    }
    if (taken.status === 'held') {
      after ??= Math.max(taken.token?.n ?? 0, (taken.lease?.n ?? 1) - 1);
      await waiting.wait(slot.sid, taken);
      continue;
    }
    if (taken.status !== 'granted') continue;
    const held = holdLease(world, { sid: slot.sid, n: taken.n, holder, since });
    // The process ends soon: what has been written by then tells the others.
    const abandon = () => void giveUp(world, flight, { ...slot, holder, held }, undefined);
    flight.signal.addEventListener('abort', abandon);
    try {
      candidate ??= await askUnder(world, flight, held, {
        own,
        session,
        refresh: taken.refresh,
        remaining: remaining(),
      });
      const kept = await keepToken(
        world,
        flight,
        { ...slot, holder, n: taken.n, now: taken.now, since },
        candidate,
      );
      if (kept !== 'later') return { session: kept, asked: true };
    } catch (error) {
      if (error instanceof LeaseLost) continue;
      await giveUp(world, flight, { ...slot, holder, held }, error);
      const isGoodFor = session !== undefined && taken.token?.isOver === false && usable(session);
      if (!isGoodFor || !(error instanceof AuthctlError) || error.code === 'interrupted')
        throw error;
      notice(`notice: the token could not be renewed ahead, and is good for now: ${error.message}`);
      return { session, asked: false };
    } finally {
      flight.signal.removeEventListener('abort', abandon);
      held.stop();
    }
    await waiting.pause();
    after = taken.n - 1;
  }
}

function useless(): AuthctlError {
  return new AuthctlError('store', 'what the shared store has of this session cannot be used');
}
