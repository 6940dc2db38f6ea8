/** Where sessions are kept. */
import type { SessionKey } from './key.ts';
import type { Session } from './session.ts';

/** Keeps sessions. A session that cannot be trusted is one that is not there. */
export interface SessionStore {
  read(key: SessionKey): Session | undefined;
  /** The key of the session that the profile wrote last. */
  latest(provider: string, profile: string): SessionKey | undefined;
  /** Keeps a session, and points the profile to it. @throws AuthctlError `store` */
  save(session: Session): Promise<void>;
  /** The random key of this store's fingerprints, 32 bytes. */
  fingerprintKey(): Promise<Uint8Array>;
}

/** A store that keeps nothing. */
export const noStore: SessionStore = {
  read: () => undefined,
  latest: () => undefined,
  save: async () => {},
  // A constant would do for sessions that nobody looks for; it must not look like a key of any.
  fingerprintKey: async () => new Uint8Array(32),
};
