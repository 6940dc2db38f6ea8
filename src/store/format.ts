/** The file formats of a session and of the pointer to a profile's current session. */
import { isToken } from '../declaration/token.ts';
import { longestLifetime, type SharedToken } from '../declaration/token-set.ts';
import type { Account, SessionKey } from '../session/key.ts';
import type { Session } from '../session/session.ts';

const version = 1;

/** Formats a session's file. */
export function formatSession({ key, tokenSet }: Session): string {
  return `${JSON.stringify({
    version,
    ...formatKey(key),
    token_set: {
      access_token: tokenSet.accessToken,
      ...(tokenSet.refreshToken !== undefined && { refresh_token: tokenSet.refreshToken }),
      ...(tokenSet.kept && { kept: tokenSet.kept }),
      received_at: tokenSet.receivedAt,
      lifetime: tokenSet.lifetime,
      ...(tokenSet.idle !== undefined && { idle: tokenSet.idle }),
      ...(tokenSet.usedAt !== undefined && { used_at: tokenSet.usedAt }),
      ...(tokenSet.replaces && { replaces: true }),
      ...(tokenSet.shared && { shared: tokenSet.shared }),
    },
  })}\n`;
}

/** Formats a pointer file: the key of the profile's current session. */
export function formatPointer(key: SessionKey): string {
  return `${JSON.stringify({ version, ...formatKey(key) })}\n`;
}

/**
 * Parses a session's file.
 *
 * @returns the session, or what is wrong with the text, to follow "it is"
 */
export function parseSession(text: string): Session | string {
  const record = parseRecord(text);
  if (typeof record === 'string') return record;
  const key = parseKey(record);
  const tokens = record['token_set'];
  if (!key || !isRecord(tokens)) return 'damaged';
  const accessToken = tokens['access_token'];
  const refreshToken = tokens['refresh_token'];
  const receivedAt = tokens['received_at'];
  const told = tokens['lifetime'];
  const { kept, idle, used_at: usedAt, shared } = tokens;
  if (!isTokenText(accessToken)) return 'damaged';
  if (!isTime(receivedAt)) return 'damaged';
  if (told !== null && !isTime(told)) return 'damaged';
  if (!isAbsentOr(isTokenText, refreshToken) || !isAbsentOr(isKept, kept)) return 'damaged';
  if (!isAbsentOr(isTime, idle) || !isAbsentOr(isTime, usedAt)) return 'damaged';
  if (!isAbsentOr(isShared, shared)) return 'damaged';
  return {
    key,
    tokenSet: {
      accessToken,
      ...(refreshToken !== undefined && { refreshToken }),
      ...(kept && { kept }),
      receivedAt,
      lifetime: told === null ? null : Math.min(told, longestLifetime),
      ...(idle !== undefined && { idle }),
      ...(usedAt !== undefined && { usedAt }),
      ...(tokens['replaces'] === true && { replaces: true }),
      ...(shared && { shared }),
    },
  };
}

/** Parses a pointer file. @returns the key, or what is wrong with the text, to follow "it is" */
export function parsePointer(text: string): SessionKey | string {
  const record = parseRecord(text);
  if (typeof record === 'string') return record;
  return parseKey(record) ?? 'damaged';
}

function formatKey({ provider, profile, baseUrl, account }: SessionKey) {
  return { provider, profile, base_url: baseUrl, account };
}

function parseRecord(text: string): Record<string, unknown> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text === '' ? 'empty' : 'damaged';
  }
  if (!isRecord(value)) return 'damaged';
  if (value['version'] !== version) return 'in an unknown format';
  return value;
}

function parseKey(record: Record<string, unknown>): SessionKey | undefined {
  const { provider, profile, base_url: baseUrl } = record;
  const account = parseAccount(record['account']);
  if (typeof provider !== 'string' || typeof profile !== 'string') return undefined;
  if (typeof baseUrl !== 'string' || !account) return undefined;
  // As `parseBaseUrl` gives them.
  if (!/^https?:\/\/[^\s/@]+(\/\S*)?$/.test(baseUrl)) return undefined;
  return { provider, profile, baseUrl, account };
}

function parseAccount(value: unknown): Account | undefined {
  if (!isRecord(value)) return undefined;
  const { fields, fingerprint } = value;
  if (typeof fingerprint === 'string') return { fingerprint };
  if (!isRecord(fields)) return undefined;
  const entries = Object.entries(fields).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { fields: Object.fromEntries(entries) };
}

function isAbsentOr<T>(is: (value: unknown) => value is T, value: unknown): value is T | undefined {
  return value === undefined || is(value);
}

function isTokenText(value: unknown): value is string {
  return typeof value === 'string' && isToken(value);
}

function isKept(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every(isTokenText);
}

/** Texts in it are only compared. */
function isShared(value: unknown): value is SharedToken {
  return (
    isRecord(value) && Number.isSafeInteger(value['n']) && isAbsentOr(isTime, value['renewal'])
  );
}

/** Whether a value is a time or duration in milliseconds, within the range of Date. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 4e15;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
