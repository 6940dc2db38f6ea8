import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RequestTemplate } from '../../src/declaration/declaration.ts';
import { buildRequest, tokenHeader } from '../../src/declaration/request.ts';
import { AuthctlError } from '../../src/errors.ts';

const base = 'https://api.example/v1';

function build(template: Partial<RequestTemplate>, values: Readonly<Record<string, string>> = {}) {
  return buildRequest(
    { method: 'POST', path: '/login', ...template },
    base,
    new Map(Object.entries(values)),
  );
}

describe('a request', () => {
  test('without a body has no Content-Type either', () => {
    expect(build({ method: 'GET' })).toEqual({ method: 'GET', url: `${base}/login`, headers: {} });
  });

  test('with a JSON body has its Content-Type', () => {
    expect(build({ json: { a: '{x}', b: ['{x}{y}', 1, null] } }, { x: '1', y: '"' })).toEqual({
      method: 'POST',
      url: `${base}/login`,
      headers: { 'Content-Type': 'application/json' },
      body: '{"a":"1","b":["1\\"",1,null]}',
    });
  });

  test('sends a JSON body that is null', () => {
    expect(build({ json: null }).body).toBe('null');
  });

  test('may set its own Content-Type', () => {
    const headers = { 'Content-Type': 'application/vnd.api+json' };
    expect(build({ json: {}, headers }).headers).toEqual(headers);
  });

  test('with a form encodes its values', () => {
    const { body, headers } = build({ form: { 'a b': '{x}', c: '' } }, { x: '&=+ é%' });
    expect(body).toBe('a+b=%26%3D%2B+%C3%A9%25&c=');
    expect(headers).toEqual({ 'Content-Type': 'application/x-www-form-urlencoded' });
  });

  test('keeps every value inside of its JSON string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (x) => {
        const { body = '' } = build({ json: { key: '{x}', 'a{x}': ['-{x}-'] } }, { x });
        expect(JSON.parse(body)).toEqual({ key: x, 'a{x}': [`-${x}-`] });
      }),
    );
  });

  test('keeps every value inside of its form field', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (x) => {
        const { body } = build({ form: { a: '{x}', b: 'c' } }, { x });
        expect([...new URLSearchParams(body)]).toEqual([
          ['a', x],
          ['b', 'c'],
        ]);
      }),
    );
  });

  test('keeps every value inside of its path segment, or refuses it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (x) => {
        const url = sent(() => build({ path: '/users/{x}/token' }, { x }).url);
        if (url === undefined) return;
        const [, version, users, segment, token, ...rest] = new URL(url).pathname.split('/');
        expect([version, users, token, rest]).toEqual(['v1', 'users', 'token', []]);
        expect(decodeURIComponent(segment ?? '')).toBe(x);
        expect(new URL(url).search + new URL(url).hash).toBe('');
      }),
    );
  });

  test.each(['.', '..'])('refuses the path segment %j, which would change the path', (x) => {
    expect(() => build({ path: '/users/{x}/token' }, { x })).toThrow(
      'x cannot be sent in a path: it is "." or ".."',
    );
  });

  test('fails for a placeholder without a value', () => {
    expect(() => build({ json: '{missing}' })).toThrow('no value for the placeholder {missing}');
  });
});

describe('a header', () => {
  const header = (x: string) => build({ headers: { 'X-Key': '{x}' } }, { x }).headers['X-Key'];

  test.each([
    ['a plain word', 'secret'],
    ['every printable character of ASCII', String.fromCharCode(...range(0x20, 0x7e)).trim()],
    ['a tab and a space inside', 'a\tb c'],
    ['Latin-1', 'é\u00a0ÿ\u0080'],
    ['braces and quotes', '{x}"\\\''],
  ])('carries %s as it is', (_what, value) => {
    expect(header(value)).toBe(value);
  });

  test.each([
    ['a line feed', 'a\nb', 'it has a line break'],
    ['a carriage return', 'a\rb', 'it has a line break'],
    ['a line break at its end', 'a\r\n', 'it has a line break'],
    ['NUL', 'a\0b', 'it has a control character'],
    ['ESC', 'a\x1bb', 'it has a control character'],
    ['DEL', 'a\x7fb', 'it has a control character'],
    ['Ā (U+0100)', 'aĀ', 'it has a character outside Latin-1'],
    ['an emoji', 'a😀', 'it has a character outside Latin-1'],
    ['a lone surrogate', 'a\ud83d', 'it has a character outside Latin-1'],
    ['a space at its end', 'a ', 'it begins or ends with white space'],
    ['a space at its beginning', ' a', 'it begins or ends with white space'],
    ['a tab at its end', 'a\t', 'it begins or ends with white space'],
  ])('does not carry %s', (_what, value, problem) => {
    expect(() => header(value)).toThrow(
      expect.objectContaining({
        code: 'credential_unsendable',
        message: `x cannot be sent in a header: ${problem}`,
      }),
    );
  });

  test('carries every other value as it is, and never a line break', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (x) => {
        const value = sent(() => header(x));
        if (value === undefined) return;
        expect(value).toBe(x);
        expect(new Headers({ 'X-Key': value }).get('X-Key')).toBe(x);
      }),
    );
  });
});

test('no error contains a secret', () => {
  const secret = fc
    .tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))
    .map(([before, after]) => `${before}S3CR3T-canary${after}`);
  const place = fc.constantFrom<Partial<RequestTemplate>>(
    { headers: { 'X-Key': 'Key {x}' } },
    { path: '/{x}' },
    { json: ['{x}', '{missing}'] },
    { form: { x: '{x}', y: '{missing}' } },
  );
  fc.assert(
    fc.property(place, secret, (template, x) => {
      try {
        build(template, { x });
      } catch (error) {
        expect(String(error) + JSON.stringify(error)).not.toContain('canary');
      }
    }),
  );
});

test('a token goes into the header that the declaration names', () => {
  const use = { header: 'Authorization', value: 'Bearer {token}', alternates: ['{token}'] };
  expect(tokenHeader(use, '{a}')).toEqual({ name: 'Authorization', value: 'Bearer {a}' });
  expect(tokenHeader(use, '{a}', '{token}')).toEqual({ name: 'Authorization', value: '{a}' });
});

/** The result; undefined if the value was refused. */
function sent<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof AuthctlError && error.code === 'credential_unsendable') return undefined;
    throw error;
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
