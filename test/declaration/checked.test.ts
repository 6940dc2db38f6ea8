import { describe, expect, test } from '@jest/globals';
import { requireAccepted, requireEnded } from '../../src/declaration/checked.ts';
import type { Declaration, Logout, Verify } from '../../src/declaration/declaration.ts';
import { readAnswer } from '../../src/declaration/place.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { type AnswerParts, answerOf } from '../answers.ts';

const request = { method: 'GET', path: '/me' } as const;
const declaration: Declaration = {
  version: 1,
  name: 'my-api',
  title: 'My API',
  fields: [{ name: 'key', label: 'Key', secret: true }],
  login: [{ fields: ['key'], request: { method: 'POST', path: '/' } }],
  answer: {
    token: '/token',
    refused: [{ body: [{ at: '/ok', in: [false] }] }],
    limited: [{ body: [{ at: '/wait' }] }],
    error: { messages: ['/message'] },
  },
  use: { header: 'Authorization', value: 'Bearer {token}' },
};
const page = '<!doctype html>';

/** The error's code and message; undefined if there is none. */
function failureOf(act: () => void): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

const unclear = 'the answer from My API does not show whether it accepts the token';

describe('a check of a token', () => {
  const check = (verify: Omit<Verify, 'request'>, parts: AnswerParts) =>
    failureOf(() =>
      requireAccepted(declaration, { request, ...verify }, readAnswer(answerOf(parts))),
    );
  const accepted = { accepted: { body: [{ at: '/id' }] } };
  const refused = { refused: [{ status: [404] }] };
  const inconclusive = { ...accepted, inconclusive: { body: [{ at: '/open', in: [true] }] } };

  test.each<[string, Omit<Verify, 'request'>, AnswerParts]>([
    ['any 2xx, by default', {}, { status: 200, body: {} }],
    ['any 2xx without a body, by default', {}, { status: 204 }],
    ['any 2xx with a text, by default', {}, { body: 'OK' }],
    ['an answer with a value', accepted, { body: { id: 1 } }],
    ['an answer with a value, whatever its status', accepted, { status: 404, body: { id: 1 } }],
    ['an answer by its status', { accepted: { status: [302] } }, { status: 302 }],
    [
      'an answer in which a header says so',
      { accepted: { body: [{ at: { header: 'X-A' } }] } },
      { headers: { 'x-a': 'b' } },
    ],
    [
      'what is accepted before what is refused',
      { ...accepted, ...refused },
      { status: 404, body: { id: 1 } },
    ],
  ])('accepts it: %s', (_what, verify, parts) => {
    expect(check(verify, parts)).toBeUndefined();
  });

  test.each<[string, Omit<Verify, 'request'>, AnswerParts, ErrorCode, string]>([
    ['401', {}, { status: 401, body: {} }, 'refused', 'My API refused the token'],
    ['403', accepted, { status: 403, body: {} }, 'refused', 'My API refused the token'],
    [
      'what the answer to a login refuses',
      {},
      { body: { ok: false } },
      'refused',
      'My API refused the token',
    ],
    ['no value', accepted, { body: {} }, 'refused', 'My API does not accept the token'],
    [
      'no value where it has to be absent',
      { accepted: { body: [{ at: '/error', absent: true }] } },
      { body: { error: 1 } },
      'refused',
      'My API does not accept the token',
    ],
    [
      'another status',
      { accepted: { status: [204] } },
      { status: 200, body: {} },
      'refused',
      'My API does not accept the token',
    ],
    [
      'a declared refusal',
      refused,
      { status: 404, body: {} },
      'refused',
      'My API refused the token',
    ],
    [
      'an inconclusive answer',
      inconclusive,
      { body: { id: 1, open: true } },
      'bad_answer',
      unclear,
    ],
    [
      'an inconclusive refusal',
      inconclusive,
      { status: 401, body: { open: true } },
      'bad_answer',
      unclear,
    ],
    [
      '401, if other refusals are declared',
      refused,
      { status: 401, body: {} },
      'bad_answer',
      unclear,
    ],
    [
      '403, if other refusals are declared',
      { ...accepted, ...refused },
      { status: 403, body: {} },
      'bad_answer',
      unclear,
    ],
    [
      'no value, if refusals are declared',
      { ...accepted, ...refused },
      { body: {} },
      'bad_answer',
      unclear,
    ],
    [
      'a page for a value',
      accepted,
      { body: page },
      'bad_answer',
      'My API answered 200 with a page, not JSON',
    ],
    [
      'a 403 page',
      {},
      { status: 403, body: page },
      'bad_answer',
      'My API answered 403 with a page, not JSON',
    ],
    [
      '404',
      {},
      { status: 404, body: {} },
      'bad_answer',
      'My API answered 404, not found: the server has no check of tokens there',
    ],
    [
      'a rate limit',
      accepted,
      { status: 429, body: {} },
      'rate_limited',
      'My API answered 429, too many requests',
    ],
    [
      'a declared rate limit',
      {},
      { status: 401, body: { wait: 1 } },
      'rate_limited',
      'My API answered 401, and takes no more logins for a while',
    ],
    [
      'a server error',
      accepted,
      { status: 503, body: { id: 1 } },
      'server_error',
      'My API answered 503, a server error',
    ],
    ['a redirect', {}, { status: 302 }, 'redirect', 'My API answered 302, a redirect'],
  ])('does not accept it: %s', (_what, verify, parts, code, message) => {
    expect(check(verify, parts)).toMatchObject({ code, message, details: { provider: 'my-api' } });
  });

  test('has the server’s own words', () => {
    expect(check({}, { status: 401, body: { message: 'No' } })).toMatchObject({
      details: { serverWords: 'No', status: 401 },
    });
  });
});

describe('a logout', () => {
  const end = (logout: Pick<Logout, 'accepted' | 'gone'>, parts: AnswerParts) =>
    failureOf(() => requireEnded(declaration, logout, readAnswer(answerOf(parts))));
  const accepted = { accepted: { status: [200], body: [{ at: '/ended', in: [true] }] } };

  test.each<[string, Pick<Logout, 'accepted' | 'gone'>, AnswerParts]>([
    ['any 2xx, by default', {}, { status: 204 }],
    ['any 2xx with a page, by default', {}, { body: page }],
    ['what is accepted', accepted, { body: { ended: true } }],
    ['a redirect that is accepted', { accepted: { status: [302] } }, { status: 302 }],
    ['a status of a token that had ended', { gone: [401, 404] }, { status: 404, body: page }],
    [
      'an answer of a token that had ended',
      { ...accepted, gone: [{ status: [400], body: [{ at: '/gone' }] }] },
      { status: 400, body: { gone: 1 } },
    ],
  ])('has ended the session: %s', (_what, logout, parts) => {
    expect(end(logout, parts)).toBeUndefined();
  });

  test.each<[string, Pick<Logout, 'accepted' | 'gone'>, AnswerParts, ErrorCode, string]>([
    ['401', {}, { status: 401, body: {} }, 'refused', 'My API refused the logout'],
    [
      '403, where 401 means that it had ended',
      { gone: [401] },
      { status: 403 },
      'refused',
      'My API refused the logout',
    ],
    [
      'another 2xx than what is accepted',
      accepted,
      { body: {} },
      'bad_answer',
      'the answer from My API does not report the end',
    ],
    [
      '404',
      {},
      { status: 404, body: {} },
      'bad_answer',
      'My API answered 404, not found: the server has no logout there',
    ],
    ['a redirect', {}, { status: 302 }, 'redirect', 'My API answered 302, a redirect'],
    [
      'a server error',
      accepted,
      { status: 500, body: { ended: true } },
      'server_error',
      'My API answered 500, a server error',
    ],
    ['a rate limit', {}, { status: 429 }, 'rate_limited', 'My API answered 429, too many requests'],
  ])('has not ended the session: %s', (_what, logout, parts, code, message) => {
    expect(end(logout, parts)).toMatchObject({ code, message, details: { provider: 'my-api' } });
  });
});
