/** Asks a server under a lease, and ends the lease where that fails. */
import type { Session } from '../../session/session.ts';
import type { StoredRefresh } from '../../session/shared-store.ts';
import type { SharedFlight } from '../../session/store.ts';
import { shareable } from './failures.ts';
import type { HeldLease } from './lease.ts';
import { openRefresh } from './sessions.ts';
import type { SharedWorld } from './world.ts';

/** A token that the server gave, and that is not stored yet. */
export interface Candidate {
  readonly session: Session;
  /** Its age when the server's answer was read, and the moment of that on the monotonic clock. */
  readonly age: number;
  readonly readAt: number;
}

/** What is known when the lease is granted. */
interface Found {
  /** The session that is stored here, if it came from this store. */
  readonly own: Session | undefined;
  /** The session as the store has it. */
  readonly session: Session | undefined;
  readonly refresh: StoredRefresh | undefined;
  /** Milliseconds that are left. */
  readonly remaining: number;
}

/**
 * Asks the server, with the refresh token of the store if it is to be presented.
 *
 * @throws LeaseLost if another machine may be asking by now; what asking throws
 */
export async function askUnder(
  world: SharedWorld,
  flight: SharedFlight,
  held: HeldLease,
  found: Found,
): Promise<Candidate> {
  const { clock } = world;
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
  { own, session, refresh }: Found,
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

/** Ends the lease after an error, with what others may know of it. Never throws. */
export async function giveUp(
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
export function replacing({ key, tokenSet }: Session): Session {
  return { key, tokenSet: { ...tokenSet, replaces: true } };
}
