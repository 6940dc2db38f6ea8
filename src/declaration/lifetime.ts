/** Works out a token's lifetime from its claims, the answer and the declaration. */
import { AuthctlError } from '../errors.ts';
import type { Answer, Lifetime } from './declaration.ts';
import { decodeJwt } from './jwt.ts';
import { cookieAt, describePlace, parseDate, type ReadAnswer, valueAt } from './place.ts';
import { longestLifetime } from './token-set.ts';

const second = 1000;
const day = 86_400 * second;
/** A time further away is taken for a mistake, such as milliseconds in place of seconds. */
const furthest = 10 * 365 * day;
/** A token is stored for at most this many times its documented lifetime. */
const timesDocumented = 48;

/** What a moment is, in words. */
const moments = {
  iso: 'a time with its zone',
  'http-date': 'an HTTP date',
  epoch: 'a number',
} as const;

/** Milliseconds in a unit of the vocabulary. */
export const units = {
  us: 0.001,
  ms: 1,
  s: second,
  min: 60 * second,
  h: 3600 * second,
  d: day,
} as const;

/** Whether a token has no end, by what its declaration says and what came with it. */
export function isEndless({ lifetime: declared }: Answer, lifetime: number | null): boolean {
  return declared?.never === true && lifetime === longestLifetime;
}

/**
 * Milliseconds from the arrival of the answer to the token's expiry; null when unknown.
 *
 * The token's `exp` is a time by the server's clock, so it is compared with the server's own `Date`;
 * the local clock is the last resort. A time that makes no sense counts as unknown. The shortest of
 * what is known counts, and at most 48 times the documented lifetime, or 400 days.
 *
 * @param detail receives in words what counts as unknown, and why
 * @throws AuthctlError `bad_answer` for a duration of more than ten years: the declaration has its unit
 *   wrong, or it is a moment
 */
export function readLifetime(
  token: string,
  read: ReadAnswer,
  answer: Answer,
  detail: (text: string) => void = () => {},
): number | null {
  const { response } = read;
  const { lifetime = {} } = answer;
  const claims = decodeJwt(token)?.claims ?? {};
  const documented = lifetime.documented === undefined ? [] : [lifetime.documented * second];
  const cap = Math.min(longestLifetime, ...documented.map((each) => each * timesDocumented));
  const least = (lifetimes: readonly number[]) => Math.floor(Math.min(cap, ...lifetimes));
  const known = (what: string, left: number | undefined, is = 'a number'): readonly number[] => {
    if (left === undefined) return [];
    const problem = Number.isNaN(left) ? `it is not ${is}` : problemOf(left);
    if (problem === undefined) return [left];
    detail(`${what} is ignored: ${problem}`);
    return [];
  };
  const { claim } = lifetime;
  const date = parseDate(response.headers['date']);
  const undated = Number.isNaN(date);
  const now = undated ? response.receivedAt : date;
  const stated = [
    ...known(`the token's "${claim}"`, claim === undefined ? undefined : seconds(claims[claim])),
    ...known(`the answer's ${describe(lifetime.at)}`, durationAt(lifetime, read)),
    ...known("the cookie's age", cookieAge(answer, read, now)),
  ];
  const withoutMoment = () => {
    if (stated.length > 0) return least(stated);
    if (lifetime.never) return longestLifetime;
    return documented.length > 0 ? least(documented) : null;
  };

  const expires = seconds(claims['exp']);
  const times = [
    { what: 'the token\'s "exp"', at: expires, is: 'a number' },
    {
      what: `the answer's ${describe(lifetime.until?.at)}`,
      at: momentAt(lifetime, read),
      is: moments[lifetime.until?.as ?? 'epoch'],
    },
  ].filter(({ at }) => at !== undefined);
  if (times.length === 0) return withoutMoment();
  const age = (expires ?? Number.NaN) - (seconds(claims['iat']) ?? Number.NaN);
  const bounds = problemOf(age) === undefined ? [age, ...stated] : stated;
  const isTime = times.some(({ at }) => !Number.isNaN(at));
  if (undated && bounds.length > 0 && isTime) return least(bounds);
  const lefts = times.flatMap(({ what, at = Number.NaN, is }) => {
    const left = at - now;
    // Only the local clock says that it has expired, and that may be wrong: use it, but do not keep it.
    return undated && left <= 0 && left > -2 * day ? [0] : known(what, left, is);
  });
  if (lefts.length === 0) return withoutMoment();
  return least([...lefts, ...bounds, ...(undated ? documented : [])]);
}

function describe(place: Lifetime['at']): string {
  return place === undefined ? 'lifetime' : describePlace(place);
}

/** The number of milliseconds at `lifetime.at`. NaN for anything else, undefined if there is nothing. */
function durationAt({ at, unit = 's' }: Lifetime, read: ReadAnswer): number | undefined {
  const value = at === undefined ? undefined : valueAt(read, at);
  if (value === undefined || value === null) return undefined;
  const duration = unit === 'd:hh:mm' ? daysHoursMinutes(value) : numberOf(value) * units[unit];
  if (duration > furthest) {
    throw new AuthctlError(
      'bad_answer',
      `the lifetime at ${describe(at)} is more than ten years: is its unit another one, or is it a moment?`,
    );
  }
  return duration;
}

/** The moment at `lifetime.until`, in milliseconds since the epoch. NaN for anything else. */
function momentAt({ until }: Lifetime, read: ReadAnswer): number | undefined {
  if (!until) return undefined;
  const { at, as, unit = 's', zone } = until;
  const value = valueAt(read, at);
  if (value === undefined || value === null) return undefined;
  if (as === 'epoch') {
    const time = numberOf(value) * units[unit];
    return time > 0 ? time : Number.NaN;
  }
  if (typeof value !== 'string') return Number.NaN;
  return as === 'http-date' ? parseDate(value) : isoTime(value, zone);
}

/** `Date.parse` reads a time without a zone as a local one. */
function isoTime(text: string, zone: 'utc' | undefined): number {
  const [, time, fraction = '', offset] =
    /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)(\.\d+)?\s?(Z|z|[+-]\d\d:?\d\d)?$/.exec(text) ?? [];
  if (time === undefined || (offset === undefined && zone === undefined)) return Number.NaN;
  const zoned = (offset ?? 'Z').toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  // ECMAScript defines only milliseconds.
  return Date.parse(`${time.replace(' ', 'T')}${fraction.slice(0, 4)}${zoned}`);
}

/** The age of the cookie that is the token, in milliseconds. */
function cookieAge({ token }: Answer, read: ReadAnswer, now: number): number | undefined {
  if (typeof token !== 'object' || !('cookie' in token)) return undefined;
  const { maxAge, expires } = cookieAt(read, token) ?? {};
  if (maxAge !== undefined) return maxAge * second;
  return expires === undefined ? undefined : expires - now;
}

function daysHoursMinutes(value: unknown): number {
  const parts = /^(\d+):(\d{1,2}):(\d{1,2})$/.exec(String(value));
  if (!parts) return Number.NaN;
  const [days = 0, hours = 0, minutes = 0] = parts.slice(1).map(Number);
  return days * units.d + hours * units.h + minutes * units.min;
}

/** Digits in a string count as a number. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
}

/** Converts a claim in seconds; NaN for any value but a number, undefined for undefined. */
function seconds(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'number' ? value * second : Number.NaN;
}

/** Why a time counts as unknown, if it does. @param left milliseconds until then */
function problemOf(left: number): string | undefined {
  if (Number.isNaN(left)) return 'it is not a number';
  if (left <= 0) return 'it is in the past';
  return left > furthest ? 'it is more than ten years away' : undefined;
}
