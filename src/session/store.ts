/** Where sessions are kept. */
import type { LockAttempts } from '../files/lock.ts';
import type { Failure } from './failure.ts';
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
  /** Attempts for a session's lock; undefined where none can be had: then nobody is waited for. */
  lock(key: SessionKey): Promise<LockAttempts | undefined>;
  /** The failure that is kept beside a session. */
  failure(key: SessionKey): Failure | undefined;
  /** Keeps a failure for others; one that cannot be kept is lost without a word. */
  keepFailure(key: SessionKey, failure: Failure): Promise<void>;
  forgetFailure(key: SessionKey): void;
  /** Every session, of every provider and profile; those that cannot be trusted are left out. */
  list(): readonly Session[];
  /**
   * Removes all sessions of a provider, a profile, both, or all; damaged ones too, for a token may
   * stand in them.
   *
   * @throws AuthctlError `store`
   */
  clear(scope: { readonly provider?: string; readonly profile?: string }): void;
}

/** A store that keeps nothing. */
export const noStore: SessionStore = {
  read: () => undefined,
  latest: () => undefined,
  save: async () => {},
  fingerprintKey: async () => new Uint8Array(32),
  lock: async () => undefined,
  failure: () => undefined,
  keepFailure: async () => {},
  forgetFailure: () => {},
  list: () => [],
  clear: () => {},
};
