/** What a login or a refresh gave. */

/** Tokens and their lifetime, as they are kept. */
export interface TokenSet {
  /** 1 to 65,536 printable ASCII characters. */
  readonly accessToken: string;
  /** Under the same rule; absent where the provider gives none. */
  readonly refreshToken?: string;
  /** Milliseconds since the epoch by the local clock: when the answer had arrived. */
  readonly receivedAt: number;
  /** Milliseconds that the token lives, counted from `receivedAt`; null where nothing tells. */
  readonly lifetime: number | null;
}

/** Milliseconds that a token lives at most, whatever says more: 400 days. */
export const longestLifetime = 400 * 86_400_000;
