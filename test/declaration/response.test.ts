import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Declaration } from '../../src/declaration/declaration.ts';
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
    success: [{ pointer: '/ok', in: [true] }],
    token: '/token',
    refreshToken: '/refresh',
    lifetime: { documented: 60 },
    error: { messages: ['/message'] },
  },
  use: { header: 'Authorization', value: 'Bearer {token}' },
};

function read(body: unknown) {
  return readTokenSet(declaration, answerOf({ body, receivedAt: 5 }), 'credentials');
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
    expect(read({ ok: true, token: 'a', refresh: '' })).not.toHaveProperty('refreshToken');
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
      const { accessToken, refreshToken = 'none' } = readTokenSet(
        provider,
        answerOf(parts),
        'credentials',
      );
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
