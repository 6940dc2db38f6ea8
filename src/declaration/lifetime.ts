/** Works out a token's lifetime from its claims, the answer and the declaration. */
import type { Response } from '../http/message.ts';
import type { Answer } from './declaration.ts';
import { decodeJwt } from './jwt.ts';
import { resolvePointer } from './pointer.ts';
import { longestLifetime } from './token-set.ts';

const second = 1000;
const day = 86_400 * second;
/** A time further away is taken for a mistake, such as milliseconds in place of seconds, and counts as unknown. */
const furthest = 10 * 365 * day;
/** A token is stored for at most this many times its documented lifetime. */
const timesDocumented = 48;

/**
 * Milliseconds from the arrival of the answer to the token's expiry; null when unknown.
 *
 * The token's `exp` is a time by the server's clock, so it is compared with the server's own `Date`;
 * the local clock is the last resort. A time that makes no sense counts as unknown. The shortest of
 * what is known counts, and at most 48 times the documented lifetime, or 400 days.
 *
 * @param body the parsed answer
 * @param detail receives in words what counts as unknown, and why
 */
export function readLifetime(
  token: string,
  body: unknown,
  answer: Answer,
  response: Response,
  detail: (text: string) => void = () => {},
): number | null {
  const claims = decodeJwt(token)?.claims ?? {};
  const { claim, pointer, documented: seconds } = answer.lifetime ?? {};
  const documented = seconds === undefined ? [] : [seconds * second];
  const cap = Math.min(longestLifetime, ...documented.map((each) => each * timesDocumented));
  const least = (lifetimes: readonly number[]) => Math.floor(Math.min(cap, ...lifetimes));
  const known = (what: string, lifetime: number | undefined): readonly number[] => {
    if (lifetime === undefined) return [];
    const problem = problemOf(lifetime);
    if (problem === undefined) return [lifetime];
    detail(`${what} is ignored: ${problem}`);
    return [];
  };
  const stated = [
    ...known(`the token's "${claim}"`, milliseconds(claim && claims[claim])),
    ...known(`the answer's ${pointer}`, milliseconds(pointer && resolvePointer(body, pointer))),
  ];
  const withoutExp = () => {
    const told = stated.length > 0 ? stated : documented;
    return told.length > 0 ? least(told) : null;
  };

  const expires = milliseconds(claims['exp']);
  if (expires === undefined) return withoutExp();
  const age = expires - (milliseconds(claims['iat']) ?? Number.NaN);
  const bounds = problemOf(age) === undefined ? [age, ...stated] : stated;
  const date = parseDate(response.headers['date']);
  const undated = Number.isNaN(date);
  if (undated && bounds.length > 0 && !Number.isNaN(expires)) return least(bounds);
  const left = expires - (undated ? response.receivedAt : date);
  // Only the local clock says that it has expired, and that may be wrong: use it, but do not keep it.
  if (undated && left <= 0 && left > -2 * day) return 0;
  const lefts = known('the token\'s "exp"', left);
  if (lefts.length === 0) return withoutExp();
  return least([...lefts, ...bounds, ...(undated ? documented : [])]);
}

/** Milliseconds since the epoch. `Date.parse` alone accepts other formats and local times too. */
function parseDate(header = ''): number {
  return header.endsWith(' GMT') ? Date.parse(header) : Number.NaN;
}

/** Converts a number of seconds; NaN for any other value, undefined for undefined. */
function milliseconds(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'number' ? value * second : Number.NaN;
}

/** Why a time counts as unknown, if it does. @param left milliseconds until then */
function problemOf(left: number): string | undefined {
  if (Number.isNaN(left)) return 'it is not a number';
  if (left <= 0) return 'it is in the past';
  return left > furthest ? 'it is more than ten years away' : undefined;
}
