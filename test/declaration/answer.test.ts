import { describe, expect, test } from '@jest/globals';
import { requireSuccess, type Sent } from '../../src/declaration/answer.ts';
import type { Answer, Declaration } from '../../src/declaration/declaration.ts';
import { holds } from '../../src/declaration/match.ts';
import { readAnswer } from '../../src/declaration/place.ts';
import { serverWords } from '../../src/declaration/words.ts';
import { AuthctlError, type ErrorCode } from '../../src/errors.ts';
import { type AnswerParts, answerOf } from '../answers.ts';

const answer: Answer = {
  token: '/token',
  refused: [{ status: [400], body: [{ at: '/id' }] }, { body: [{ at: '/ok', in: [false] }] }],
  explained: [
    {
      when: { status: [404], body: [{ at: '/off', in: [true] }] },
      message: 'it is off',
      hint: 'on',
    },
    { when: { body: [{ at: '/busy' }] }, message: 'it is busy' },
  ],
  error: { messages: ['/message', '/details'], code: '/code', trace: '/trace' },
};
const request = { method: 'POST', path: '/' } as const;
const declaration: Declaration = {
  version: 1,
  name: 'my-api',
  title: 'My API',
  fields: [{ name: 'key', label: 'Key', secret: true }],
  login: [{ fields: ['key'], request }],
  answer,
  use: { header: 'Authorization', value: 'Bearer {token}' },
};

const read = (parts: AnswerParts) => readAnswer(answerOf(parts));
const judge = (parts: AnswerParts, sent: Sent) => requireSuccess(declaration, read(parts), sent);

const failure = (parts: AnswerParts) => failureOf(() => judge(parts, 'credentials'));

function failureOf(act: () => void): AuthctlError {
  try {
    act();
  } catch (error) {
    if (error instanceof AuthctlError) return error;
    throw error;
  }
  throw new Error('the answer was taken for a success');
}

const page = '<!doctype html><p>502';

describe('a failed answer', () => {
  test.each<[number, unknown, ErrorCode, string]>([
    [400, { id: 1 }, 'refused', 'My API refused the credentials'],
    [400, {}, 'bad_answer', 'My API answered 400'],
    [400, { id: null }, 'bad_answer', 'My API answered 400'],
    [400, page, 'bad_answer', 'My API answered 400 with a page, not JSON'],
    [200, { ok: false }, 'refused', 'My API refused the credentials'],
    [422, { ok: false }, 'refused', 'My API refused the credentials'],
    [401, {}, 'refused', 'My API refused the credentials'],
    [403, {}, 'refused', 'My API refused the credentials'],
    [401, '', 'refused', 'My API refused the credentials (401 with an empty body)'],
    [403, page, 'bad_answer', 'My API answered 403 with a page, not JSON'],
    [402, {}, 'bad_answer', 'My API answered 402'],
    [404, {}, 'bad_answer', 'My API answered 404, not found'],
    [404, page, 'bad_answer', 'My API answered 404, not found'],
    [404, { off: true }, 'bad_answer', 'it is off; on'],
    [200, { busy: 1 }, 'bad_answer', 'it is busy'],
    [407, page, 'bad_answer', 'My API answered 407 with a page, not JSON'],
    [429, {}, 'rate_limited', 'My API answered 429, too many requests'],
    [429, { ok: false }, 'rate_limited', 'My API answered 429, too many requests'],
    [500, {}, 'server_error', 'My API answered 500, a server error'],
    [503, page, 'server_error', 'My API answered 503, a server error'],
    [599, { ok: false }, 'server_error', 'My API answered 599, a server error'],
    [301, '', 'redirect', 'My API answered 301, a redirect'],
    [304, '', 'redirect', 'My API answered 304, a redirect'],
    [200, '', 'bad_answer', 'My API answered 200 with an empty body'],
    [204, '', 'bad_answer', 'My API answered 204 with an empty body'],
    [200, page, 'bad_answer', 'My API answered 200 with a page, not JSON'],
    [200, 'OK', 'bad_answer', 'My API answered 200 with a body that is not JSON'],
    [200, '{"token":', 'bad_answer', 'My API answered 200 with a body that is not JSON'],
    [
      200,
      '{"token":"a","token":"b"}',
      'bad_answer',
      'My API answered 200 with JSON that has a duplicate name in an object',
    ],
    [
      200,
      new Uint8Array([0x22, 0xff, 0x22]),
      'bad_answer',
      'My API answered 200 with a body that is not UTF-8',
    ],
  ])('%i %j: %s, "%s"', (status, body, code, message) => {
    const error = failure({ status, body });
    expect(error).toMatchObject({ code, message, details: { provider: 'my-api', status } });
  });

  test('says how often it was tried', () => {
    for (const status of [429, 502, 503]) {
      const tried = {
        ...read({ status }),
        response: { ...answerOf({ status }), tried: 'tried twice' },
      };
      const error = failureOf(() => requireSuccess(declaration, tried, 'credentials'));
      expect(error.message).toMatch(/(a server error|too many requests), tried twice$/);
    }
  });

  test('names the refresh if that is not there', () => {
    const page404 = { status: 404, body: page };
    const refresh = { request, expired: [{ status: [410] }] };
    for (const provider of [declaration, { ...declaration, refresh }]) {
      const error = failureOf(() => requireSuccess(provider, read(page404), 'refresh token'));
      expect([error.code, error.message, error.details.hint]).toEqual([
        'bad_answer',
        'My API answered 404, not found: the server has no refresh there',
        'check the base URL (--base-url, -e, or the configuration), or log in instead',
      ]);
    }
  });

  test('does not miss JSON in a refusal that is read as a text', () => {
    const text = { text: true } as const;
    const provider = {
      ...declaration,
      answer: {
        success: [{ at: text, in: ['Ok.'] }],
        token: { cookie: 'SID' },
        refused: [{ status: [200], body: [{ at: text, in: ['Fails.'] }] }],
        error: { messages: [text] },
      },
    };
    for (const parts of [{ body: 'Fails.' }, { status: 403, body: 'Forbidden' }, { status: 401 }]) {
      expect(failureOf(() => requireSuccess(provider, read(parts), 'credentials'))).toMatchObject({
        code: 'refused',
        message: 'My API refused the credentials',
      });
    }
  });

  test('says what was refused', () => {
    const refused = { status: 401 };
    expect(() => judge(refused, 'refresh token')).toThrow('My API refused the refresh token');
    expect(() => judge(refused, 'token')).toThrow('My API refused the token');
  });

  test.each([
    ['https://login.example/a?token=secret', ' to https://login.example'],
    ['https://user:secret@login.example:8443/', ' to https://login.example:8443'],
    ['/login?token=secret', ''],
    ['//', ''],
    ['foo:bar', ''],
    // Written in another way, a secret in it would not be recognised.
    ['https://Secret.example/', ''],
    ['https://%73ecret.example/', ''],
  ])('the error for a redirect to %s shows at most its origin', (location, shown) => {
    const { message, details } = failure({ status: 302, headers: { location } });
    expect(message).toBe(`My API answered 302, a redirect${shown}`);
    expect(details.hint).toContain('--base-url');
  });

  test.each([
    [404, {}, 'base URL'],
    [200, page, 'base URL'],
  ])('%i %j has a hint', (status, body, hint) => {
    expect(failure({ status, body }).details.hint).toContain(hint);
  });

  test('the advice of a declaration is in the message, not in the hint', () => {
    expect(failure({ status: 404, body: { off: true } }).details.hint).toBeUndefined();
  });
});

describe('an answer of a declared kind', () => {
  const failing = (more: Partial<Declaration>, parts: AnswerParts, sent: Sent = 'credentials') =>
    failureOf(() => requireSuccess({ ...declaration, ...more }, read(parts), sent));
  const limited = {
    answer: {
      ...answer,
      limited: [
        { body: [{ at: '/wait' }] },
        { status: [400, 503], body: [{ at: { header: 'X-Banned' }, in: ['yes'] }] },
      ],
    },
  };

  test.each<[number, unknown, Record<string, string>]>([
    [200, { wait: 9 }, {}],
    [401, { wait: 9 }, {}],
    // Though it is refused or explained too.
    [400, { wait: 9, id: 1, busy: 1 }, {}],
    [400, {}, { 'x-banned': 'yes' }],
    [400, page, { 'x-banned': 'yes' }],
    [503, {}, { 'x-banned': 'yes' }],
  ])('is a rate limit: %i %j %j', (status, body, headers) => {
    expect(failing(limited, { status, body, headers })).toMatchObject({
      code: 'rate_limited',
      message: `My API answered ${status}, and takes no more logins for a while`,
      details: { provider: 'my-api', status },
    });
  });

  test.each<[number, unknown, Record<string, string>, ErrorCode]>([
    [503, { wait: 9 }, {}, 'server_error'],
    [400, {}, { 'x-banned': 'no' }, 'bad_answer'],
    [401, {}, { 'x-banned': 'yes' }, 'refused'],
    [400, { wait: null }, {}, 'bad_answer'],
  ])('is no rate limit: %i %j %j', (status, body, headers, code) => {
    expect(failing(limited, { status, body, headers })).toMatchObject({ code });
  });

  test.each<[number, string, ErrorCode]>([
    [429, 'rate', 'bad_answer'],
    [500, 'down', 'bad_answer'],
    [302, 'away', 'bad_answer'],
    [401, 'old', 'bad_answer'],
  ])('%i is looked at before its status', (status, why, code) => {
    const explained = {
      answer: {
        ...answer,
        explained: [
          { when: { status: [status], body: [{ at: '/why', in: [why] }] }, message: why },
        ],
      },
    };
    expect(failing(explained, { status, body: { why } })).toMatchObject({ code, message: why });
    expect(failing(explained, { status, body: {} })).not.toMatchObject({ message: why });
  });

  test('is refused at a status of its own', () => {
    const refused = { answer: { ...answer, refused: [{ status: [500, 429, 302] }] } };
    for (const status of [500, 429, 302]) {
      expect(failing(refused, { status, body: {} })).toMatchObject({ code: 'refused' });
    }
  });

  test('is a success at a status of its own', () => {
    const accepted = {
      ...declaration,
      answer: { ...answer, accepted: { status: [302, 500], body: [{ at: '/token' }] } },
    };
    for (const status of [302, 500]) {
      requireSuccess(accepted, read({ status, body: { token: 'a' } }), 'credentials');
    }
    expect(failing(accepted, { status: 302, body: {} })).toMatchObject({ code: 'redirect' });
    expect(failing(accepted, { status: 500, body: {} })).toMatchObject({ code: 'server_error' });
    // The usual ones stay.
    requireSuccess(accepted, read({ status: 201, body: {} }), 'credentials');
  });

  test('with a token that is not in JSON may be no JSON', () => {
    for (const token of [{ text: true as const }, { cookie: 'sid' }, { header: 'X-Token' }]) {
      const plain = { ...declaration, answer: { token } };
      requireSuccess(plain, read({ body: 'abc' }), 'credentials');
      requireSuccess(plain, read({ status: 204 }), 'credentials');
      expect(failing(plain, { status: 403, body: page })).toMatchObject({ code: 'refused' });
      expect(failing(plain, { status: 400, body: page })).toMatchObject({
        code: 'bad_answer',
        message: 'My API answered 400',
      });
    }
  });

  test.each([401, 403])('%i with a page is of something on the way', (status) => {
    for (const body of [page, '  \n<html>', '<'])
      expect(failing({}, { status, body })).toMatchObject({
        code: 'bad_answer',
        exitCode: 7,
        message: `My API answered ${status} with a page, not JSON`,
        details: { hint: expect.stringContaining('base URL') },
      });
    expect(failing({}, { status, body: 'No <b>' })).toMatchObject({ code: 'refused' });
  });

  test('is refused though it is a page, if the declaration says so', () => {
    const refused = { answer: { ...answer, refused: [{ status: [403] }] } };
    expect(failing(refused, { status: 403, body: page })).toMatchObject({ code: 'refused' });
  });
});

describe('a refusal of a refresh', () => {
  const expired = {
    ...declaration,
    refresh: { request, expired: [{ body: [{ at: '/expired' }] }] },
  };
  const every = { ...declaration, refresh: { request } };
  const refusal = (provider: Declaration, parts: AnswerParts) =>
    failureOf(() => requireSuccess(provider, read(parts), 'refresh token'));

  test.each([401, 403, 400, 200])(
    'ends the refresh token if it is of a declared kind: %i',
    (status) => {
      const { code, message, details } = refusal(expired, { status, body: { expired: 1 } });
      expect([code, message]).toEqual(['refused', 'My API refused the refresh token']);
      expect(details.refusedCredentials).toBeUndefined();
    },
  );

  test.each<[number, unknown]>([
    [401, {}],
    [403, {}],
    [401, ''],
    [200, { ok: false }],
    [400, { id: 1 }],
  ])('is else of the credentials beside it: %i %j', (status, body) => {
    expect(refusal(expired, { status, body })).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('My API refused the credentials'),
      details: { refusedCredentials: true, provider: 'my-api', status },
    });
  });

  test.each<[number, unknown, ErrorCode]>([
    [429, {}, 'rate_limited'],
    [500, { expired: 1 }, 'server_error'],
    [302, '', 'redirect'],
    [400, {}, 'bad_answer'],
    [200, { busy: 1 }, 'bad_answer'],
    [403, page, 'bad_answer'],
    [200, page, 'bad_answer'],
  ])('is no other failure: %i %j is %s', (status, body, code) => {
    const error = refusal(expired, { status, body });
    expect(error.code).toBe(code);
    expect(error.details.refusedCredentials).toBeUndefined();
  });

  test('ends the refresh token in any case, if no kinds are declared', () => {
    const oauth = { status: 400, body: { error: 'invalid_grant' } };
    for (const parts of [{ status: 401 }, { body: { ok: false } }, oauth]) {
      const { code, message, details } = refusal(every, parts);
      expect(code).toBe('refused');
      expect(message).toContain('My API refused the refresh token');
      expect(details.refusedCredentials).toBeUndefined();
    }
  });

  test('is as ever for a login, whatever kinds are declared', () => {
    const { code, message, details } = failureOf(() =>
      requireSuccess(expired, read({ status: 401, body: {} }), 'credentials'),
    );
    expect([code, message]).toEqual(['refused', 'My API refused the credentials']);
    expect(details.refusedCredentials).toBeUndefined();
  });
});

test('the body of a successful answer is returned parsed', () => {
  const parts = { status: 299, body: { ok: true } };
  judge(parts, 'token');
  expect(read(parts).json).toEqual({ ok: true, value: { ok: true } });
});

describe('the server’s own words', () => {
  test.each<[unknown, string | undefined]>([
    [{ message: 'No' }, 'No'],
    [{ message: 'No', code: 7 }, 'No (code 7)'],
    [{ message: 'No', code: 'E7', trace: 'abc' }, 'No (code E7) [trace id abc]'],
    [{ code: 7 }, 'code 7'],
    [{ message: 'No', details: ['why', 'how'] }, 'No: why: how'],
    [{ message: 'No', details: ['No'] }, 'No'],
    [{ message: '', details: 'why' }, 'why'],
    [{ message: ' \n ', details: [1, null, { a: 1 }] }, undefined],
    [{ message: { text: 'No' }, code: ['x'] }, undefined],
    [{ trace: 'abc' }, undefined],
    [{ message: 'No: tok.en or abc', token: 'tok.en' }, 'No: *** or abc'],
    [{ message: 'No: abc', token: 'abc' }, 'No: abc'],
    [{ message: 'No', token: ['No'] }, 'No'],
    [{}, undefined],
    [null, undefined],
    [['No'], undefined],
  ])('in %j are %j', (body, words) => {
    expect(serverWords(answer, read({ body }))).toBe(words);
    const { details } = failure({ status: 401, body });
    expect(details.serverWords).toBe(words);
  });

  const listed: Answer = {
    token: '/token',
    error: { list: '/errors', messages: ['/message'], code: '/code', trace: '/id' },
  };

  test.each<[unknown, string | undefined]>([
    [
      { id: 'abc', errors: [{ code: 'a', message: 'One' }, { message: 'Two' }] },
      'One (code a); Two [trace id abc]',
    ],
    [{ errors: { code: 'a', message: 'No list' } }, 'No list (code a)'],
    [{ errors: [null, 1, 'x', [], {}] }, undefined],
    [{ errors: [] }, undefined],
    [{ id: 'abc' }, undefined],
    [
      { errors: Array.from({ length: 99 }, () => ({ code: 1 })) },
      Array(20).fill('code 1').join('; '),
    ],
  ])('in the list %j are %j', (body, words) => {
    expect(serverWords(listed, read({ body }))).toBe(words);
  });

  test('may be in a header, a cookie, or else the whole text', () => {
    const error = {
      messages: [{ text: true as const }, { header: 'X-Error' }],
      code: { cookie: 'code' },
      trace: { header: 'X-Trace' },
    };
    const answer = read({
      body: 'No\n',
      headers: { 'x-error': 'why', 'x-trace': 'abc' },
      cookies: ['code=7'],
    });
    expect(serverWords({ token: '/token', error }, answer)).toBe('why (code 7) [trace id abc]');
    const alone = { ...error, messages: [{ text: true as const }] };
    expect(serverWords({ token: '/t', error: alone }, answer)).toBe('No (code 7) [trace id abc]');
  });

  test('are the whole text only where none of its parts is a message', () => {
    const error = { messages: [{ text: true as const }, '/message'] };
    const words = (body: unknown) => serverWords({ token: '/token', error }, read({ body }));
    expect(words({ message: 'No' })).toBe('No');
    expect(words('Not today')).toBe('Not today');
    expect(words({ detail: 'No' })).toBe('{"detail":"No"}');
  });

  test('have no kept value in them', () => {
    const words = serverWords(
      { token: '/t', keep: { csrf: { at: '/csrf' } }, error: { messages: ['/message'] } },
      read({ body: { csrf: 'abcd', message: 'not abcd' } }),
    );
    expect(words).toBe('not ***');
  });

  test('are undefined if the declaration has no pointers to them', () => {
    expect(serverWords({ token: '/token' }, read({ body: { message: 'No' } }))).toBeUndefined();
  });
});

describe('a condition', () => {
  const document = read({
    body: {
      n: 0,
      no: false,
      nil: null,
      list: [1, [2]],
      empty: [],
      object: { a: 1, b: [2] },
    },
  });

  test.each<[string, unknown, boolean]>([
    ['/n', 0, true],
    ['/n', '0', false],
    ['/n', false, false],
    ['/no', false, true],
    ['/nil', null, true],
    ['/empty', [], true],
    ['/empty', {}, false],
    ['/list', [1, [2]], true],
    ['/list', [1, 2], false],
    ['/list', [1], false],
    ['/object', { b: [2], a: 1 }, true],
    ['/object', { a: 1 }, false],
    ['/object', { a: 1, toString: [2] }, false],
    ['/gone', null, false],
  ])('%s is %j: %s', (pointer, value, expected) => {
    expect(holds([{ at: pointer, in: ['something else', value] }], document)).toBe(expected);
  });

  test.each([
    ['/n', true],
    ['/no', true],
    ['/nil', false],
    ['/gone', false],
  ])('%s has a value: %s', (pointer, expected) => {
    expect(holds([{ at: pointer }], document)).toBe(expected);
  });

  test.each([
    ['/n', false],
    ['/no', false],
    ['/nil', true],
    ['/gone', true],
    ['/n/gone', true],
  ])('%s is absent: %s', (pointer, expected) => {
    expect(holds([{ at: pointer, absent: true }], document)).toBe(expected);
  });

  test('is on a header, a cookie or the whole text as well', () => {
    const answer = read({
      headers: { 'x-result': 'ok' },
      cookies: ['sid=abc', 'old=; Max-Age=0'],
      body: 'done\n',
    });
    expect(holds([{ at: { header: 'X-Result' }, in: ['ok', 'fine'] }], answer)).toBe(true);
    expect(holds([{ at: { header: 'X-Result' }, in: ['no'] }], answer)).toBe(false);
    expect(holds([{ at: { header: 'X-Other' } }], answer)).toBe(false);
    expect(holds([{ at: { cookie: 'sid' } }, { at: { text: true }, in: ['done'] }], answer)).toBe(
      true,
    );
    expect(holds([{ at: { cookie: 'old' } }], answer)).toBe(false);
    expect(holds([{ at: { cookie: 'old' }, absent: true }], answer)).toBe(true);
    expect(holds([{ at: '/n', absent: true }], answer)).toBe(true);
  });

  test('holds together with all the others, and an empty list of conditions holds', () => {
    expect(holds([{ at: '/n' }, { at: '/gone' }], document)).toBe(false);
    expect(holds([], document)).toBe(true);
    expect(holds(undefined, document)).toBe(true);
  });
});
