/** Asks a server as one of the machines that share a store, if it is shared. */
import type { SessionKey } from './key.ts';
import type { Session } from './session.ts';
import type { SharedFlight, Store } from './store.ts';

/** The session that is needed, and how to get it. */
export interface Asking {
  readonly store: Store;
  readonly key: SessionKey;
  /** The fingerprint of the credentials that would be sent. */
  readonly fingerprint: string;
  /** Whether a stored session can be used. */
  readonly isGood: (session: Session) => boolean;
  /**
   * Asks the server. The session that it returns is stored. An error that it throws may be stored too,
   * so it must not contain a secret.
   *
   * @param stored the session as it is stored now
   * @param remaining milliseconds that are left of the timeout
   * @param mayAsk to be called before each request
   */
  readonly ask: SharedFlight['ask'];
  /** What other machines that share the store have to know. */
  readonly shared?: Partial<Pick<SharedFlight, 'rejected' | 'exclusive' | 'respend' | 'force'>>;
  /** Why the session must not be shared, if so, in a clause. */
  readonly unshared?: string | undefined;
  /** Aborting it ends the wait for others. */
  readonly signal: AbortSignal;
}

/**
 * Asks the server, or takes what another machine has got.
 *
 * @param timeout milliseconds that it may take
 * @returns the session, and whether this process asked the server
 */
export async function askAsOne(
  { store, key, fingerprint, isGood, ask, shared = {}, unshared, signal }: Asking,
  stored: Session | undefined,
  timeout: number,
): Promise<{ readonly session: Session; readonly asked: boolean }> {
  if (!store.together || unshared !== undefined) {
    return { session: await ask(stored, timeout, () => {}), asked: true };
  }
  const { rejected = false, exclusive = false, respend = false, force = false } = shared;
  const how = { rejected, exclusive, respend, force };
  return store.together.fly({ key, fingerprint, stored, isGood, ask, timeout, signal, ...how });
}
