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

/** The tokens of one session. */
export interface TokenPair {
  access?: string;
  refresh?: string;
}

/** One provider's tokens. */
export interface Tokens {
  /** Issues a token of a session. */
  issue(pair: TokenPair, options: TokenOptions): string;
  /** Whether a token was issued here, and has neither expired nor ended. */
  isValid(token: string | undefined): boolean;
  /** All sessions, the newest first. */
  pairs(): readonly TokenPair[];
  end(token: string | undefined): void;
}

/** The number of sessions that are remembered; the oldest are forgotten first. */
const maxPairs = 5000;

/** Signs with a new key. */
export function createTokens({ now, uuid, random }: World): Tokens {
  const key = random(32);
  const expiries = new Map<string, number>();
  const pairs: TokenPair[] = [];
  return {
    issue(pair, { kind, lifetime, claims }) {
      const token =
        claims === undefined
          ? Buffer.from(random(24)).toString('base64url')
          : signJwt(claims, key, uuid());
      expiries.set(token, now() + lifetime * 1000);
      pair[kind] = token;
      if (!pairs.includes(pair)) pairs.unshift(pair);
      for (const { access = '', refresh = '' } of pairs.splice(maxPairs)) {
        expiries.delete(access);
        expiries.delete(refresh);
      }
      return token;
    },
    isValid: (token) => now() < (expiries.get(token ?? '') ?? 0),
    pairs: () => pairs,
    end: (token) => {
      expiries.delete(token ?? '');
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
