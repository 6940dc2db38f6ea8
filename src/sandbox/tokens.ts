/** The tokens that a sandbox makes, and knows again. */
import { createHmac } from 'node:crypto';
import type { World } from './world.ts';

/** What a token is good for. */
export type Kind = 'access' | 'refresh';

/** A token to be made. */
export interface Order {
  readonly kind: Kind;
  /** Seconds. */
  readonly lifetime: number;
  /** Of a JWT; without claims the token is opaque. */
  readonly claims?: unknown;
}

/** One provider's tokens. */
export interface Tokens {
  make(order: Order): string;
  /** Whether a token was made here, for this use, and has not expired. */
  knows(kind: Kind, token: string): boolean;
}

/** More tokens than this are not remembered: the oldest go first. */
const limit = 10_000;

/** Starts without any token, and with a signing key of its own. */
export function createTokens({ now, uuid, random }: World): Tokens {
  const key = random(32);
  const known = new Map<string, { readonly kind: Kind; readonly expiresAt: number }>();
  return {
    make({ kind, lifetime, claims }) {
      const token =
        claims === undefined
          ? Buffer.from(random(24)).toString('base64url')
          : signJwt(claims, key, uuid());
      known.set(token, { kind, expiresAt: now() + lifetime * 1000 });
      const oldest = known.keys().next();
      if (known.size > limit && !oldest.done) known.delete(oldest.value);
      return token;
    },
    knows(kind, token) {
      const entry = known.get(token);
      return entry !== undefined && entry.kind === kind && now() < entry.expiresAt;
    },
  };
}

/** @param nonce in the header, so that two tokens of one second differ whatever their claims are */
function signJwt(claims: unknown, key: Uint8Array, nonce: string): string {
  const signed = [{ alg: 'HS256', typ: 'JWT', nonce }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}
