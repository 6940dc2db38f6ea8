/** Issues the tokens of a sandbox, and recognises them. */
import { createHmac } from 'node:crypto';
import type { World } from './world.ts';

export type TokenKind = 'access' | 'refresh';

/** A session: its tokens, and the values that are kept with them. */
export interface Session {
  access?: string;
  refresh?: string;
  readonly kept: ReadonlyMap<string, string>;
}

/** One provider's tokens. */
export interface Tokens {
  /** Makes a token that is not valid yet. @param claims of a JWT; without them it is opaque */
  make(claims: unknown): string;
  /** Makes a token valid. @param lifetime in seconds */
  add(session: Session, kind: TokenKind, token: string, lifetime: number): void;
  /** Whether a token is valid here, and has neither expired nor ended. */
  isValid(token: string | undefined): boolean;
  /** All sessions, the newest first. */
  sessions(): readonly Session[];
  end(token: string | undefined): void;
  /** Whether a token has been ended, for one that was not issued here. */
  isEnded(token: string): boolean;
}

/** The number of sessions that are remembered; the oldest are forgotten first. */
const maxSessions = 5000;

/** Signs with a new key. */
export function createTokens({ now, uuid, random }: World): Tokens {
  const key = random(32);
  const expiries = new Map<string, number>();
  const ended = new Set<string>();
  const sessions: Session[] = [];
  return {
    make: (claims) =>
      claims === undefined
        ? Buffer.from(random(24)).toString('base64url')
        : signJwt(claims, key, uuid()),
    add(session, kind, token, lifetime) {
      expiries.set(token, now() + lifetime * 1000);
      session[kind] = token;
      if (!sessions.includes(session)) sessions.unshift(session);
      for (const { access = '', refresh = '' } of sessions.splice(maxSessions)) {
        expiries.delete(access);
        expiries.delete(refresh);
      }
    },
    isValid: (token) => now() < (expiries.get(token ?? '') ?? 0),
    sessions: () => sessions,
    end(token) {
      if (token === undefined) return;
      expiries.delete(token);
      ended.add(token);
      const [oldest = ''] = ended;
      if (ended.size > 2 * maxSessions) ended.delete(oldest);
    },
    isEnded: (token) => ended.has(token),
  };
}

/** @param nonce goes into the header, so that two tokens with the same claims differ */
function signJwt(claims: unknown, key: Uint8Array, nonce: string): string {
  const signed = [{ alg: 'HS256', typ: 'JWT', nonce }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}
