/** How long a token lives, as far as it and the answer that brought it tell. */
import { AuthctlError } from '../errors.ts';
import type { Response } from '../http/message.ts';
import type { Answer } from './declaration.ts';
import { decodeJwt } from './jwt.ts';
import { resolvePointer } from './pointer.ts';

const second = 1000;
const day = 86_400 * second;
/** Beyond this an expiry is a mistake, not a promise. */
const longest = 100 * 365 * day;

/**
 * Milliseconds from the arrival of the answer to the token's expiry; null where nothing tells.
 *
 * The token's `exp` is a time by the server's clock, so it is compared with the server's own `Date`;
 * the local clock is the last resort.
 *
 * @param body the parsed answer
 * @throws AuthctlError `bad_answer` where the token has expired already or its expiry is no time
 */
export function readLifetime(
  token: string,
  body: unknown,
  answer: Answer,
  response: Response,
): number | null {
  const claims = decodeJwt(token)?.claims ?? {};
  const declared = answer.lifetime;
  const stated = [
    declared?.claim === undefined ? undefined : seconds(claims[declared.claim]),
    declared?.pointer === undefined ? undefined : seconds(resolvePointer(body, declared.pointer)),
  ].filter((value) => value !== undefined);
  const documented = declared?.documented === undefined ? null : declared.documented * second;

  if (claims['exp'] === undefined) {
    return stated.length > 0 ? least(stated) : documented;
  }
  if (!Number.isSafeInteger(claims['exp']))
    throw badExpiry('that is not a whole number of seconds');
  const expires = Number(claims['exp']) * second;
  const issued = seconds(claims['iat']);
  const bounds = issued === undefined ? stated : [...stated, expires - issued];

  const date = parseDate(response.headers['date']);
  if (!Number.isNaN(date)) return least([expires - date, ...bounds]);
  if (bounds.length > 0) return least(bounds);
  const left = expires - response.receivedAt;
  if (left <= 0 && left > -2 * day) {
    // Nothing but a local clock says that it expired, and local clocks are wrong: use it, keep it not.
    return 0;
  }
  return least(documented === null ? [left] : [left, documented]);
}

/** Milliseconds since the epoch. `Date.parse` alone takes anything, and a time without a zone as local. */
function parseDate(header = ''): number {
  return header.endsWith(' GMT') ? Date.parse(header) : Number.NaN;
}

function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value * second : undefined;
}

/** The smallest. One that makes no sense is no bound, however small another is. */
function least(lifetimes: readonly number[]): number {
  const smallest = Math.min(...lifetimes);
  if (smallest <= 0) throw badExpiry('that has passed already');
  if (Math.max(...lifetimes) > longest) throw badExpiry('more than a century away');
  return smallest;
}

function badExpiry(how: string): AuthctlError {
  return new AuthctlError('bad_answer', `the server sent a token with an expiry ${how}`);
}
