/**
 * The port of a store that several machines share. It sees names and sealed texts only, never a token,
 * an account or a base URL. Times are in milliseconds; those on the server's clock say so.
 */

/** A token as it is stored. `n` is its fence: a later token has a higher one, and it never falls. */
export interface StoredToken {
  readonly n: number;
  /** On the server's clock: when the answer arrived, when to renew, and when it expires, if known. */
  readonly storedAt: number;
  readonly renewAt?: number;
  readonly expiresAt?: number;
  readonly sealed: string;
  /** Of the secret that it was got with, where nothing else tells the account. */
  readonly owner?: string;
  /** Whether it must not be used any more: rejected, expired, or older than one that was seen. */
  readonly isOver: boolean;
}

/** Who asks the server at the moment, by the number of the lease. */
export interface Lease {
  readonly n: number;
  /** On the server's clock. */
  readonly until: number;
}

/** A failure that is repeated instead of asking the server. */
export interface SharedFailure {
  /** The number of the lease under which it happened. */
  readonly n: number;
  readonly sealed: string;
}

/** What is known of a session. */
export interface Seen {
  /** The server's clock. */
  readonly now: number;
  readonly token?: StoredToken;
  readonly lease?: Lease;
  readonly failure?: SharedFailure;
  /** The last event of the session, to wait from. */
  readonly event: string;
}

/** What a caller needs, and the lease that it takes if that is not there. */
export interface Claim {
  /** The caller's name, unique for each flight. */
  readonly holder: string;
  readonly lease: number;
  /** Of the credentials that would be sent; a refusal is repeated only to those. */
  readonly fingerprint: string;
  /** Of the secret that identifies the account, where nothing else does. */
  readonly owner?: string;
  /** How long the token must still be good. */
  readonly need: number;
  /** The lowest n that will do: tokens before one that this machine has had are never taken. */
  readonly atLeast: number;
  /** A token after this one will do, however long it lives. */
  readonly after?: number;
  /** The n of a token that was rejected: it is spoiled for everybody. */
  readonly bad?: number;
  /** Whether one machine renews a token that is still good, while the others get it. */
  readonly ahead: boolean;
  /** Whether only a new token will do, and no failure counts: an explicit login. */
  readonly force: boolean;
  /** Whether to fail if the connection was lost, instead of asking what may be another server. */
  readonly steady: boolean;
}

/** The refresh token, for the one that asks. */
export interface StoredRefresh {
  readonly n: number;
  readonly sealed: string;
  /** Whether one that failed may have presented it: it is not presented again if that can be avoided. */
  readonly spent: boolean;
}

/** The outcome of `take`. */
export type Taken = Seen &
  (
    | { readonly status: 'token' | 'held' | 'failed' }
    /** Another credential's session is in this place. */
    | { readonly status: 'foreign' }
    | { readonly status: 'granted'; readonly n: number; readonly refresh?: StoredRefresh }
  );

/** A new token. */
export interface Kept {
  readonly holder: string;
  readonly n: number;
  /** Since the answer arrived. */
  readonly age: number;
  readonly sealed: string;
  /** From the answer to the expiry, and to the renewal; undefined if unknown. */
  readonly lifetime?: number;
  readonly renewIn?: number;
  /** The new refresh token, sealed. */
  readonly refresh?: string;
  readonly owner?: string;
}

/** How a lease ends without a token. */
export interface Left {
  /**
   * `refused` counts for the fingerprint, 30 s at first and twice as long each time, up to an hour;
   * `limited` for everybody and `milliseconds`; `transient` for everybody and 5 s, from the third on.
   */
  readonly kind: 'refused' | 'limited' | 'transient';
  readonly fingerprint: string;
  readonly milliseconds?: number;
  readonly sealed: string;
}

/** The port. Every method throws AuthctlError `store` if the store cannot be reached or refuses. */
export interface SharedStore {
  look(sid: string): Promise<Seen>;
  take(sid: string, claim: Claim): Promise<Taken>;
  /** Extends the lease, also a lost one if nobody has taken its place. @returns whether it is held */
  beat(sid: string, holder: string, n: number, lease: number): Promise<boolean>;
  /**
   * Stores a token, and ends the lease.
   *
   * @returns `stale` if a later one is stored, `behind` if a later holder is asking
   */
  keep(sid: string, kept: Kept): Promise<'kept' | 'stale' | 'behind'>;
  /** Ends the lease. @param refresh what became of the refresh token; by default it may have been presented */
  leave(
    sid: string,
    holder: string,
    n: number,
    how: { readonly failure?: Left; readonly refresh?: 'unused' | 'refused' },
  ): Promise<void>;
  /**
   * Removes token and refresh token, whoever asks at the moment.
   *
   * @param owner nothing is removed that is another's
   * @returns the refresh token
   */
  end(sid: string, owner?: string): Promise<StoredRefresh | undefined>;
  /** Waits until something happens after the event; may return early. */
  wait(sid: string, event: string, milliseconds: number): Promise<void>;
  /** Ends the connection until the next call. */
  rest(): void;
  /** Nothing reconnects after it. */
  close(): void;
}
