/** The interface of a session store; the implementations are in `src/store`. */
import type { Outline } from '../declaration/outline.ts';
import type { Failure } from './failure.ts';
import type { SessionKey } from './key.ts';
import type { Scope } from './scope.ts';
import type { Session } from './session.ts';

/** A held lock. */
export interface Lock {
  /** Unique for each time that the lock is taken. */
  readonly id: string;
  /** Synchronous, since it may be called when a signal ends the process. */
  release(): void;
}

/** One caller's attempts to get a session's lock. */
export interface LockAttempts {
  /**
   * Takes the lock if it is free or stale.
   *
   * @throws an error if locks are not possible here
   */
  take(): Promise<Lock | undefined>;
  /** Whether an attempt failed because the lock with this ID was held. */
  waitedFor(id: string): boolean;
}

/** How a session is stored. */
export interface SaveOptions {
  /** Whether a command that names no server must not take this session. */
  readonly aside?: boolean;
}

/** Stores sessions. A session that cannot be trusted counts as missing. */
export interface Store {
  read(key: SessionKey): Promise<Session | undefined>;
  /** The key of the session that the profile stored last, at any server or at the given one. */
  latest(provider: string, profile: string, baseUrl?: string): Promise<SessionKey | undefined>;
  /**
   * Stores a session, as the last one of its server and, unless it is `aside`, of the profile.
   *
   * @throws AuthctlError `store`
   */
  save(session: Session, options?: SaveOptions): Promise<void>;
  /** Stores a provider's outline for the launcher. Never throws: the launcher works without it. */
  saveOutline(outline: Outline): Promise<void>;
  /** The random key of this store's fingerprints, 32 bytes. */
  fingerprintKey(): Promise<Uint8Array>;
  /** Attempts to get a session's lock; undefined if locks are not possible here. */
  lock(key: SessionKey): Promise<LockAttempts | undefined>;
  /** The failure that is stored beside a session. */
  failure(key: SessionKey): Promise<Failure | undefined>;
  /** Stores a failure for other processes. Never throws: they ask the server without it. */
  saveFailure(key: SessionKey, failure: Failure): Promise<void>;
  removeFailure(key: SessionKey): Promise<void>;
  /**
   * Claims a name, such as that of a one-time code, for this process alone.
   *
   * @param name letters, digits and `-`
   * @returns whether no process had claimed it; true too if claims are not possible here
   */
  claim(name: string): Promise<boolean>;
  /** Removes a session. Never throws: the server does not take its token any more. */
  remove(key: SessionKey): Promise<void>;
  /**
   * Every session, of every provider and profile, except those that cannot be trusted.
   *
   * @throws AuthctlError `store` if they cannot be read
   */
  list(): Promise<readonly Session[]>;
  /**
   * Removes all sessions of a provider, a profile, both, or all; damaged ones too, since they may
   * contain a token.
   *
   * @throws AuthctlError `store`
   */
  clear(scope: Scope): Promise<void>;
}
