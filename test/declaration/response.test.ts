import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Declaration, Place } from '../../src/declaration/declaration.ts';
import { readTokenSet } from '../../src/declaration/response.ts';
import { isToken } from '../../src/declaration/token.ts';
import { AuthctlError } from '../../src/errors.ts';
import { providers } from '../../src/providers/index.ts';
import { answerOf, jwt } from '../answers.ts';

const declaration: Declaration = {
  version: 1,
  name: 'my-api',
  title: 'My API',
  fields: [{ name: 'key', label: 'Key', secret: true }],
  login: [{ fields: ['key'], request: { method: 'POST', path: '/' } }],
  answer: {
    success: [{ at: '/ok', in: [true] }],
    token: '/token',
    refreshToken: '/refresh',
    lifetime: { documented: 60 },
    error: { messages: ['/message'] },
  },
  use: { header: 'Authorization', value: 'Bearer {token}' },
};

function read(body: unknown) {
  return readTokenSet(declaration, answerOf({ body, receivedAt: 5 }), { sent: 'credentials' });
}

describe('a token', () => {
  test('comes with its lifetime, from the moment the answer arrived', () => {
    expect(read({ ok: true, token: 'abc' })).toEqual({
      accessToken: 'abc',
      receivedAt: 5,
      lifetime: 60_000,
    });
  });

  test('comes with its refresh token', () => {
    expect(read({ ok: true, token: 'a', refresh: 'r' })).toMatchObject({ refreshToken: 'r' });
    expect(read({ ok: true, token: 'a', refresh: null })).not.toHaveProperty('refreshToken');
  });

  test.each([
    ['one character', 'x'],
    [
      'every printable character',
      String.fromCharCode(...Array.from({ length: 95 }, (_, i) => i + 32)),
    ],
    ['65,536 characters', 'x'.repeat(65_536)],
  ])('may be %s', (_what, token) => {
    expect(read({ ok: true, token, refresh: token })).toMatchObject({
      accessToken: token,
      refreshToken: token,
    });
  });

  test.each([
    ['is longer than 65,536 characters', 'x'.repeat(65_537)],
    ['has characters other than printable ASCII', 'a\nb'],
    ['has characters other than printable ASCII', 'a\tb'],
    ['has characters other than printable ASCII', '\x1b]0;title\x07'],
    ['has characters other than printable ASCII', 'a\x7f'],
    ['has characters other than printable ASCII', 'a\0'],
    ['has characters other than printable ASCII', 'é'],
    ['has characters other than printable ASCII', '\u2028'],
    ['has characters other than printable ASCII', 'abc\n'],
  ])('that %s is unusable (%#)', (problem, token) => {
    for (const [what, body] of [
      ['token', { ok: true, token }],
      ['refresh token', { ok: true, token: 'a', refresh: token }],
    ] as const) {
      expect(() => read(body)).toThrow(
        expect.objectContaining({
          code: 'token_unusable',
          message: `the ${what} in the answer ${problem}`,
        }),
      );
    }
  });

  test('that is empty is unusable, and an empty refresh token is ignored', () => {
    expect(() => read({ ok: true, token: '' })).toThrow(
      expect.objectContaining({ message: 'the token in the answer is empty' }),
    );
    for (const refresh of ['', null, false]) {
      expect(read({ ok: true, token: 'a', refresh })).not.toHaveProperty('refreshToken');
    }
  });

  test.each([1, true, {}, [], ['abc']])('that is %j is not a string', (token) => {
    for (const [what, body] of [
      ['token', { ok: true, token }],
      ['refresh token', { ok: true, token: 'a', refresh: token }],
    ] as const) {
      expect(() => read(body)).toThrow(
        expect.objectContaining({
          code: 'bad_answer',
          message: `the ${what} in the answer is not a string`,
        }),
      );
    }
  });

  test.each([{ ok: true }, { ok: true, token: null }, { ok: true, data: { token: 'a' } }])(
    'is missing from %j, and the hint says where it was expected',
    (body) => {
      expect(() => read(body)).toThrow(
        expect.objectContaining({
          code: 'bad_answer',
          message: 'the answer from My API has no token',
          details: expect.objectContaining({ hint: expect.stringContaining('/token') }),
        }),
      );
    },
  );

  test.each([[{ token: 'a' }], [{ ok: 'true', token: 'a' }], [[]], [null], ['"abc"'], [0]])(
    'is ignored in an answer that does not report success: %j',
    (body) => {
      expect(() => read(body)).toThrow('the answer from My API does not report success');
    },
  );

  test('in an answer that does not report success: the error has the server’s words', () => {
    expect(() => read({ token: 'a', message: 'No' })).toThrow(
      expect.objectContaining({
        details: { provider: 'my-api', status: 200, serverWords: 'No' },
      }),
    );
  });
});

describe('a token that is not in JSON', () => {
  const readAt = (token: Place, parts: Parameters<typeof answerOf>[0]) =>
    readTokenSet({ ...declaration, answer: { token } }, answerOf(parts), { sent: 'credentials' });

  test('is read from a header, a cookie or the whole text', () => {
    const texts = [
      readAt({ header: 'X-Token' }, { headers: { 'x-token': 'a b' }, body: '<p>' }),
      readAt({ cookie: 'sid' }, { cookies: ['sid=abc; Path=/'], status: 204 }),
      readAt({ text: true }, { body: 'abc\n' }),
      readAt({ text: true }, { body: jwt({}), headers: { 'content-type': 'text/plain' } }),
    ].map(({ accessToken }) => accessToken);
    expect(texts).toEqual(['a b', 'abc', 'abc', jwt({})]);
  });

  test('is read from a cookie whose name has a field', () => {
    const { accessToken } = readTokenSet(
      { ...declaration, answer: { token: { cookie: 'sid_{user}' } } },
      answerOf({ cookies: ['sid_ann=abc', 'sid_bob=no'] }),
      { sent: 'credentials', lookUp: (name) => (name === 'user' ? 'ann' : undefined) },
    );
    expect(accessToken).toBe('abc');
  });

  test.each<[Place, Parameters<typeof answerOf>[0], string]>([
    [{ header: 'X-Token' }, { body: { token: 'a' } }, 'the header X-Token'],
    [{ cookie: 'sid' }, { cookies: ['sid=; Max-Age=0'] }, 'the cookie sid'],
    [{ text: true }, { body: '\n' }, 'the whole text'],
    ['', { body: 'null' }, 'the whole answer'],
  ])('is missing at %j, and the hint says where it was expected', (place, parts, words) => {
    expect(() => readAt(place, parts)).toThrow(
      expect.objectContaining({
        code: 'bad_answer',
        message: 'the answer from My API has no token',
        details: expect.objectContaining({
          hint: expect.stringContaining(words),
          provider: 'my-api',
        }),
      }),
    );
  });

  test('is missing in a cookie that is set to two values', () => {
    expect(() => readAt({ cookie: 'sid' }, { cookies: ['sid=a', 'sid=b'] })).toThrow(
      expect.objectContaining({
        code: 'bad_answer',
        message: 'the answer sets the cookie sid twice, to different values',
        details: { provider: 'my-api', status: 200 },
      }),
    );
  });

  test.each([
    ['is a page', { body: 'abc', headers: { 'content-type': 'text/HTML; charset=utf-8' } }],
    ['is longer than 16 KiB', { body: 'x'.repeat(16_385) }],
    ['is no token: it has a < or a {', { body: '<p>abc</p>' }],
    ['is no token: it has a < or a {', { body: '{"token":"abc"}' }],
    ['is no token: it has white space', { body: 'not found' }],
    ['is no token: it has white space', { body: 'abc\n\n' }],
    ['is no token: it is null', { body: 'null' }],
  ])('is refused as the whole text where that %s', (problem, parts) => {
    expect(() => readAt({ text: true }, parts)).toThrow(
      expect.objectContaining({
        code: 'bad_answer',
        message: `the answer from My API ${problem}`,
        details: expect.objectContaining({ hint: expect.stringContaining('base URL') }),
      }),
    );
  });

  test('may be called a page only where the declaration says so', () => {
    const headers = { 'content-type': 'text/html; charset=UTF-8' };
    const place = { text: true, type: 'text/html' } as const;
    expect(readAt(place, { body: '1|abc', headers }).accessToken).toBe('1|abc');
    expect(() => readAt(place, { body: '<p>abc</p>', headers })).toThrow('it has a < or a {');
  });

  test('may be as long as 16 KiB in the whole text', () => {
    expect(readAt({ text: true }, { body: 'x'.repeat(16_384) }).accessToken).toHaveLength(16_384);
  });
});

describe('a value that is kept with a token', () => {
  const keeping: Declaration = {
    ...declaration,
    answer: {
      token: '/token',
      keep: {
        user_id: { at: '/user/id' },
        csrf: { at: { header: 'X-Csrf' }, optional: true },
        sid: { at: { cookie: 'sid' }, optional: true, secret: false },
      },
    },
  };
  const readKept = (
    body: unknown,
    { kept, ...parts }: Parameters<typeof answerOf>[0] & { kept?: Record<string, string> } = {},
  ) =>
    readTokenSet(keeping, answerOf({ ...parts, body }), {
      sent: kept ? 'refresh token' : 'credentials',
      ...(kept && { kept }),
    }).kept;

  test('is read where it is declared', () => {
    const parts = { headers: { 'x-csrf': 'c d' }, cookies: ['sid=s; Path=/'] };
    expect(readKept({ token: 'a', user: { id: 'u' } }, parts)).toEqual({
      user_id: 'u',
      csrf: 'c d',
      sid: 's',
    });
  });

  test.each([
    [7, '7'],
    [0, '0'],
    [-1, '-1'],
    [9_007_199_254_740_991, '9007199254740991'],
    ['007', '007'],
  ])('may be the number %j, as its digits', (id, expected) => {
    expect(readKept({ token: 'a', user: { id } })).toEqual({ user_id: expected });
  });

  test.each([{ token: 'a' }, { token: 'a', user: { id: null } }, { token: 'a', user: { id: '' } }])(
    'is missing from %j, and the hint says where it was expected',
    (body) => {
      expect(() => readKept(body)).toThrow(
        expect.objectContaining({
          code: 'bad_answer',
          exitCode: 7,
          message: 'the answer from My API has no user_id',
          details: expect.objectContaining({ hint: expect.stringContaining('/user/id') }),
        }),
      );
    },
  );

  test.each([
    [1.5],
    [9_007_199_254_740_992],
    [true],
    [{}],
    [['u']],
    ['a\nb'],
    ['é'],
    ['x'.repeat(65_537)],
  ])('that is none is a bad answer (%#)', (id) => {
    expect(() => readKept({ token: 'a', user: { id } })).toThrow(
      expect.objectContaining({
        code: 'bad_answer',
        message:
          'the user_id in the answer from My API is not 1 to 65,536 characters of printable ASCII',
        details: { provider: 'my-api', status: 200 },
      }),
    );
  });

  test('may be missing if it is optional', () => {
    expect(readKept({ token: 'a', user: { id: 'u' } })).toEqual({ user_id: 'u' });
  });

  test('is kept from the earlier session where a refresh leaves it out', () => {
    const kept = { user_id: 'old', csrf: 'c', sid: 's' };
    expect(readKept({ token: 'a' }, { kept })).toEqual(kept);
    expect(readKept({ token: 'a', user: { id: '' } }, { kept })).toEqual(kept);
    expect(
      readKept({ token: 'a', user: { id: 8 } }, { kept, headers: { 'x-csrf': 'new' } }),
    ).toEqual({ user_id: '8', csrf: 'new', sid: 's' });
  });

  test('is missing in a refresh too, if the earlier session has none', () => {
    expect(() => readKept({ token: 'a' }, { kept: { csrf: 'c' } })).toThrow('has no user_id');
  });

  test('is not there if none is declared', () => {
    expect(read({ ok: true, token: 'a' })).not.toHaveProperty('kept');
  });
});

test('a token that dies without use says after how long', () => {
  const idle = { ...declaration, answer: { token: '/token', lifetime: { idle: 900 } } };
  const response = answerOf({ body: { token: 'a' }, receivedAt: 5 });
  expect(readTokenSet(idle, response, { sent: 'credentials' })).toEqual({
    accessToken: 'a',
    receivedAt: 5,
    lifetime: null,
    idle: 900_000,
  });
});

describe('no answer makes the program crash', () => {
  const status = fc.oneof(
    fc.constantFrom(200, 201, 400, 401, 404, 498),
    fc.integer({ min: 200, max: 599 }),
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(jwt({ exp: 9 }), jwt({ iat: 'x', exp: 9e99 }), 'ok', 200, true),
  );
  const keys = [
    'token',
    'access_token',
    'refresh_token',
    'data',
    'code',
    'status',
    'success',
    'errors',
  ];
  const likely = fc.dictionary(fc.constantFrom(...keys, 'message', 'details', 'errorId'), value);
  const body = fc.oneof(
    fc.uint8Array(),
    fc.string({ unit: 'binary' }),
    fc.jsonValue().map((json) => JSON.stringify(json)),
    likely.map((json) => JSON.stringify(json)),
    fc
      .tuple(likely, likely)
      .map(([data, rest]) => JSON.stringify({ ...rest, data, errors: [data] })),
  );
  const headers = fc.dictionary(fc.constantFrom('date', 'location'), fc.string());

  function readAny(provider: Declaration, parts: Parameters<typeof answerOf>[0]) {
    try {
      const { accessToken, refreshToken = 'none' } = readTokenSet(provider, answerOf(parts), {
        sent: 'credentials',
      });
      expect([isToken(accessToken), isToken(refreshToken)]).toEqual([true, true]);
    } catch (error) {
      if (!(error instanceof AuthctlError)) throw error;
    }
  }

  test('whatever its status, headers and body', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...providers, declaration),
        fc.record({ status, body, headers }),
        readAny,
      ),
      { numRuns: 500 },
    );
  });

  test.each([...providers, declaration])('however deeply it is nested ($name)', (provider) => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const words = [...keys, 'ok', 'message', 'details', 'errorId', 'auths'];
    for (const code of [200, 400, 404]) {
      readAny(provider, { status: code, body: deep });
      readAny(provider, { status: code, body: `{${words.map((w) => `"${w}":${deep}`).join()}}` });
    }
  });
});
