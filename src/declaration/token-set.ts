/** The result of a login or a refresh, as it is stored in a session. Imports nothing: the launcher uses it. */

export interface TokenSet {
  /** 1 to 65,536 printable ASCII characters. */
  readonly accessToken: string;
  /** Of the same form; absent if the provider gives none. */
  readonly refreshToken?: string;
  /** Other values that calls need, by name, each of the same form. */
  readonly kept?: Readonly<Record<string, string>>;
  /** When the answer had arrived, in milliseconds since the epoch by the local clock. */
  readonly receivedAt: number;
  /** Milliseconds from `receivedAt` to the token's expiry; null when unknown. */
  readonly lifetime: number | null;
  /** Milliseconds without use after which the token dies, if it does. */
  readonly idle?: number;
  /** Whether it replaced a token that was rejected. */
  readonly replaces?: boolean;
  /** When the token was last known to be used, if not at `receivedAt`. */
  readonly usedAt?: number;
  /** Where it is shared with other machines. */
  readonly shared?: SharedToken;
}

/** A token that is in a shared store. Files have it as it is. */
export interface SharedToken {
  /** Tells the store from others. */
  readonly store: string;
  /** The token's number there. */
  readonly n: number;
  /** When one machine gets the next token, in milliseconds since the epoch by the local clock, if ahead. */
  readonly renewal?: number;
  /** The address of a store that a variable chose: then it is used only while that is so. */
  readonly by?: string;
  /** Whether the store has a refresh token, which is not in this one. */
  readonly refreshable?: boolean;
}

/** Milliseconds that a token lives at most, whatever says more: 400 days. */
export const longestLifetime = 400 * 86_400_000;

/** When a token ends, in milliseconds since the epoch; null when unknown. */
export function endOf({ receivedAt, lifetime, idle, usedAt }: TokenSet): number | null {
  const end = lifetime === null ? Infinity : receivedAt + lifetime;
  const idleEnd = idle === undefined ? Infinity : (usedAt ?? receivedAt) + idle;
  const least = Math.min(end, idleEnd);
  return least === Infinity ? null : least;
}
