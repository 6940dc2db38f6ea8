/** The store of this machine in front of one that several machines share: what is stored here is a copy. */
import type { Session } from '../../session/session.ts';
import type { Store } from '../../session/store.ts';
import { together } from './together.ts';
import type { SharedWorld } from './world.ts';

/** @param local keeps the copies, the locks of this machine's processes, and what the launcher reads */
export function inFront(local: Store, world: SharedWorld): Store {
  const { fingerprint } = world.ring;
  return {
    ...local,
    together: together(world),
    save: (session, options) => local.save(copyOf(session), options),
    // The same on all machines, so that a refusal is known by the credentials.
    ...(fingerprint && { fingerprintKey: async () => fingerprint }),
  };
}

/** A refresh token that is shared is only in the store: once another machine has used it, a copy does harm. */
function copyOf(session: Session): Session {
  const { key, tokenSet } = session;
  if (!tokenSet.shared) return session;
  const { refreshToken: _, ...rest } = tokenSet;
  return { key, tokenSet: rest };
}
