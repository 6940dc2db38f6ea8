/** Issues the tokens of a sandbox, and recognises them. */
import { createHmac } from 'node:crypto';
import type { World } from './world.ts';

export type TokenKind = 'access' | 'refresh';

export interface TokenOptions {
  readonly kind: TokenKind;
  /** In seconds. */
  readonly lifetime: number;
  /** The claims of a JWT; without claims the token is opaque. */
  readonly claims?: unknown;
}

/** One provider's tokens. */
export interface Tokens {
  issue(options: TokenOptions): string;
  /** Whether a token of this kind was issued here and has not expired. */
  isValid(kind: TokenKind, token: string): boolean;
}

/** The number of tokens that are remembered; the oldest are forgotten first. */
const maxTokens = 10_000;

/** Signs with a new key. */
export function createTokens({ now, uuid, random }: World): Tokens {
  const key = random(32);
  const known = new Map<string, { readonly kind: TokenKind; readonly expiresAt: number }>();
  return {
    issue({ kind, lifetime, claims }) {
      const token =
        claims === undefined
          ? Buffer.from(random(24)).toString('base64url')
          : signJwt(claims, key, uuid());
      known.set(token, { kind, expiresAt: now() + lifetime * 1000 });
      const oldest = known.keys().next();
      if (known.size > maxTokens && !oldest.done) known.delete(oldest.value);
      return token;
    },
    isValid(kind, token) {
      const entry = known.get(token);
      return entry !== undefined && entry.kind === kind && now() < entry.expiresAt;
    },
  };
}

/** @param nonce goes into the header, so that two tokens with the same claims differ */
function signJwt(claims: unknown, key: Uint8Array, nonce: string): string {
  const signed = [{ alg: 'HS256', typ: 'JWT', nonce }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}
