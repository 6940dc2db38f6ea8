import { describe, expect, test } from '@jest/globals';
import type { Declaration, Use } from '../../src/declaration/declaration.ts';
import {
  addCarriers,
  type Carriers,
  carriedBy,
  carriersOf,
  cookieHeader,
  formsOf,
} from '../../src/declaration/use.ts';
import type { Request } from '../../src/http/message.ts';

const given = new Map([
  ['token', '{a}'],
  ['csrf', 'c d'],
  ['user', 'ann'],
  ['key', 'k'],
]);
const carry = (use: Use, values: ReadonlyMap<string, string> = given) =>
  carriersOf(use, (name) => values.get(name));
const none: Carriers = { headers: [], query: [], cookies: [] };

test('a key that signs what calls carry is no variable', () => {
  const declaration: Pick<Declaration, 'name' | 'fields' | 'use' | 'answer' | 'derive'> = {
    name: 'my-api',
    fields: [
      { name: 'private_key', label: 'Private key', secret: true },
      { name: 'api_key', label: 'API key', secret: true, carried: true },
    ],
    derive: {
      proof: { jwt: { alg: 'HS256', key: '{private_key}', claims: { sub: '{token}' }, lives: 60 } },
      mac: { hmac: { hash: 'sha256', key: '{api_key}', of: '{token}' } },
    },
    answer: { token: '/token' },
    use: { headers: { A: '{proof}', B: '{mac}' } },
  };
  const { variables } = carriedBy(declaration as Declaration, () => 'x');
  expect(variables).toEqual([{ name: 'MY_API_API_KEY', value: 'x', secret: true }]);
});

describe('a token is carried', () => {
  test('in the header that the declaration names', () => {
    const use = { header: 'Authorization', value: 'Bearer {token}', alternates: ['{token}'] };
    expect(carry(use)).toEqual({
      ...none,
      headers: [{ name: 'Authorization', value: 'Bearer {a}' }],
    });
    expect(carriersOf(use, () => '{a}', '{token}')).toEqual({
      ...none,
      headers: [{ name: 'Authorization', value: '{a}' }],
    });
  });

  test('in every form of the header, the usual one first', () => {
    expect(formsOf({ header: 'A', value: 'Bearer {token}', alternates: ['{token}'] })).toEqual([
      'Bearer {token}',
      '{token}',
    ]);
    expect(formsOf({ header: 'A', value: '{token}' })).toEqual(['{token}']);
    expect(formsOf({ query: { t: '{token}' } })).toEqual([undefined]);
  });

  test('in several headers, that of "header" first', () => {
    const use = {
      headers: { 'X-Csrf': '{csrf}', 'X-Key': 'Key {key}' },
      header: 'Z',
      value: '{token}',
    };
    expect(carry(use).headers).toEqual([
      { name: 'Z', value: '{a}' },
      { name: 'X-Csrf', value: 'c d' },
      { name: 'X-Key', value: 'Key k' },
    ]);
  });

  test('in the query', () => {
    const query = { t: '{token}', u: 'u&{user}' };
    expect(carry({ query })).toEqual({
      ...none,
      query: [
        { name: 't', value: '{a}' },
        { name: 'u', value: 'u&ann' },
      ],
    });
  });

  test('in cookies', () => {
    const cookie = { sid: '{token}', user: 'u-{user}' };
    expect(carry({ cookie })).toEqual({
      ...none,
      cookies: [
        { name: 'sid', value: '{a}' },
        { name: 'user', value: 'u-ann' },
      ],
    });
  });

  test('by Basic authentication', () => {
    expect(carry({ basic: { user: '{user}', password: '{token}' } })).toEqual({
      ...none,
      headers: [{ name: 'Authorization', value: 'Basic YW5uOnthfQ==' }],
    });
  });

  test('in a header beside Basic authentication, which comes after it', () => {
    const use = { header: 'X-Token', value: '{token}', basic: { user: '{user}', password: 'x' } };
    expect(carry(use).headers.map(({ name }) => name)).toEqual(['X-Token', 'Authorization']);
  });

  test('in nothing, if only bodies carry it', () => {
    expect(carry({})).toEqual(none);
  });

  test('without the parts that name a value which is missing', () => {
    const use: Use = {
      header: 'A',
      value: '{token}',
      headers: { B: '{realm}', C: '{user}{realm}' },
      query: { r: '{realm}', u: '{user}' },
      cookie: { r: '{realm}' },
    };
    expect(carry(use)).toEqual({
      headers: [{ name: 'A', value: '{a}' }],
      query: [{ name: 'u', value: 'ann' }],
      cookies: [],
    });
    expect(carry({ basic: { user: '{user}', password: '{realm}' } })).toEqual(none);
  });
});

describe('a value is refused that its place cannot carry:', () => {
  test.each<[string, Use, string, string]>([
    ['a token in a cookie', { cookie: { sid: '{token}' } }, 'token', 'a;b'],
    ['a token in a cookie, with a space', { cookie: { sid: '{token}' } }, 'token', 'a b'],
    ['a token as a user', { basic: { user: '{token}', password: '' } }, 'token', 'a:b'],
  ])('%s', (_what, use, name, value) => {
    expect(() => carry(use, new Map([[name, value]]))).toThrow(
      expect.objectContaining({ code: 'token_unusable', exitCode: 7 }),
    );
  });

  test.each<[string, Use, string]>([
    ['a line break in a header', { headers: { A: '{key}' } }, 'a\nb'],
    ['white space around a header', { headers: { A: '{key}' } }, ' a'],
    ['a semicolon in a cookie', { cookie: { sid: '{key}' } }, 'a;b'],
    ['a colon in a user', { basic: { user: '{key}', password: '' } }, 'a:b'],
    ['half a character in a query', { query: { k: '{key}' } }, '\ud83d'],
  ])('%s', (_what, use, value) => {
    expect(() => carry(use, new Map([['key', value]]))).toThrow(
      expect.objectContaining({
        code: 'credential_unsendable',
        message: expect.stringMatching(/^key cannot be sent in /),
      }),
    );
  });
});

describe('a request that carries a token', () => {
  const request: Request = { method: 'GET', url: 'https://api.example/v1', headers: { A: 'b' } };
  const all: Carriers = {
    headers: [
      { name: 'Authorization', value: 'Bearer a' },
      { name: 'X-Key', value: 'k' },
    ],
    query: [
      { name: 't', value: 'a&=' },
      { name: 'u', value: '+' },
    ],
    cookies: [
      { name: 'sid', value: 'a' },
      { name: 'user', value: 'ann' },
    ],
  };

  test('has everything that carries it', () => {
    expect(addCarriers(request, all)).toEqual({
      method: 'GET',
      url: 'https://api.example/v1?t=a%26%3D&u=%2B',
      headers: { A: 'b', Authorization: 'Bearer a', 'X-Key': 'k', Cookie: 'sid=a; user=ann' },
    });
  });

  test('stays as it is without anything', () => {
    expect(addCarriers(request, none)).toEqual(request);
  });

  test('keeps its body', () => {
    const withBody = { ...request, body: '{}' };
    expect(addCarriers(withBody, all).body).toBe('{}');
  });

  test.each(['Authorization', 'authorization', 'AUTHORIZATION'])(
    'keeps its own header %s',
    (name) => {
      const own = { ...request, headers: { [name]: 'mine' } };
      expect(addCarriers(own, { ...none, headers: all.headers }).headers).toEqual({
        [name]: 'mine',
        'X-Key': 'k',
      });
    },
  );

  test('has its own query first', () => {
    const own = { ...request, url: 'https://api.example/v1?a=b' };
    expect(addCarriers(own, all).url).toBe('https://api.example/v1?a=b&t=a%26%3D&u=%2B');
  });

  test.each(['Cookie', 'cookie'])('has its own cookies first, in one header %s', (name) => {
    const own = { ...request, headers: { [name]: 'a=b' } };
    expect(addCarriers(own, { ...none, cookies: all.cookies }).headers).toEqual({
      [name]: 'a=b; sid=a; user=ann',
    });
  });
});

test('cookies are one header, and no cookies are none', () => {
  const cookies = [
    { name: 'a', value: '1' },
    { name: 'b', value: '2' },
  ];
  expect(cookieHeader(cookies)).toEqual({ name: 'Cookie', value: 'a=1; b=2' });
  expect(cookieHeader([])).toBeUndefined();
});

describe('the variables of what a call needs', () => {
  const declaration: Declaration = {
    version: 1,
    name: 'my-api',
    title: 'My API',
    fields: [
      { name: 'user', label: 'User', secret: false },
      { name: 'key', label: 'Key', secret: true, carried: true },
      { name: 'password', label: 'Password', secret: true },
      { name: 'realm', label: 'Realm', secret: false, optional: true },
    ],
    login: [{ fields: ['user', 'password'], request: { method: 'POST', path: '/' } }],
    answer: {
      token: '/token',
      keep: {
        csrf: { at: '/csrf' },
        region: { at: '/region', secret: false },
        zone: { at: '/zone', optional: true },
      },
    },
    derive: { hashed: { sha256: { of: '{key}' } }, at: { time: { as: 's' } } },
    use: { header: 'A', value: '{token}', headers: { B: '{hashed}', C: '{user}', D: '{realm}' } },
  };
  const values = new Map([...given, ['password', 'p'], ['region', 'eu'], ['hashed', 'h']]);
  const lookUp = (name: string) => values.get(name);

  test('are the kept values, and the secrets that "use" names, itself or derived', () => {
    expect(carriedBy(declaration, lookUp).variables).toEqual([
      { name: 'MY_API_KEEP_CSRF', value: 'c d', secret: true },
      { name: 'MY_API_KEEP_REGION', value: 'eu', secret: false },
      { name: 'MY_API_KEY', value: 'k', secret: true },
    ]);
  });

  test('come with what carries the token', () => {
    expect(carriedBy(declaration, lookUp).carriers()).toEqual({
      ...none,
      headers: [
        { name: 'A', value: '{a}' },
        { name: 'B', value: 'h' },
        { name: 'C', value: 'ann' },
      ],
    });
  });

  test('are there even if a value cannot be carried', () => {
    const broken = (name: string) => (name === 'hashed' ? 'a\nb' : lookUp(name));
    const { variables, carriers } = carriedBy(declaration, broken);
    expect(variables).toHaveLength(3);
    expect(carriers).toThrow(expect.objectContaining({ code: 'credential_unsendable' }));
  });
});
