/** The port to where sessions are kept: `src/store` has the stores. */
import type { Outline } from '../declaration/outline.ts';
import type { Failure } from './failure.ts';
import type { SessionKey } from './key.ts';
import type { Session } from './session.ts';

/** A lock that is held. */
export interface Lock {
  /** Tells this holding from every other one. */
  readonly id: string;
  /** At once: it may be called when a signal ends the process. */
  release(): void;
}

/** One caller's attempts to get a session's lock. */
export interface LockAttempts {
  /**
   * Takes the lock if it is free, or its holder dead.
   *
   * @throws an error where no lock can be had
   */
  take(): Promise<Lock | undefined>;
  /** Whether a holding was ever in our way. */
  waitedFor(id: string): boolean;
}

/** How a session is kept. */
export interface SaveOptions {
  /** Whether a command that names no server must not mean it. */
  readonly aside?: boolean;
}

/** Keeps sessions. A session that cannot be trusted is one that is not there. */
export interface Store {
  read(key: SessionKey): Promise<Session | undefined>;
  /** The key of the session that the profile wrote last, at any server or at one. */
  latest(provider: string, profile: string, baseUrl?: string): Promise<SessionKey | undefined>;
  /**
   * Keeps a session as the last one of its server, and unless it is `aside` as the last one of all.
   *
   * @throws AuthctlError `store`
   */
  save(session: Session, options?: SaveOptions): Promise<void>;
  /** Keeps the outline of a provider for the launcher; one that cannot be kept is lost without a word. */
  keepOutline(outline: Outline): Promise<void>;
  /** The random key of this store's fingerprints, 32 bytes. */
  fingerprintKey(): Promise<Uint8Array>;
  /** Attempts for a session's lock; undefined where none can be had: then nobody is waited for. */
  lock(key: SessionKey): Promise<LockAttempts | undefined>;
  /** The failure that is kept beside a session. */
  failure(key: SessionKey): Promise<Failure | undefined>;
  /** Keeps a failure for others; one that cannot be kept is lost without a word. */
  keepFailure(key: SessionKey, failure: Failure): Promise<void>;
  forgetFailure(key: SessionKey): Promise<void>;
  /**
   * Every session, of every provider and profile; those that cannot be trusted are left out.
   *
   * @throws AuthctlError `store` where they cannot be read
   */
  list(): Promise<readonly Session[]>;
  /**
   * Removes all sessions of a provider, a profile, both, or all; damaged ones too, for a token may
   * stand in them.
   *
   * @throws AuthctlError `store`
   */
  clear(scope: { readonly provider?: string; readonly profile?: string }): Promise<void>;
}
