/**
 * Gets a session as a machine that has credentials: takes what the store has, waits for the machine that is
 * asking the server, or asks under a lease, of which there is one for each session.
 */
import { AuthctlError } from '../../errors.ts';
import { withoutRenewal } from '../../session/freshness.ts';
import type { Session } from '../../session/session.ts';
import type { StoredRefresh, Taken } from '../../session/shared-store.ts';
import type { SharedFlight } from '../../session/store.ts';
import { shareable, sharedError } from './failures.ts';
import { type HeldLease, holdLease, LeaseLost } from './lease.ts';
import { openRefresh, openSession, sealed } from './sessions.ts';
import { ownSlotOf, slotOf } from './slot.ts';
import { deadlineOf, timedOut, waits } from './waiting.ts';
import type { SharedWorld } from './world.ts';

/** A session, and whether this machine asked the server for it. */
export interface Flown {
  readonly session: Session;
  readonly asked: boolean;
}

/** A token that the server gave, and that is not stored yet. */
interface Candidate {
  readonly session: Session;
  /** Its age when the server's answer was read, and the moment of that on the monotonic clock. */
  readonly age: number;
  readonly readAt: number;
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
    if (taken.status === 'foreign' && slot.owner !== undefined) {
      slot = ownSlotOf(ring, key, slot.owner);
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
        if (found && !wasForged) continue;
        throw new AuthctlError('store', 'what the shared store has of this session cannot be used');
      }
      const n = taken.token?.n ?? 0;
      // The result of a wait is not asked for again, if it is no better.
      if (usable(session) || (after !== undefined && n > after)) {
        return { session: flight.rejected ? replacing(session) : session, asked: false };
      }
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
      candidate ??= await ask(world, flight, held, {
        own,
        session,
        refresh: taken.refresh,
        remaining: remaining(),
      });
      const kept = await keep(
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
    after = taken.n - 1;
  }
}

/** Asks the server, with the refresh token of the store if it is to be presented. */
async function ask(
  world: SharedWorld,
  flight: SharedFlight,
  held: HeldLease,
  found: {
    readonly own: Session | undefined;
    readonly session: Session | undefined;
    readonly refresh: StoredRefresh | undefined;
    readonly remaining: number;
  },
): Promise<Candidate> {
  const { clock } = world;
  held.mayAsk();
  const session = await flight.ask(known(world, flight, held, found), found.remaining, held.mayAsk);
  const readAt = clock.monotonic();
  const age = Math.max(0, clock.now() - session.tokenSet.receivedAt);
  return { session: flight.rejected ? replacing(session) : session, age, readAt };
}

/** What is known of the session: the refresh token is the store's, where the session is from there. */
function known(
  world: SharedWorld,
  { stored, respend, key }: SharedFlight,
  { sid }: HeldLease,
  { own, session, refresh }: Parameters<typeof ask>[3],
): Session | undefined {
  // What was stored before goes to no store that a variable chose.
  const base = session ?? (world.variable === undefined ? stored : own);
  const isOurs = refresh && (!refresh.spent || respend);
  const kept = isOurs ? openRefresh(world, sid, refresh) : undefined;
  if (!base) return undefined;
  const { refreshToken: local, shared, ...rest } = base.tokenSet;
  const refreshToken = kept ?? (shared || refresh ? undefined : local);
  return {
    key,
    tokenSet: {
      ...rest,
      ...(shared && { shared: { ...shared, refreshable: false } }),
      ...(refreshToken !== undefined && { refreshToken }),
    },
  };
}

/** Where, and under which lease a token is stored. */
interface Under {
  readonly sid: string;
  readonly owner?: string;
  readonly holder: string;
  readonly n: number;
  /** The server's clock when the lease was taken, and that moment on the monotonic clock. */
  readonly now: number;
  readonly since: number;
}

/**
 * Stores a token. While the store cannot be reached it is tried again, until the lease would have passed to
 * another machine and that could have the next token.
 *
 * @returns the session; `later` if another machine has a later token, or is asking for it
 */
async function keep(
  world: SharedWorld,
  { exclusive, key }: SharedFlight,
  under: Under,
  { session, age, readAt }: Candidate,
): Promise<Session | 'later'> {
  const { store, clock, lease, notice, id } = world;
  const { sid, n, now, since } = under;
  const { tokenSet } = session;
  const elapsed = () => clock.monotonic() - readAt;
  // As the server will have it, which counts from when it stores it.
  const arrived = now + (readAt - since) - age;
  const expiresAt = tokenSet.lifetime === null ? undefined : arrived + tokenSet.lifetime;
  const made = sealed(world, tokenSet, { sid, n, expiresAt, ahead: !exclusive });
  if (!made) {
    notice('notice: the session is too large for the shared store, and stays on this machine');
    await store.leave(sid, under.holder, n, {});
    return session;
  }
  for (const end = clock.monotonic() + 1.5 * lease; ; ) {
    try {
      const outcome = await store.keep(sid, { ...under, ...made, age: age + elapsed() });
      if (outcome !== 'kept') return 'later';
      break;
    } catch (error) {
      if (!(error instanceof AuthctlError) || error.code !== 'store') throw error;
      if (clock.monotonic() >= end) {
        notice(`notice: the token is not shared: ${error.message}`);
        return session;
      }
      await clock.sleep(250 * (0.5 + Math.random()));
    }
  }
  const { lifetime } = tokenSet;
  return {
    key,
    tokenSet: {
      ...tokenSet,
      shared: {
        store: id,
        n,
        ...(made.renewIn !== undefined &&
          lifetime !== null && { renewal: tokenSet.receivedAt + made.renewIn }),
        ...(made.refresh !== undefined && { refreshable: true }),
      },
    },
  };
}

/** Ends the lease after an error, with what others may know of it. Never throws. */
async function giveUp(
  world: SharedWorld,
  { fingerprint }: SharedFlight,
  {
    sid,
    holder,
    held,
  }: { readonly sid: string; readonly holder: string; readonly held: HeldLease },
  error: unknown,
): Promise<void> {
  const { n } = held;
  const failure = shareable(world, error, { sid, n, fingerprint });
  const refresh =
    !held.wasUsed() || failure?.kind === 'limited'
      ? 'unused'
      : failure?.kind === 'refused'
        ? 'refused'
        : undefined;
  try {
    await world.store.leave(sid, holder, n, {
      ...(failure && { failure }),
      ...(refresh && { refresh }),
    });
  } catch (cause) {
    // The lease runs out.
    world.detail(cause instanceof Error ? cause.message : 'the lease could not be ended');
  }
}

/** Marks a token that took the place of a rejected one: late reports are of that. */
function replacing({ key, tokenSet }: Session): Session {
  return { key, tokenSet: { ...tokenSet, replaces: true } };
}
