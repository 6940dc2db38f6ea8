/** The result of a login or a refresh, as it is stored in a session. */

export interface TokenSet {
  /** 1 to 65,536 printable ASCII characters. */
  readonly accessToken: string;
  /** Of the same form; absent if the provider gives none. */
  readonly refreshToken?: string;
  /** When the answer had arrived, in milliseconds since the epoch by the local clock. */
  readonly receivedAt: number;
  /** Milliseconds from `receivedAt` to the token's expiry; null when unknown. */
  readonly lifetime: number | null;
}

/** Milliseconds that a token lives at most, whatever says more: 400 days. */
export const longestLifetime = 400 * 86_400_000;
