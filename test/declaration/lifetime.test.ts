import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Answer } from '../../src/declaration/declaration.ts';
import { readLifetime } from '../../src/declaration/lifetime.ts';
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
function lifetimeOf(
  { claims, token, body, date, ahead = 0, lifetime }: Case,
  detail?: (text: string) => void,
): number | null {
  const header = date === undefined ? new Date(t * 1000).toUTCString() : date;
  const milliseconds = readLifetime(
    token ?? (claims === undefined ? 'opaque' : jwt(claims)),
    body,
    { token: '/token', ...(lifetime && { lifetime }) },
    answerOf({ headers: header === null ? {} : { date: header }, receivedAt: (t + ahead) * 1000 }),
    detail,
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
    { body: { expires_in: '9' }, lifetime: expiresIn },
    hour,
    'a number',
  ],
  [
    'is in 99 years, by expires_in',
    { body: { expires_in: 99 * year }, lifetime: expiresIn },
    hour,
    'ten',
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
      const lifetime = { claim: 'exi', pointer: '/expires_in' };
      const seconds = lifetimeOf({ ...given, lifetime, ...(date !== undefined && { date }) });
      expect(seconds === null || (seconds >= 0 && seconds <= 400 * 86_400)).toBe(true);
    }),
  );
});
