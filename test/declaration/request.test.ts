import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RequestTemplate } from '../../src/declaration/declaration.ts';
import { buildRequest } from '../../src/declaration/request.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { Request } from '../../src/http/message.ts';

const base = 'https://api.example/v1';

function build(template: Partial<RequestTemplate>, values: Readonly<Record<string, string>> = {}) {
  const known = new Map(Object.entries(values));
  return buildRequest({ method: 'POST', path: '/login', ...template }, base, (name) =>
    known.get(name),
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

  test.each(['Content-Type', 'content-type'])('may set its own %s', (name) => {
    const headers = { [name]: 'application/vnd.api+json' };
    expect(build({ json: {}, headers }).headers).toEqual(headers);
  });

  test('with a query has it after the path, its names encoded too', () => {
    const query = { q: 'a {x}', 'n&': '{y}', empty: '' };
    expect(build({ query }, { x: '&=?#', y: '+' }).url).toBe(
      `${base}/login?q=a%20%26%3D%3F%23&n%26=%2B&empty=`,
    );
  });

  test('with cookies has them in one header', () => {
    const cookies = { sid: '{x}', lang: 'en' };
    expect(build({ cookies }, { x: 'a=b' }).headers).toEqual({ Cookie: 'sid=a=b; lang=en' });
  });

  test('with Basic authentication encodes user and password in UTF-8', () => {
    const basic = { user: '{x}', password: '{y}' };
    expect(build({ basic }, { x: 'Aladdin', y: 'open sesame' }).headers).toEqual({
      Authorization: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
    });
    expect(build({ basic }, { x: 'test', y: '123£' }).headers).toEqual({
      Authorization: 'Basic dGVzdDoxMjPCow==',
    });
  });

  test('may encode user and password as a form first', () => {
    const basic = { user: '{x}', password: '{y}', encode: 'form' } as const;
    const { Authorization = '' } = build({ basic }, { x: 'a:b', y: 'c d&é' }).headers;
    expect(decodedBasic(Authorization)).toBe('a%3Ab:c+d%26%C3%A9');
  });

  test.each(['Authorization', 'authorization'])('has only one %s', (name) => {
    const basic = { user: 'a', password: 'b' };
    expect(build({ basic, headers: { [name]: 'Key {x}' } }, { x: '1' }).headers).toEqual({
      [name]: 'Key 1',
    });
  });

  test('with a text has its type, and values escaped for it', () => {
    const xml = { type: 'text/xml', body: '<a b="{x}">{x}</a>', escape: 'xml' } as const;
    expect(build({ text: xml }, { x: '<&>"\'\n' })).toMatchObject({
      headers: { 'Content-Type': 'text/xml' },
      body: '<a b="&#60;&#38;&#62;&#34;&#39;&#10;">&#60;&#38;&#62;&#34;&#39;&#10;</a>',
    });
    const json = { type: 'text/plain', body: '{{"a":"{x}"}}', escape: 'json' } as const;
    expect(build({ text: json }, { x: '"\\\n' }).body).toBe('{"a":"\\"\\\\\\n"}');
    const none = { type: 'text/plain', body: '<{x}>', escape: 'none' } as const;
    expect(build({ text: none }, { x: '<"&' }).body).toBe('<<"&>');
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

  test('fails for a path without a value, which only an answer can leave out', () => {
    expect(() => build({ path: '/users/{missing}' })).toThrow(
      'the answer before has no missing, which the path needs',
    );
  });
});

describe('what names a value that is missing is left out:', () => {
  test.each<[string, Partial<RequestTemplate>, Partial<Request>]>([
    [
      'a part of the query',
      { query: { a: '{x}', b: '{missing}', c: 'c{x}{missing}' } },
      { url: `${base}/login?a=1` },
    ],
    ['the whole query', { query: { a: '{missing}' } }, { url: `${base}/login` }],
    [
      'a header',
      { headers: { 'X-A': '{x}', 'X-B': 'Bearer {missing}' } },
      { headers: { 'X-A': '1' } },
    ],
    ['a cookie', { cookies: { a: '{x}', b: '{missing}' } }, { headers: { Cookie: 'a=1' } }],
    ['every cookie', { cookies: { b: '{missing}' } }, { headers: {} }],
    ['a user', { basic: { user: '{missing}', password: '{x}' } }, { headers: {} }],
    ['a password', { basic: { user: '{x}', password: '{missing}' } }, { headers: {} }],
    ['a field of a form', { form: { a: '{x}', b: '{missing}' } }, { body: 'a=1' }],
    ['every field of a form', { form: { b: '{missing}' } }, { body: '' }],
    [
      'a member of JSON',
      { json: { a: '{x}', b: '{missing}', c: '{missing|number}', d: '' } },
      { body: '{"a":"1","d":""}' },
    ],
    ['an item of JSON', { json: ['{x}', '{missing}', 2] }, { body: '["1",2]' }],
    [
      'an object or a list that is empty by it',
      { json: { a: { b: { c: '{missing}' } }, d: ['{missing}'], e: {}, f: [], g: null } },
      { body: '{"e":{},"f":[],"g":null}' },
    ],
    ['all of JSON', { json: { a: '{missing}' } }, { body: '{}' }],
    [
      'a value in a text',
      { text: { type: 'text/xml', body: '<a>{missing}</a><b>{x}</b>', escape: 'xml' } },
      { body: '<a></a><b>1</b>' },
    ],
  ])('%s', (_what, template, expected) => {
    expect(build(template, { x: '1' })).toMatchObject(expected);
    const { headers, url } = build(template, { x: '1' });
    if (expected.headers) expect(headers).toEqual(expected.headers);
    expect(url).toBe(expected.url ?? `${base}/login`);
  });

  test('but an empty value is sent', () => {
    const template = { json: { a: '{x}' }, headers: { 'X-A': '{x}' }, query: { a: '{x}' } };
    expect(build(template, { x: '' })).toMatchObject({
      url: `${base}/login?a=`,
      headers: { 'X-A': '' },
      body: '{"a":""}',
    });
  });
});

describe('in JSON', () => {
  const json = (x: string, filter: string) => build({ json: [`{x|${filter}}`] }, { x }).body;

  test.each(['0', '12', '-1.5', '9007199254740991', '0.1'])('%s is sent as a number', (x) => {
    expect(json(x, 'number')).toBe(`[${x}]`);
  });

  test.each([
    ['012345', '12345'],
    ['000000', '0'],
    ['-007', '-7'],
  ])('%s is sent without the zeros in front, which JSON has not', (x, sent) => {
    expect(json(x, 'number')).toBe(`[${sent}]`);
  });

  test.each(['true', 'false'])('%s is sent as a boolean', (x) => {
    expect(json(x, 'boolean')).toBe(`[${x}]`);
  });

  test.each([
    ...['', ' 1', '1 ', '+1', '1.0', '1e3', '-0', '-', '0x1', '1,5', '١', 'NaN', 'Infinity'],
    ...['9007199254740993', '1e999', 'true', 'null', '[]', '***'],
  ])('%j is no number, or none that reaches the server as it is', (x) => {
    expect(() => json(x, 'number')).toThrow(
      expect.objectContaining({
        code: 'credential_unsendable',
        message: 'x cannot be sent in a JSON number: it is no number',
      }),
    );
  });

  test.each(['', 'yes', '1', 'True', 'true ', 'null', '***'])('%j is no boolean', (x) => {
    expect(() => json(x, 'boolean')).toThrow(
      expect.objectContaining({
        code: 'credential_unsendable',
        message: 'x cannot be sent in a JSON boolean: it is no boolean',
      }),
    );
  });

  test('a number is a text where there is more text', () => {
    expect(build({ json: ['{x|number} and {x}'] }, { x: '1' }).body).toBe('["1 and 1"]');
  });
});

/** Each place, and how a receiver reads the value in it. It must find nothing else than what is there. */
const places: readonly (readonly [
  string,
  Partial<RequestTemplate>,
  (request: Request) => unknown,
])[] = [
  [
    'a path',
    { path: '/users/{x}/token' },
    ({ url }) => {
      const { pathname, search, hash } = new URL(url);
      const [empty, version, users, segment = '', ...rest] = pathname.split('/');
      expect([empty, version, users, rest]).toEqual(['', 'v1', 'users', ['token']]);
      expect(search + hash).toBe('');
      return decodeURIComponent(segment);
    },
  ],
  [
    'a query',
    { query: { a: '{x}', b: 'c' } },
    ({ url }) => {
      const { pathname, searchParams, hash } = new URL(url);
      expect(pathname + hash).toBe('/v1/login');
      const [[name, value] = [], ...rest] = [...searchParams];
      expect([name, rest]).toEqual(['a', [['b', 'c']]]);
      return value;
    },
  ],
  [
    'a header',
    { headers: { 'X-A': '{x}', 'X-B': 'c' } },
    ({ headers }) => {
      const [[name, value] = [], ...rest] = [...new Headers(headers)];
      expect([name, rest]).toEqual(['x-a', [['x-b', 'c']]]);
      return value;
    },
  ],
  [
    'a cookie',
    { cookies: { a: '{x}', b: 'c' } },
    ({ headers: { Cookie = '' } }) => {
      const [first = '', ...rest] = new Headers({ Cookie }).get('Cookie')?.split('; ') ?? [];
      expect([first.slice(0, 2), rest]).toEqual(['a=', ['b=c']]);
      return first.slice(2);
    },
  ],
  [
    'a form',
    { form: { a: '{x}', b: 'c' } },
    ({ body = '' }) => {
      const [[name, value] = [], ...rest] = [...new URLSearchParams(body)];
      expect([name, rest]).toEqual(['a', [['b', 'c']]]);
      return value;
    },
  ],
  [
    'JSON',
    { json: { a: ['-{x}-'], b: 'c' } },
    ({ body = '' }) => {
      const json = JSON.parse(body);
      expect(json).toEqual({ a: [expect.stringMatching(/^-.*-$/s)], b: 'c' });
      return json.a[0].slice(1, -1);
    },
  ],
  [
    'the text of an XML element',
    { text: { type: 'text/xml', body: '<a><b>{x}</b></a>', escape: 'xml' } },
    ({ body = '' }) => unescapedXml(/^<a><b>([^<>"']*)<\/b><\/a>$/.exec(body)?.[1]),
  ],
  [
    'an XML attribute',
    { text: { type: 'text/xml', body: '<a b="{x}" c=\'{x}\'/>', escape: 'xml' } },
    ({ body = '' }) => {
      const [, first, second] = /^<a b="([^<>"']*)" c='([^<>"']*)'\/>$/.exec(body) ?? [];
      expect(first).toBe(second);
      return unescapedXml(first);
    },
  ],
  [
    'JSON in a text',
    { text: { type: 'text/plain', body: '{{"a":["{x}"],"b":"c"}}', escape: 'json' } },
    ({ body = '' }) => {
      const json = JSON.parse(body);
      expect(json).toEqual({ a: [expect.any(String)], b: 'c' });
      return json.a[0];
    },
  ],
  [
    'the user of Basic authentication',
    { basic: { user: '{x}', password: 'c:d' } },
    ({ headers: { Authorization = '' } }) => {
      const text = decodedBasic(Authorization);
      const colon = text.indexOf(':');
      expect(text.slice(colon)).toBe(':c:d');
      return text.slice(0, colon);
    },
  ],
  [
    'the password of Basic authentication',
    { basic: { user: 'c', password: '{x}' } },
    ({ headers: { Authorization = '' } }) => {
      const text = decodedBasic(Authorization);
      expect(text.slice(0, 2)).toBe('c:');
      return text.slice(2);
    },
  ],
  [
    'Basic authentication that is encoded as a form',
    { basic: { user: '{x}', password: '{x}', encode: 'form' } },
    ({ headers: { Authorization = '' } }) => {
      const parts = decodedBasic(Authorization).split(':');
      const [user, password, ...rest] = parts.map((part) =>
        new URLSearchParams(`x=${part}`).get('x'),
      );
      expect([password, rest]).toEqual([user, []]);
      return user;
    },
  ],
];

describe.each(places)('in %s,', (_what, template, read) => {
  const request = (x: string) => build(template, { x, y: 'not this', token: 'not that' });

  test('any value arrives exactly, or is refused', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(...'{}"\'<>&;:=,?#%/\\+. \n\r\t\0é😀\ud83dtoken'),
      minLength: 1,
    });
    const value = fc.oneof(nasty, fc.string({ unit: 'binary', minLength: 1 }));
    fc.assert(
      fc.property(value, (x) => {
        const built = sent(() => request(x));
        if (built) expect(read(built)).toBe(x);
      }),
    );
  });

  test.each([
    ...['{token}', '{y}', '{{token}}', '{{', '}', '{', '{y|number}', '}{', '$&', '%7Btoken%7D'],
  ])('%j is sent as it is', (x) => {
    expect(read(request(x))).toBe(x);
  });

  test('a value with the mask of secrets in it is sent as it is', () => {
    for (const x of ['***', 'a***b']) expect(read(request(x))).toBe(x);
  });

  test.each(['\ud83d', 'a\udc00b'])('half a character is refused, or escaped: %j', (x) => {
    const built = sent(() => request(x));
    if (built) expect(read(built)).toBe(x);
  });
});

test.each<[string, Partial<RequestTemplate>, string, string]>([
  ['a line break', { basic: { user: 'u', password: '{x}' } }, 'a\nb', 'it has a line break'],
  [
    'a control character',
    { basic: { user: '{x}', password: '' } },
    'a\0',
    'it has a control character',
  ],
  [
    'half a character',
    { basic: { user: 'u', password: '{x}' } },
    '\ud83d',
    'it has an invalid Unicode character',
  ],
  [
    'a colon',
    { basic: { user: '{x}', password: '' } },
    'a:b',
    'it has a colon, which ends the user',
  ],
])('Basic authentication does not carry %s', (_what, template, x, problem) => {
  expect(() => build(template, { x })).toThrow(
    expect.objectContaining({
      code: 'credential_unsendable',
      message: `x cannot be sent in Basic authentication: ${problem}`,
    }),
  );
});

test.each(['a;b', 'a,b', 'a b', 'a\\b', 'a"b', 'é', 'a\nb', '"', '"a', 'a"'])(
  'a cookie does not carry %j',
  (x) => {
    expect(() => build({ cookies: { a: '{x}' } }, { x })).toThrow(
      expect.objectContaining({
        code: 'credential_unsendable',
        message: 'x cannot be sent in a cookie: it has a character that a cookie cannot have',
      }),
    );
  },
);

test('a cookie carries a value in quotes', () => {
  expect(build({ cookies: { a: '{x}' } }, { x: '"b"' }).headers).toEqual({ Cookie: 'a="b"' });
});

test.each(['\0', '\x1b', '\ud83d', '\uffff'])('XML does not carry %j', (x) => {
  const text = { type: 'text/xml', body: '<a>{x}</a>', escape: 'xml' } as const;
  expect(() => build({ text }, { x })).toThrow(
    expect.objectContaining({
      code: 'credential_unsendable',
      message: 'x cannot be sent in XML: it has a character that XML does not allow',
    }),
  );
});

test.each(['token', 'refresh_token'])('a %s that its place cannot carry is unusable', (name) => {
  expect(() => build({ cookies: { a: `{${name}}` } }, { [name]: 'a;b' })).toThrow(
    expect.objectContaining({
      code: 'token_unusable',
      message: `${name} cannot be sent in a cookie: it has a character that a cookie cannot have`,
    }),
  );
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
    { path: '/{x}/{missing}' },
    { query: { x: '{x}' } },
    { cookies: { x: '{x}' } },
    { basic: { user: '{x}', password: '' } },
    { basic: { user: '', password: '{x}', encode: 'form' } },
    { json: ['{x|number}'] },
    { text: { type: 'text/xml', body: '{x}', escape: 'xml' } },
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

// A variable may have given it.
test.each(['a\nb', 'a\0b', 'a\u0100', 'a\ud83d'])(
  'a refresh token %j is unusable in a header',
  (token) => {
    const headers = { Authorization: 'Bearer {refresh_token}' };
    expect(() => build({ headers }, { refresh_token: token })).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^(token_unusable|credential_unsendable)$/),
        message: expect.stringMatching(/^refresh_token cannot be sent in a header: it has /),
      }),
    );
  },
);

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

function decodedBasic(header: string): string {
  const [, base64 = ''] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(header) ?? [];
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
    Buffer.from(base64, 'base64'),
  );
}

/** Undoes character references. A line break must be one, since a parser normalises it. */
function unescapedXml(text = ''): string {
  expect(text.replace(/&#\d+;/g, '')).not.toMatch(/[&\r\n\t]/);
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
