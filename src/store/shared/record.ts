/** The plain text of what is sealed in a shared store. Within protocol 1, fields are only added. */
import { isToken } from '../../declaration/token.ts';
import { longestLifetime, type TokenSet } from '../../declaration/token-set.ts';

/** A token as all machines see it. */
export interface SharedRecord extends Pick<TokenSet, 'accessToken' | 'kept' | 'idle' | 'lifetime'> {
  /** When it expires, on the server's clock: what stands beside it unsealed cannot make it live longer. */
  readonly expiresAt?: number;
  /** Whether there is a refresh token beside it. */
  readonly refreshable: boolean;
}

/** Formats a token. */
export function formatRecord(record: SharedRecord): string {
  const { accessToken, kept, lifetime, idle, expiresAt, refreshable } = record;
  return JSON.stringify({
    access_token: accessToken,
    kept,
    lifetime,
    idle,
    expires_at: expiresAt,
    refreshable,
  });
}

/** Reads a token; undefined if it is not one. Fields that are not known are left out. */
export function parseRecord(text: string): SharedRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { access_token: accessToken, kept, lifetime, idle, expires_at: expiresAt } = value;
  if (typeof accessToken !== 'string' || !isToken(accessToken)) return undefined;
  if (lifetime !== null && !isTime(lifetime)) return undefined;
  if (kept !== undefined && !isKept(kept)) return undefined;
  if (idle !== undefined && !isTime(idle)) return undefined;
  if (expiresAt !== undefined && !isTime(expiresAt)) return undefined;
  return {
    accessToken,
    ...(kept && { kept }),
    lifetime: lifetime === null ? null : Math.min(lifetime, longestLifetime),
    ...(idle !== undefined && { idle }),
    ...(expiresAt !== undefined && { expiresAt }),
    refreshable: value['refreshable'] === true,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 4e15;
}

function isKept(value: unknown): value is Readonly<Record<string, string>> {
  return (
    isObject(value) &&
    Object.values(value).every((each) => typeof each === 'string' && isToken(each))
  );
}
