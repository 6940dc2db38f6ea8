import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Answer } from '../../src/declaration/declaration.ts';
import { readLifetime } from '../../src/declaration/lifetime.ts';
import { readAnswer } from '../../src/declaration/place.ts';
import { endOf } from '../../src/declaration/token-set.ts';
import { AuthctlError } from '../../src/errors.ts';
import { answerOf, jwt } from '../answers.ts';

/** The moment of the answer by the server's clock, in seconds. */
const t = 1_800_000_000;
const hour = 3600;

interface Case {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The value of `Set-Cookie` for the cookie `sid`, which then is the token. */
  readonly cookie?: string;
  /** The answer's `Date`; the server's time by default, null for none. */
  readonly date?: string | null;
  /** How far the local clock is ahead of the server's, in seconds. */
  readonly ahead?: number;
  readonly lifetime?: Answer['lifetime'];
}

/** @param at in seconds */
function httpDate(at: number): string {
  return new Date(at * 1000).toUTCString();
}

/** In seconds. */
function lifetimeOf(
  { claims, token, body, headers, cookie, date, ahead = 0, lifetime }: Case,
  detail?: (text: string) => void,
): number | null {
  const header = date === undefined ? httpDate(t) : date;
  const answer = answerOf({
    body,
    headers: { ...headers, ...(header !== null && { date: header }) },
    cookies: cookie === undefined ? [] : [cookie],
    receivedAt: (t + ahead) * 1000,
  });
  const milliseconds = readLifetime(
    token ?? (claims === undefined ? 'opaque' : jwt(claims)),
    readAnswer(answer),
    {
      token: cookie === undefined ? '/token' : { cookie: 'sid' },
      ...(lifetime && { lifetime }),
    },
    detail,
  );
  return milliseconds === null ? null : milliseconds / 1000;
}

const documented = { documented: hour };
const exi = { claim: 'exi', documented: hour };
const expiresIn = { at: '/expires_in', documented: hour };
const fresh = { iat: t, exp: t + 600 };

const known: readonly [string, Case, number | null][] = [
  ['exp minus Date', { claims: { exp: t + 600 } }, 600],
  [
    'exp minus Date, whatever the documented lifetime',
    { claims: { exp: t + 86_400 }, lifetime: documented },
    86_400,
  ],
  ['exp minus Date, with an invalid iat', { claims: { iat: 'now', exp: t + 600 } }, 600],
  ['a local clock 5 h ahead changes nothing', { claims: fresh, ahead: 5 * hour }, 600],
  ['a local clock 5 h behind changes nothing', { claims: fresh, ahead: -5 * hour }, 600],
  [
    'a local clock 5 h ahead changes nothing without iat',
    { claims: { exp: t + 600 }, ahead: 5 * hour },
    600,
  ],
  [
    'the rest of it, from a server that caches tokens',
    { claims: { iat: t - 300, exp: t + 300 } },
    300,
  ],
  [
    'at most exp minus iat, if the server’s Date is hours behind its tokens',
    { claims: { iat: t + 5 * hour, exp: t + 5 * hour + 600 } },
    600,
  ],
  ['at most exi', { claims: { ...fresh, exi: 500 }, lifetime: exi }, 500],
  [
    'at most until exp, if exi says longer',
    { claims: { ...fresh, exi: 9000 }, lifetime: exi },
    600,
  ],
  ['exi counts only if it is declared', { claims: { ...fresh, exi: 500 } }, 600],
  [
    'at most the answer’s own expires_in',
    { claims: fresh, body: { expires_in: 60 }, lifetime: expiresIn },
    60,
  ],
  ['without Date, exp minus iat', { claims: fresh, date: null, ahead: 5 * hour }, 600],
  [
    'without Date, exi',
    { claims: { exp: t + 600, exi: 600 }, date: null, ahead: -hour, lifetime: exi },
    600,
  ],
  ['an invalid Date is ignored', { claims: fresh, date: 'soon', ahead: 5 * hour }, 600],
  [
    'a Date without a time zone is ignored',
    { claims: { exp: t + 600 }, date: '2001-01-01 00:00:00' },
    600,
  ],
  ['a Date that is a number is ignored', { claims: { exp: t + 600 }, date: '1' }, 600],
  [
    'without Date and iat, exp minus the local clock',
    { claims: { exp: t + 600 }, date: null, ahead: -60 },
    660,
  ],
  [
    'without Date and iat, at most the documented lifetime',
    { claims: { exp: t + 9000 }, date: null, lifetime: documented },
    hour,
  ],
  [
    'without Date and iat, at most the documented lifetime, if the local clock is hours behind',
    { claims: { exp: t + 600 }, date: null, ahead: -5 * hour, lifetime: documented },
    hour,
  ],
  [
    'zero seconds if only the local clock says that it has expired: it is used, but not kept',
    { claims: { exp: t + 600 }, date: null, ahead: 5 * hour, lifetime: documented },
    0,
  ],
  ['without exp, the documented lifetime', { claims: { iat: t }, lifetime: documented }, hour],
  ['without exp, exi', { claims: { iat: t, exi: 600 }, lifetime: exi }, 600],
  ['an opaque token: the documented lifetime', { lifetime: documented }, hour],
  ['an opaque token: expires_in', { body: { expires_in: 60 }, lifetime: expiresIn }, 60],
  [
    'an opaque token: expires_in, as digits in a string',
    { body: { expires_in: '9' }, lifetime: expiresIn },
    9,
  ],
  ['exp less Date, with a fraction', { claims: { exp: t + 0.5 } }, 0.5],
  ['exp less Date, though iat is later', { claims: { iat: t + 900, exp: t + 600 } }, 600],
  ['exp less Date, though iat is beyond every date', { claims: { iat: 1e306, exp: t + 600 } }, 600],
  [
    'the documented lifetime, if its claims are an array',
    { token: jwt([t + 600]), lifetime: documented },
    hour,
  ],
  ['for an unknown time, by default', {}, null],
  ['for an unknown time, with nothing but an iat', { claims: { iat: t } }, null],
];

describe('a token lives', () => {
  test.each(known)('%s', (_what, given, expected) => {
    expect(lifetimeOf(given)).toBe(expected);
  });
});

const year = 365 * 86_400;

const unknown: readonly [string, Case, number | null, string][] = [
  ['has passed by the server’s own Date', { claims: { iat: t - 900, exp: t - 300 } }, null, 'past'],
  ['is the very moment of the answer', { claims: { exp: t } }, null, 'past'],
  ['is in 1970', { claims: { exp: 1 }, lifetime: documented }, hour, 'past'],
  ['is in 1970, without Date', { claims: { exp: 1 }, date: null }, null, 'past'],
  ['is in the year 9999', { claims: { exp: 253_402_300_799 } }, null, 'ten years'],
  [
    'is in the year 9999, without Date',
    { claims: { exp: 253_402_300_799 }, date: null },
    null,
    'ten',
  ],
  [
    'is in the year 9999, which leaves exi',
    { claims: { exp: 253_402_300_799, exi: 600 }, lifetime: exi },
    600,
    'ten years',
  ],
  ['is in milliseconds', { claims: { exp: (t + 600) * 1000 }, lifetime: documented }, hour, 'ten'],
  ['is in 99 years', { claims: { exp: t + 99 * year }, lifetime: documented }, hour, 'ten years'],
  ['is a text', { claims: { exp: String(t + 600) } }, null, 'not a number'],
  ['is null', { claims: { exp: null }, lifetime: documented }, hour, 'not a number'],
  [
    'is true, without Date',
    { claims: { exp: true, exi: 60 }, date: null, lifetime: exi },
    60,
    'not',
  ],
  [
    'overflows to infinity',
    { token: jwt({}).replace(/\..*\./, `.${base64url('{"exp":1e400}')}.`) },
    null,
    'ten years',
  ],
  ['is zero seconds away, by exi', { claims: { exi: 0 }, lifetime: exi }, hour, '"exi"'],
  ['is below zero, by expires_in', { body: { expires_in: -1 }, lifetime: expiresIn }, hour, 'past'],
  [
    'is a text, by expires_in',
    { body: { expires_in: 'soon' }, lifetime: expiresIn },
    hour,
    'a number',
  ],
];

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

describe('the expiry counts as unknown, and -v says so, where it', () => {
  test.each(unknown)('%s', (_what, given, expected, says) => {
    const details: string[] = [];
    expect(lifetimeOf(given, (text) => details.push(text))).toBe(expected);
    expect(details).toEqual([expect.stringContaining(says)]);
  });
});

const capped: readonly [string, Case, number][] = [
  ['400 days where nothing is documented', { claims: { exp: t + 9 * year } }, 400 * 86_400],
  ['48 times what is documented', { claims: { exp: t + year }, lifetime: documented }, 48 * hour],
  ['the same by expires_in', { body: { expires_in: year }, lifetime: expiresIn }, 48 * hour],
  ['400 days in any case', { lifetime: { documented: 9 * year } }, 400 * 86_400],
];

describe('a token lives at most', () => {
  test.each(capped)('%s', (_what, given, expected) => expect(lifetimeOf(given)).toBe(expected));
});

test.each<[string, Case]>([
  ['a duration', { body: { expires_in: 99 * year }, lifetime: expiresIn }],
  ['a moment', { body: { expires_in: t + 600 }, lifetime: expiresIn }],
  ['milliseconds', { body: { expires_in: 400 * 86_400_000 }, lifetime: expiresIn }],
  ['digits in a string', { body: { expires_in: String(t) }, lifetime: expiresIn }],
  [
    'a duration beside a token that says when it expires',
    { claims: fresh, body: { expires_in: 99 * year }, lifetime: expiresIn },
  ],
])('more than ten years by expires_in is a bad answer: %s', (_what, given) => {
  expect(failureOf(() => lifetimeOf(given))).toMatchObject({
    code: 'bad_answer',
    exitCode: 7,
    message:
      'the lifetime at /expires_in is more than ten years: is its unit another one, or is it a moment?',
  });
});

test('ten years by expires_in, and no second more, are a lifetime', () => {
  const lifetime = { at: '/expires_in' };
  expect(lifetimeOf({ body: { expires_in: 10 * year }, lifetime })).toBe(400 * 86_400);
  expect(() => lifetimeOf({ body: { expires_in: 10 * year + 1 }, lifetime })).toThrow('ten years');
});

describe('a duration in the answer', () => {
  const inUnit = (n: unknown, unit?: NonNullable<Answer['lifetime']>['unit']): Case => ({
    body: { n },
    lifetime: { at: '/n', ...(unit && { unit }) },
  });

  test.each<[string, Case, number]>([
    ['in seconds', inUnit(90), 90],
    ['in seconds, said so', inUnit(90, 's'), 90],
    ['with a fraction', inUnit(1.5), 1.5],
    ['as digits in a string', inUnit('90'), 90],
    ['as digits with a fraction in a string', inUnit('1.5', 'h'), 5400],
    ['in milliseconds', inUnit(90_000, 'ms'), 90],
    ['in minutes', inUnit(90, 'min'), 5400],
    ['in minutes, as digits in a string', inUnit('90', 'min'), 5400],
    ['in hours', inUnit(2, 'h'), 2 * hour],
    ['in days', inUnit(2, 'd'), 48 * hour],
    ['as d:hh:mm', inUnit('1:02:03', 'd:hh:mm'), 26 * hour + 180],
    ['as d:hh:mm of less than a day', inUnit('0:0:5', 'd:hh:mm'), 300],
    [
      'in a header',
      { headers: { 'x-expires-in': '90' }, lifetime: { at: { header: 'X-Expires-In' } } },
      90,
    ],
    ['in the whole text', { body: '90\n', lifetime: { at: { text: true } } }, 90],
  ])('is read %s', (_what, given, expected) => {
    expect(lifetimeOf(given)).toBe(expected);
  });

  test.each<[string, Case, string]>([
    ['is a text', inUnit('an hour'), 'not a number'],
    ['has its unit in the text', inUnit('90 s'), 'not a number'],
    ['has an exponent in the text', inUnit('1e3'), 'not a number'],
    ['has a sign in the text', inUnit('-90'), 'not a number'],
    ['is an empty text', inUnit(''), 'not a number'],
    ['is true', inUnit(true), 'not a number'],
    ['is a list', inUnit([90]), 'not a number'],
    ['is no d:hh:mm', inUnit('02:03', 'd:hh:mm'), 'not a number'],
    ['is a number in place of d:hh:mm', inUnit(90, 'd:hh:mm'), 'not a number'],
    ['is zero', inUnit(0, 'd'), 'in the past'],
    ['is d:hh:mm of zero', inUnit('0:00:00', 'd:hh:mm'), 'in the past'],
    ['is below zero', inUnit(-1, 'ms'), 'in the past'],
  ])('is ignored where it %s', (_what, given, problem) => {
    const details: string[] = [];
    expect(lifetimeOf(given, (text) => details.push(text))).toBeNull();
    expect(details).toEqual([expect.stringMatching(`^the answer's /n is ignored: .*${problem}`)]);
  });

  test.each([null, undefined])('is missing where it is %j, and nothing is said', (n) => {
    const details: string[] = [];
    expect(lifetimeOf(inUnit(n), (text) => details.push(text))).toBeNull();
    expect(details).toEqual([]);
  });
});

describe('a moment in the answer', () => {
  type Until = NonNullable<NonNullable<Answer['lifetime']>['until']>;
  const until = (n: unknown, how: Omit<Until, 'at'>): Case => ({
    body: { n },
    lifetime: { until: { at: '/n', ...how } },
  });
  const iso = { as: 'iso' } as const;
  const epoch = { as: 'epoch' } as const;
  /** Ten minutes after the answer; `t` is 2027-01-15T08:00:00Z. */
  const later = t + 600;

  test.each<[string, Case, number]>([
    ['in ISO 8601', until('2027-01-15T08:10:00Z', iso), 600],
    ['in ISO 8601 with a small z', until('2027-01-15T08:10:00z', iso), 600],
    ['in ISO 8601 with milliseconds', until('2027-01-15T08:10:00.500Z', iso), 600.5],
    ['in ISO 8601 with seven digits', until('2027-01-15T08:10:00.5009999Z', iso), 600.5],
    ['in ISO 8601 without seconds', until('2027-01-15T08:10Z', iso), 600],
    ['in ISO 8601 with a zone', until('2027-01-15T09:10:00+01:00', iso), 600],
    ['in ISO 8601 with a zone to the west', until('2027-01-15T02:40:00-05:30', iso), 600],
    ['in ISO 8601 with a zone without a colon', until('2027-01-15T09:10:00+0100', iso), 600],
    ['in ISO 8601 with spaces', until('2027-01-15 08:10:00 Z', iso), 600],
    [
      'in ISO 8601 of the declared zone',
      until('2027-01-15T08:10:00', { ...iso, zone: 'utc' }),
      600,
    ],
    [
      'with a space, of the declared zone',
      until('2027-01-15 08:10:00', { ...iso, zone: 'utc' }),
      600,
    ],
    [
      'in its own zone, before the declared one',
      until('2027-01-15T09:10:00+01:00', { ...iso, zone: 'utc' }),
      600,
    ],
    ['as in the header Date', until('Fri, 15 Jan 2027 08:10:00 GMT', { as: 'http-date' }), 600],
    ['in seconds since 1970', until(later, epoch), 600],
    ['in seconds since 1970, said so', until(later, { ...epoch, unit: 's' }), 600],
    ['in seconds since 1970, as digits in a string', until(String(later), epoch), 600],
    ['in milliseconds since 1970', until(later * 1000 + 500, { ...epoch, unit: 'ms' }), 600.5],
    ['in microseconds since 1970', until(later * 1_000_000, { ...epoch, unit: 'us' }), 600],
    [
      'in a header',
      {
        headers: { 'x-expires': httpDate(later) },
        lifetime: { until: { at: { header: 'X-Expires' }, as: 'http-date' } },
      },
      600,
    ],
    ['by the server’s own clock', { ...until(later, epoch), ahead: 5 * hour }, 600],
    ['by the local clock, without Date', { ...until(later, epoch), date: null, ahead: 60 }, 540],
    [
      'beside an exp that is sooner, which counts',
      { ...until(later, epoch), claims: { exp: t + 60 } },
      60,
    ],
    [
      'beside an exp that is later, which does not count',
      { ...until(later, epoch), claims: { exp: t + 900 } },
      600,
    ],
    [
      'beside a duration that is shorter, which counts',
      { body: { n: later, s: 60 }, lifetime: { at: '/s', until: { at: '/n', as: 'epoch' } } },
      60,
    ],
  ])('is read %s', (_what, given, expected) => {
    expect(lifetimeOf(given)).toBe(expected);
  });

  test.each<[string, Case, string]>([
    ['has no zone', until('2027-01-15T08:10:00', iso), 'not a time with its zone'],
    ['has a zone by name', until('2027-01-15T08:10:00 CET', iso), 'not a time with its zone'],
    ['is a day', until('2027-01-16', { ...iso, zone: 'utc' }), 'not a time with its zone'],
    ['is no time', until('2027-13-15T08:10:00Z', iso), 'not a time with its zone'],
    ['is a number in place of a text', until(later, iso), 'not a time with its zone'],
    [
      'is in ISO 8601 in place of a date',
      until('2027-01-15T08:10:00Z', { as: 'http-date' }),
      'not an HTTP date',
    ],
    ['is a text in place of a number', until('soon', epoch), 'not a number'],
    ['is 0', until(0, epoch), 'not a number'],
    ['is below zero', until(-1, epoch), 'not a number'],
    ['has passed', until(t - 1, epoch), 'in the past'],
    ['is the moment of the answer', until('2027-01-15T08:00:00Z', iso), 'in the past'],
    ['is in 99 years', until(t + 99 * year, epoch), 'ten years'],
    ['is in milliseconds, though seconds are declared', until(later * 1000, epoch), 'ten years'],
  ])('is ignored where it %s', (_what, given, problem) => {
    const details: string[] = [];
    expect(lifetimeOf(given, (text) => details.push(text))).toBeNull();
    expect(details).toEqual([expect.stringMatching(`^the answer's /n is ignored: .*${problem}`)]);
  });

  test('leaves the documented lifetime where it is ignored', () => {
    const given = until('2027-01-15T08:10:00', iso);
    expect(lifetimeOf({ ...given, lifetime: { ...given.lifetime, documented: 60 } })).toBe(60);
  });
});

describe('a token in a cookie lives at most', () => {
  test.each<[string, Case, number]>([
    ['as long as its Max-Age', { cookie: 'sid=a; Max-Age=60' }, 60],
    ['until its Expires', { cookie: `sid=a; Expires=${httpDate(t + 600)}` }, 600],
    [
      'until its Expires by the server’s clock',
      { cookie: `sid=a; Expires=${httpDate(t + 600)}`, ahead: 5 * hour },
      600,
    ],
    [
      'as long as its Max-Age, whatever its Expires',
      { cookie: `sid=a; Max-Age=60; Expires=${httpDate(t + 600)}` },
      60,
    ],
    [
      'as long as its Max-Age, whatever its Expires that is sooner',
      { cookie: `sid=a; Max-Age=600; Expires=${httpDate(t + 60)}` },
      600,
    ],
    [
      'until its exp, if its Max-Age is longer',
      { cookie: 'sid=a; Max-Age=900', claims: fresh },
      600,
    ],
    [
      'as long as its Max-Age, if its exp is later',
      { cookie: 'sid=a; Max-Age=60', claims: fresh },
      60,
    ],
    [
      'as long as its Max-Age, whatever is documented',
      { cookie: 'sid=a; Max-Age=60', lifetime: documented },
      60,
    ],
    [
      '48 times what is documented',
      { cookie: `sid=a; Max-Age=${year}`, lifetime: documented },
      48 * hour,
    ],
    ['400 days', { cookie: `sid=a; Max-Age=${9 * year}` }, 400 * 86_400],
    ['as documented, as a cookie of the session', { cookie: 'sid=a', lifetime: documented }, hour],
    [
      'as documented, if its Max-Age is no number',
      { cookie: 'sid=a; Max-Age=soon', lifetime: documented },
      hour,
    ],
  ])('%s', (_what, given, expected) => {
    expect(lifetimeOf(given)).toBe(expected);
  });

  test('as documented where its Max-Age is more than ten years, and -v says so', () => {
    const details: string[] = [];
    const given = { cookie: `sid=a; Max-Age=${99 * year}`, lifetime: documented };
    expect(lifetimeOf(given, (text) => details.push(text))).toBe(hour);
    expect(details).toEqual([expect.stringContaining('ten years')]);
  });
});

describe('a token that never expires', () => {
  test.each<[string, Case, number]>([
    ['is kept for 400 days', { lifetime: { never: true } }, 400 * 86_400],
    ['lives until its exp, if it has one', { claims: fresh, lifetime: { never: true } }, 600],
    [
      'lives as long as the answer says, if it does',
      { body: { n: 60 }, lifetime: { never: true, at: '/n' } },
      60,
    ],
  ])('%s', (_what, given, expected) => {
    expect(lifetimeOf(given)).toBe(expected);
  });
});

describe('a token ends', () => {
  const set = { accessToken: 'a', receivedAt: 1000 };

  test.each([
    ['at the end of its lifetime', { lifetime: 500 }, 1500],
    ['at an unknown time, without a lifetime', { lifetime: null }, null],
    ['when it was not used for a while', { lifetime: null, idle: 200 }, 1200],
    ['when it was not used since', { lifetime: null, idle: 200, usedAt: 1100 }, 1300],
    [
      'at the end of its lifetime, however it is used',
      { lifetime: 500, idle: 200, usedAt: 1400 },
      1500,
    ],
    ['when it was not used, before the end of its lifetime', { lifetime: 500, idle: 200 }, 1200],
  ])('%s', (_what, times, expected) => {
    expect(endOf({ ...set, ...times })).toBe(expected);
  });
});

test('whatever it says, a token lives from 0 to 400 days', () => {
  const number = fc.oneof(fc.double(), fc.integer(), fc.integer({ min: t - hour, max: t + hour }));
  const claim = fc.option(fc.oneof(number, fc.string()), { nil: undefined });
  const cases = fc.record({
    claims: fc.record({ exp: claim, iat: claim, exi: claim }),
    body: fc.record({ expires_in: claim }),
    date: fc.constantFrom(undefined, null, 'x', new Date(0).toUTCString()),
    ahead: fc.integer({ min: -t, max: t }),
  });
  fc.assert(
    fc.property(cases, ({ date, ...given }) => {
      const lifetime = { claim: 'exi', at: '/expires_in' };
      const read = () => lifetimeOf({ ...given, lifetime, ...(date !== undefined && { date }) });
      if (isTooLong(given.body.expires_in)) {
        expect(read).toThrow(expect.objectContaining({ code: 'bad_answer' }));
        return;
      }
      const seconds = read();
      expect(seconds === null || (seconds >= 0 && seconds <= 400 * 86_400)).toBe(true);
    }),
  );
});

/** Whether the answer's JSON has more than ten years there. */
function isTooLong(value: unknown): boolean {
  const isDigits = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value);
  return (isDigits || Number.isFinite(value)) && Number(value) > 10 * year;
}

function failureOf(act: () => unknown): AuthctlError {
  try {
    act();
  } catch (error) {
    if (error instanceof AuthctlError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
