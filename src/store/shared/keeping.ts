/** Stores a token that a server gave, for all machines. */
import { AuthctlError } from '../../errors.ts';
import type { Session } from '../../session/session.ts';
import type { SharedFlight } from '../../session/store.ts';
import type { Candidate } from './asking.ts';
import { sealed } from './sessions.ts';
import type { SharedWorld } from './world.ts';

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
export async function keepToken(
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
