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
    async save(session, options) {
      const copy = copyOf(session, world);
      if (!copy) return;
      if (world.chosen === undefined || !copy.tokenSet.shared) return local.save(copy, options);
      // The user's own session, with its refresh token, stays as it is, and so does what a bare command means.
      const before = await local.read(copy.key);
      if (before && before.tokenSet.shared?.by !== world.chosen) return;
      await local.save(copy, { ...options, yields: true });
    },
    // The same on all machines, so that a refusal is known by the credentials.
    ...(fingerprint && { fingerprintKey: async () => fingerprint }),
  };
}

/**
 * What is stored on this machine. A refresh token that is shared is only in the store: once another machine has
 * used it, a copy does harm. What came from a store that a variable chose is used only while it does, and where
 * the variable chose the whole config, there is no copy.
 */
function copyOf(session: Session, { variable, chosen }: SharedWorld): Session | undefined {
  const { key, tokenSet } = session;
  if (!tokenSet.shared) return session;
  if (variable !== undefined && chosen === undefined) return undefined;
  const { refreshToken: _, shared, ...rest } = tokenSet;
  const by = chosen === undefined ? {} : { by: chosen };
  return { key, tokenSet: { ...rest, shared: { ...shared, ...by } } };
}
