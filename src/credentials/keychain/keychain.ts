/** The port to the OS keychain: what the rest of the program knows of it. */

/** Why the keychain gave nothing. */
export type KeychainState =
  /** Answered. A missing entry may also be a locked keyring: Secret Service does not tell. */
  | 'answered'
  /** Switched off with --no-keychain or AUTHCTL_NO_KEYCHAIN. */
  | 'off'
  /** No binary for this system, or its library is not installed. */
  | 'not-installed'
  /** There is no keychain service to talk to. */
  | 'no-service'
  /** It did not answer in time. */
  | 'hanging'
  /** It is locked, and nobody could unlock it. */
  | 'locked'
  /** It failed in some other way. */
  | 'failed';

/** What became of a request to the keychain. */
export interface KeychainAnswer<T> {
  readonly state: KeychainState;
  /** One sentence for a person on why the state is not `answered`; no secret in it. */
  readonly reason?: string;
  /** Present where the state is `answered`. */
  readonly value?: T;
}

/**
 * Entries of the service `authctl`, by account (`my-api/default/api_key@https://host`).
 * No call throws, and none takes longer than 3 seconds without a terminal.
 */
export interface Keychain {
  /** The secrets of the accounts that have one, by account. One call asks for all of them. */
  get(accounts: readonly string[]): Promise<KeychainAnswer<ReadonlyMap<string, string>>>;
  /** Stores secrets by account, and reads each back before it says that it did. */
  set(entries: ReadonlyMap<string, string>): Promise<KeychainAnswer<true>>;
  /** Removes accounts; the value is those that were there. */
  delete(accounts: readonly string[]): Promise<KeychainAnswer<ReadonlySet<string>>>;
}
