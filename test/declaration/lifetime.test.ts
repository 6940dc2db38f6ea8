import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Answer } from '../../src/declaration/declaration.ts';
import { readLifetime } from '../../src/declaration/lifetime.ts';
import { AuthctlError } from '../../src/errors.ts';
import { answerOf, jwt } from '../answers.ts';

/** The moment of the answer by the server's clock, in seconds. */
const t = 1_800_000_000;
const hour = 3600;

interface Case {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly token?: string;
  readonly body?: unknown;
  /** The answer's `Date`; the server's time by default, null for none. */
  readonly date?: string | null;
  /** How far the local clock is ahead of the server's, in seconds. */
  readonly ahead?: number;
  readonly lifetime?: Answer['lifetime'];
}

/** In seconds. */
function lifetimeOf({ claims, token, body, date, ahead = 0, lifetime }: Case): number | null {
  const header = date === undefined ? new Date(t * 1000).toUTCString() : date;
  const milliseconds = readLifetime(
    token ?? (claims === undefined ? 'opaque' : jwt(claims)),
    body,
    { token: '/token', ...(lifetime && { lifetime }) },
    answerOf({ headers: header === null ? {} : { date: header }, receivedAt: (t + ahead) * 1000 }),
  );
  return milliseconds === null ? null : milliseconds / 1000;
}

const documented = { documented: hour };
const exi = { claim: 'exi', documented: hour };
const expiresIn = { pointer: '/expires_in', documented: hour };
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
    'an expires_in that is a string is ignored',
    { body: { expires_in: '60' }, lifetime: expiresIn },
    hour,
  ],
  ['an exi that is a string is ignored', { claims: { exi: '60' }, lifetime: exi }, hour],
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

const wrong: readonly [string, Case][] = [
  ['is before the server’s own Date', { claims: { iat: t - 900, exp: t - 300 } }],
  ['is the moment of the answer', { claims: { exp: t } }],
  ['is before iat', { claims: { iat: t + 900, exp: t + 600 } }],
  ['is in 1970', { claims: { exp: 1 } }],
  ['is in 1970, without Date', { claims: { exp: 1 }, date: null, lifetime: documented }],
  ['is in 1970, without Date, and so is iat', { claims: { iat: 600, exp: 0 }, date: null }],
  ['is in the year 9999', { claims: { exp: 253_402_300_799 } }],
  ['is in the year 9999, without Date', { claims: { exp: 253_402_300_799 }, date: null }],
  [
    'is in the year 9999, without Date, whatever the documented lifetime',
    { claims: { exp: 253_402_300_799 }, date: null, lifetime: documented },
  ],
  [
    'is in the year 9999, whatever exi says',
    { claims: { exp: 253_402_300_799, exi: 600 }, lifetime: exi },
  ],
  ['is in milliseconds', { claims: { exp: (t + 600) * 1000 } }],
  ['is a string', { claims: { exp: String(t + 600) } }],
  ['is a fraction', { claims: { exp: t + 0.5 } }],
  ['is null', { claims: { exp: null }, lifetime: documented }],
  [
    'overflows to infinity',
    { token: jwt({}).replace(/\..*\./, `.${base64url('{"exp":1e400}')}.`) },
  ],
  ['comes with an iat beyond every date', { claims: { iat: 1e306, exp: t + 600 } }],
  ['is zero seconds away, by exi', { claims: { ...fresh, exi: 0 }, lifetime: exi }],
  ['is in the past, by expires_in', { body: { expires_in: -1 }, lifetime: expiresIn }],
];

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

describe('an answer is bad if the expiry', () => {
  test.each(wrong)('%s', (_what, given) => {
    expect(() => lifetimeOf(given)).toThrow(expect.objectContaining({ code: 'bad_answer' }));
  });
});

test.each<[string, Case]>([
  ['that has already expired', { claims: { iat: t - 900, exp: t - 300 } }],
  ['that has already expired', { claims: { exp: 1 }, date: null }],
  ['with a lifetime that is not above zero', { claims: { iat: t + 900, exp: t + 600 } }],
  ['with a lifetime that is not above zero', { body: { expires_in: 0 }, lifetime: expiresIn }],
  ['with a lifetime of more than 100 years', { claims: { exp: (t + 600) * 1000 } }],
  ['whose exp is not a whole number of seconds', { claims: { exp: null } }],
])('the error says what is wrong: a token %s (%#)', (problem, given) => {
  expect(() => lifetimeOf(given)).toThrow(`the server sent a token ${problem}`);
});

test('a lifetime is between 0 and a hundred years, or the answer is bad', () => {
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
      try {
        const lifetime = { claim: 'exi', pointer: '/expires_in' };
        const seconds = lifetimeOf({ ...given, lifetime, ...(date !== undefined && { date }) });
        expect(seconds === null || (seconds >= 0 && seconds <= 100 * 365 * 86_400)).toBe(true);
      } catch (error) {
        if (!(error instanceof AuthctlError)) throw error;
        expect(error.code).toBe('bad_answer');
      }
    }),
  );
});
