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
  /** Whether another session stays the one that a command takes which names none. */
  readonly yields?: boolean;
}

/** A session that is needed by machines that share a store, and how one of them gets it. */
export interface SharedFlight {
  readonly key: SessionKey;
  /** Of the credentials that would be sent. */
  readonly fingerprint: string;
  /** The session as it is stored here. */
  readonly stored: Session | undefined;
  /** Whether a session can be used. */
  readonly isGood: (session: Session) => boolean;
  /** Whether the stored token was rejected: then it is so for all. */
  readonly rejected: boolean;
  /** Whether the server is asked in any case. */
  readonly force: boolean;
  /** Whether a new token ends the one before: then all wait while one is got. */
  readonly exclusive: boolean;
  /** Whether to present a refresh token that another machine may have spent. */
  readonly respend: boolean;
  /**
   * Asks the server.
   *
   * @param stored the session with the refresh token of the store; without one if it was spent
   * @param remaining milliseconds that are left
   * @param mayAsk called before each request; throws if another machine may be asking by now
   */
  readonly ask: (
    stored: Session | undefined,
    remaining: number,
    mayAsk: () => void,
  ) => Promise<Session>;
  /** Milliseconds that waiting and asking may take together. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** What machines do together that share a store. */
export interface Together {
  /** Whether this machine only reads tokens, and never asks a server for one. */
  readonly readsOnly: boolean;
  /** The variable that chose the store, if one did: it may be a project's. */
  readonly variable?: string;
  /** Whether a session came from this store. */
  readonly isOwn: (session: Session) => boolean;
  /**
   * Gets a session: from the store, from the machine that is asking the server, or by asking.
   *
   * @throws AuthctlError what asking threw, here or there; `store`, `timeout`
   */
  fly(flight: SharedFlight): Promise<{ readonly session: Session; readonly asked: boolean }>;
  /** The session as the store has it. @throws AuthctlError `store` */
  look(key: SessionKey): Promise<Session | undefined>;
  /** Ends a session for all. @returns it with its refresh token @throws AuthctlError `store` */
  end(session: Session): Promise<Session>;
  /** Ends the connection until the next flight, for a process that goes on. */
  rest(): void;
}

/** Stores sessions. A session that cannot be trusted counts as missing. */
export interface Store {
  /** Absent where sessions are not shared with other machines. */
  readonly together?: Together;
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
