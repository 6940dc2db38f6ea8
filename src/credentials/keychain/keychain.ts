/** The interface of the OS keychain. */

/** The outcome of a request to the keychain. */
export type KeychainState =
  /** Answered. */
  | 'answered'
  /** Switched off with --no-keychain or AUTHCTL_NO_KEYCHAIN. */
  | 'off'
  /** No binary for this system, or its library is not installed. */
  | 'not-installed'
  /** No keychain service is running or reachable. */
  | 'no-service'
  /** It did not answer in time. */
  | 'hanging'
  /** It is locked, and was not unlocked. */
  | 'locked'
  /** It failed in some other way. */
  | 'failed';

/** The answer to a request. */
export interface KeychainAnswer<T> {
  readonly state: KeychainState;
  /** Why the state is not `answered`, to follow "the keychain cannot be used:"; never contains a secret. */
  readonly reason?: string;
  /** Present if the state is `answered`. */
  readonly value?: T;
}

/**
 * Entries of the service `authctl`, by account (`my-api/default/api_key@https://host`).
 * No call throws, and none takes longer than 3 seconds without a terminal.
 */
export interface Keychain {
  /** The secrets of several accounts, by account; accounts without a secret are left out. */
  get(accounts: readonly string[]): Promise<KeychainAnswer<ReadonlyMap<string, string>>>;
  /** Stores secrets by account, and reads each one back to check it. */
  set(entries: ReadonlyMap<string, string>): Promise<KeychainAnswer<true>>;
  /** Removes accounts; the value is those that existed. */
  delete(accounts: readonly string[]): Promise<KeychainAnswer<ReadonlySet<string>>>;
}
