/** What a shared store knows of the sessions that are stored on this machine. */
import type { Session } from '../session/session.ts';
import { sharedError } from '../store/shared/failures.ts';
import { slotOf } from '../store/shared/slot.ts';
import type { Fleet } from './open.ts';

/** A session, as the store has it. Durations are in milliseconds. */
export interface Surveyed {
  readonly session: Session;
  /** Whether the store has a token of it that can be used. */
  readonly isShared: boolean;
  /** Until that expires; undefined if that is not known. */
  readonly left?: number;
  /** Whether the copy on this machine is of an earlier token. */
  readonly isBehind: boolean;
  /** How long the machine that is asking the server may still be silent. */
  readonly lease?: number;
  /** What the machine that asked last was told. */
  readonly failure?: string;
}

/**
 * Looks at each session.
 *
 * @throws AuthctlError `store`
 */
export async function survey(
  { world }: Pick<Fleet, 'world'>,
  sessions: readonly Session[],
): Promise<readonly Surveyed[]> {
  const { store, ring, id } = world;
  const found: Surveyed[] = [];
  for (const session of sessions) {
    const { sid } = slotOf(ring, session.key);
    const { now, token, lease, failure } = await store.look(sid);
    const { shared } = session.tokenSet;
    const left = token?.expiresAt === undefined ? undefined : token.expiresAt - now;
    found.push({
      session,
      isShared: token !== undefined && !token.isOver,
      isBehind: token !== undefined && shared?.store === id && shared.n < token.n,
      ...(left !== undefined && { left }),
      ...(lease && { lease: lease.until - now }),
      ...(failure && { failure: sharedError(world, sid, failure).message }),
    });
  }
  return found;
}

/** Milliseconds that the store takes for a look. @throws AuthctlError `store` */
export async function roundTrip({ world }: Pick<Fleet, 'world'>, sid: string): Promise<number> {
  const { store, clock } = world;
  // With the connection made.
  await store.look(sid);
  const start = clock.monotonic();
  await store.look(sid);
  return clock.monotonic() - start;
}

/** A name under which nothing is stored for good. */
export function testName({ world }: Pick<Fleet, 'world'>): string {
  return `test-${world.uuid()}`.slice(0, 22);
}
