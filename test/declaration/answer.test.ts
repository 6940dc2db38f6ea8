import { describe, expect, test } from '@jest/globals';
import { holds, readAnswer, serverWords } from '../../src/declaration/answer.ts';
import type { Answer, Declaration } from '../../src/declaration/declaration.ts';
import { AuthctlError, type ErrorCode } from '../../src/errors.ts';
import { type AnswerParts, answerOf } from '../answers.ts';

const answer: Answer = {
  token: '/token',
  refused: [
    { status: [400], body: [{ pointer: '/id' }] },
    { body: [{ pointer: '/ok', in: [false] }] },
  ],
  explained: [
    {
      when: { status: [404], body: [{ pointer: '/off', in: [true] }] },
      message: 'it is off',
      hint: 'on',
    },
    { when: { body: [{ pointer: '/busy' }] }, message: 'it is busy' },
  ],
  error: { messages: ['/message', '/details'], code: '/code', trace: '/trace' },
};
const declaration: Declaration = {
  version: 1,
  name: 'my-api',
  title: 'My API',
  fields: [{ name: 'key', label: 'Key', secret: true }],
  login: [{ fields: ['key'], request: { method: 'POST', path: '/' } }],
  answer,
  use: { header: 'Authorization', value: 'Bearer {token}' },
};

function failure(parts: AnswerParts): AuthctlError {
  try {
    readAnswer(declaration, answerOf(parts), 'credentials');
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
    [403, page, 'refused', 'My API refused the credentials (403 with a page, not JSON)'],
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

  test('says what was refused', () => {
    const refused = answerOf({ status: 401 });
    expect(() => readAnswer(declaration, refused, 'refresh token')).toThrow(
      'My API refused the refresh token',
    );
    expect(() => readAnswer(declaration, refused, 'token')).toThrow('My API refused the token');
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

test('the body of a successful answer is returned parsed', () => {
  const parsed = readAnswer(declaration, answerOf({ status: 299, body: { ok: true } }), 'token');
  expect(parsed).toEqual({ ok: true });
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
    expect(serverWords(answer, body)).toBe(words);
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
    expect(serverWords(listed, body)).toBe(words);
  });

  test('are undefined if the declaration has no pointers to them', () => {
    expect(serverWords({ token: '/token' }, { message: 'No' })).toBeUndefined();
  });
});

describe('a condition', () => {
  const document = {
    n: 0,
    no: false,
    nil: null,
    list: [1, [2]],
    empty: [],
    object: { a: 1, b: [2] },
  };

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
    expect(holds([{ pointer, in: ['something else', value] }], document)).toBe(expected);
  });

  test.each([
    ['/n', true],
    ['/no', true],
    ['/nil', false],
    ['/gone', false],
  ])('%s has a value: %s', (pointer, expected) => {
    expect(holds([{ pointer }], document)).toBe(expected);
  });

  test('holds together with all the others, and an empty list of conditions holds', () => {
    expect(holds([{ pointer: '/n' }, { pointer: '/gone' }], document)).toBe(false);
    expect(holds([], document)).toBe(true);
    expect(holds(undefined, document)).toBe(true);
  });
});
