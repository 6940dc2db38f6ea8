/** Gets a session as a machine that only reads: takes what the store has, or waits while one asks. */
import { AuthctlError } from '../../errors.ts';
import { withoutRenewal } from '../../session/freshness.ts';
import type { Session } from '../../session/session.ts';
import type { SharedFlight } from '../../session/store.ts';
import { sharedError } from './failures.ts';
import type { Flown } from './renewer.ts';
import { openSession } from './sessions.ts';
import { slotOf } from './slot.ts';
import { deadlineOf, timedOut, waits } from './waiting.ts';
import type { SharedWorld } from './world.ts';

/** @throws AuthctlError `store`, `timeout`; what `flight.ask` throws if nobody is asking the server */
export async function read(world: SharedWorld, flight: SharedFlight): Promise<Flown> {
  const { store, ring, clock, notice } = world;
  const { key, stored, isGood, exclusive, rejected } = flight;
  const remaining = deadlineOf(clock, flight.timeout);
  const known = stored?.tokenSet.shared?.store === world.id ? stored.tokenSet.shared.n : 0;
  const { sid } = slotOf(ring, key);
  const waiting = waits(world, remaining);
  let after = rejected ? known : undefined;

  for (;;) {
    flight.signal.throwIfAborted();
    if (remaining() <= 0) throw timedOut(flight.timeout);
    const seen = await store.look(sid);
    const found = seen.token && openSession(world, key, sid, seen.now, seen.token);
    if (found && 'forged' in found) {
      notice(`notice: a token in the shared store is ${found.forged}, and not used`);
    }
    const session = found && 'session' in found ? found.session : undefined;
    const n = seen.token?.n ?? 0;
    const isBusy = seen.lease !== undefined;
    const isOver = seen.token?.isOver !== false || n < known;
    if (session && !isOver && !(exclusive && isBusy)) {
      const good: Session = { key, tokenSet: withoutRenewal(session.tokenSet) };
      const isNext = after !== undefined && n > after;
      if (isNext || (isGood(good) && !(rejected && n <= known))) return { session, asked: false };
    }
    if (!isBusy) {
      // Says what is missing.
      const error = await flight
        .ask(stored, remaining(), () => {})
        .catch((thrown: unknown) => thrown);
      if (!(error instanceof AuthctlError) || !seen.failure) throw error;
      const { message } = sharedError(world, sid, seen.failure);
      throw new AuthctlError(
        error.code,
        `${error.message}; the machine that asked last: ${message}`,
        error.details,
      );
    }
    after ??= Math.max(n, (seen.lease?.n ?? 1) - 1);
    await waiting.wait(sid, seen);
  }
}
