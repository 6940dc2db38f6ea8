/** Works out a token's lifetime from its claims, the answer and the declaration. */
import { AuthctlError } from '../errors.ts';
import type { Response } from '../http/message.ts';
import type { Answer } from './declaration.ts';
import { decodeJwt } from './jwt.ts';
import { resolvePointer } from './pointer.ts';

const second = 1000;
const day = 86_400 * second;
/** A longer lifetime is taken for a mistake, such as milliseconds in place of seconds. */
const maxLifetime = 100 * 365 * day;

/**
 * Milliseconds from the arrival of the answer to the token's expiry; null when unknown.
 *
 * The token's `exp` is a time by the server's clock, so it is compared with the server's own `Date`;
 * the local clock is the last resort.
 *
 * @param body the parsed answer
 * @throws AuthctlError `bad_answer` if the token has expired or its lifetime makes no sense
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
    return stated.length > 0 ? shortest(stated) : documented;
  }
  if (!Number.isSafeInteger(claims['exp']))
    throw badToken('whose exp is not a whole number of seconds');
  const expires = Number(claims['exp']) * second;
  const issued = seconds(claims['iat']);
  const bounds = issued === undefined ? stated : [...stated, expires - issued];

  const date = parseDate(response.headers['date']);
  if (!Number.isNaN(date)) return shortest([leftOf(expires - date), ...bounds]);
  if (bounds.length > 0) return shortest(bounds);
  const left = expires - response.receivedAt;
  if (left <= 0 && left > -2 * day) {
    // Only the local clock says that it has expired, and that may be wrong: use it, but do not keep it.
    return 0;
  }
  return shortest(documented === null ? [leftOf(left)] : [leftOf(left), documented]);
}

/** Milliseconds since the epoch. `Date.parse` alone accepts other formats and local times too. */
function parseDate(header = ''): number {
  return header.endsWith(' GMT') ? Date.parse(header) : Number.NaN;
}

function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value * second : undefined;
}

function leftOf(milliseconds: number): number {
  if (milliseconds <= 0) throw badToken('that has already expired');
  return milliseconds;
}

/** The shortest lifetime; all of them must make sense, not only the shortest. */
function shortest(lifetimes: readonly number[]): number {
  const result = Math.min(...lifetimes);
  if (result <= 0) throw badToken('with a lifetime that is not above zero');
  if (Math.max(...lifetimes) > maxLifetime) {
    throw badToken('with a lifetime of more than 100 years');
  }
  return result;
}

function badToken(problem: string): AuthctlError {
  return new AuthctlError('bad_answer', `the server sent a token ${problem}`);
}
