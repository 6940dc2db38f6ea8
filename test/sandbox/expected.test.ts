import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Declaration, RequestTemplate } from '../../src/declaration/declaration.ts';
import { buildRequest } from '../../src/declaration/request.ts';
import { addCarriers, carriersOf } from '../../src/declaration/use.ts';
import { declaredRequests } from '../../src/declaration/uses.ts';
import { requestValues } from '../../src/declaration/values.ts';
import type { Request } from '../../src/http/message.ts';
import { providers } from '../../src/providers/index.ts';
import type { Incoming } from '../../src/sandbox/compare.ts';
import {
  type Expected,
  hasShape,
  isAt,
  isRequestOf,
  isSample,
} from '../../src/sandbox/expected.ts';

const base = 'https://host.example/base';

/** A request as the server receives it. */
function receive({ method, url, headers, body = '' }: Request): Incoming {
  return {
    method,
    target: url.slice(base.length),
    headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: new TextEncoder().encode(body),
  };
}

function incoming(
  over: Partial<Omit<Incoming, 'headers' | 'body'>> & {
    type?: string;
    body?: string;
    headers?: Record<string, string>;
  },
): Incoming {
  const {
    type = 'application/json',
    body = '',
    headers = {},
    method = 'POST',
    target = '/login',
  } = over;
  return {
    method,
    target,
    headers: new Map(Object.entries({ ...(body && { 'content-type': type }), ...headers })),
    body: new TextEncoder().encode(body),
  };
}

type Values = Readonly<Record<string, string>>;

const declaration: Declaration = {
  version: 1,
  name: 'my-api',
  title: 'My API',
  fields: [
    { name: 'user', label: 'User', secret: false },
    { name: 'password', label: 'Password', secret: true },
    { name: 'api_key', label: 'API key', secret: true },
    { name: 'otp', label: 'One-time password', secret: true, optional: true },
  ],
  login: [{ fields: ['user', 'password'], request: { method: 'POST', path: '/login' } }],
  answer: { token: '/token' },
  use: { header: 'Authorization', value: 'Bearer {token}', alternates: ['{token}'] },
};

/** The request that a client sends. @param now milliseconds since the epoch */
function sentBy(
  provider: Declaration,
  { template, use }: Expected,
  values: Values,
  { uuid = id, now = Date.UTC(2026, 0, 2, 3, 4, 5) } = {},
): Incoming {
  const lookUp = requestValues(provider, {
    values: new Map(Object.entries(values)),
    uuid: () => uuid,
    now,
  });
  const request = buildRequest(template, base, lookUp);
  return receive(use ? addCarriers(request, carriersOf(provider.use, lookUp, use.form)) : request);
}

function isOf(
  provider: Declaration,
  expected: Expected,
  request: Incoming,
  values: Values,
  optional: readonly string[] = [],
): boolean {
  return isRequestOf(provider, expected, request, {
    values: new Map(Object.entries(values)),
    optional,
    now: Date.now(),
  });
}

const id = '0b8f7f3e-6c53-4b0e-9d3a-0f3f2c1d5e77';

const everywhere: readonly (readonly [string, RequestTemplate, Declaration])[] = [
  ...providers.flatMap((provider) =>
    declaredRequests(provider)
      .filter(({ part }) => part === 'login' || part === 'refresh')
      .map(
        ({ request }) =>
          [`${provider.name}, ${request.method} ${request.path}`, request, provider] as const,
      ),
  ),
  ...(
    [
      ['a form', { method: 'POST', path: '/f', form: { a: '{user}', b: 'x{password}y' } }],
      [
        'a path',
        { method: 'PUT', path: '/u/{user}/p/{password}', query: { k: '{api_key}' }, json: {} },
      ],
      [
        'nested JSON',
        { method: 'POST', path: '/', json: { a: [1, null, { b: '{{{user}}}' }], c: true } },
      ],
      ['a header', { method: 'GET', path: '/', headers: { A: 'Basic {user}' } }],
      ['basic', { method: 'GET', path: '/', basic: { user: '{user}', password: 'x{password}' } }],
      [
        'basic that is encoded as a form',
        {
          method: 'GET',
          path: '/',
          basic: { user: '{user}', password: '{password}', encode: 'form' },
        },
      ],
      [
        'cookies',
        { method: 'GET', path: '/', cookies: { sid: '{user}', other: 'x', b: '{password}' } },
      ],
      [
        'XML',
        {
          method: 'POST',
          path: '/',
          text: { type: 'text/xml', body: '<a b="{user}">{password}</a>', escape: 'xml' },
        },
      ],
      [
        'JSON in a text',
        {
          method: 'POST',
          path: '/',
          text: { type: 'text/plain', body: '"{user}"', escape: 'json' },
        },
      ],
      [
        'generated values beside',
        {
          method: 'POST',
          path: '/',
          query: { id: '{uuid}' },
          json: { at: '{now}', u: '{user}', id: '{uuid}' },
        },
      ],
    ] as const satisfies readonly (readonly [string, RequestTemplate])[]
  ).map(([name, template]) => [name, template, declaration] as const),
];

describe.each(everywhere)('%s', (_name, template, provider) => {
  const names = [
    ...new Set(
      [...JSON.stringify(template).matchAll(/\{([a-z][a-z0-9_]*)\}/g)].map((m) => m[1] ?? ''),
    ),
  ].filter((name) => !['uuid', 'now'].includes(name));
  const { path: _, ...rest } = template;
  const inHeaders = JSON.stringify(rest.headers ?? {});
  const inCookies = JSON.stringify(rest.cookies ?? {});
  const inBasic = JSON.stringify(rest.basic ?? {});
  const anyValue = (name: string): fc.Arbitrary<string> => {
    const text = inHeaders.includes(`{${name}}`)
      ? fc.stringMatching(/^[!-~\xa1-\xff]([ -~\xa1-\xff]*[!-~\xa1-\xff])?$/)
      : inCookies.includes(`{${name}}`)
        ? fc.stringMatching(/^[!#-+--:<-[\]-~]+$/)
        : fc.string({ unit: 'grapheme', minLength: 1 });
    return text.filter(
      (value) =>
        !['.', '..', '***'].includes(value) &&
        !(inBasic.includes(`{${name}}`) && /[:*]/.test(value)),
    );
  };
  const values = fc.record(Object.fromEntries(names.map((name) => [name, anyValue(name)])));
  const moment = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) });
  const expected = { template };

  test('a request is recognised by its values, and by no others', () => {
    fc.assert(
      fc.property(values, fc.uuid(), moment, fc.nat(), (right, uuid, date, index) => {
        const request = sentBy(provider, expected, right, { uuid, now: date.getTime() });
        expect(isOf(provider, expected, request, right)).toBe(true);
        const changed = names[index % names.length] ?? '';
        for (const value of [`${right[changed]}~`, `~${right[changed]}`, '~']) {
          if (value === right[changed]) continue;
          expect(isOf(provider, expected, request, { ...right, [changed]: value })).toBe(false);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('a request has the shape and the path of its template, whatever its values', () => {
    fc.assert(
      fc.property(values, fc.uuid(), moment, (right, uuid, date) => {
        const request = sentBy(provider, expected, right, { uuid, now: date.getTime() });
        expect(hasShape(provider, expected, request, [])).toBe(true);
        expect(isAt(provider, expected, request)).toBe(true);
        const method = request.method === 'POST' ? 'PUT' : 'POST';
        expect(hasShape(provider, expected, { ...request, method }, [])).toBe(false);
        expect(isAt(provider, expected, { ...request, method })).toBe(true);
        const target = `/x${request.target}`;
        expect(hasShape(provider, expected, { ...request, target }, [])).toBe(false);
        expect(isAt(provider, expected, { ...request, target })).toBe(false);
      }),
      { numRuns: 20 },
    );
  });
});

const json: RequestTemplate = {
  method: 'POST',
  path: '/login',
  json: { user: '{user}', fixed: 1 },
};
const traced: RequestTemplate = {
  method: 'GET',
  path: '/login',
  headers: { 'X-Id': '{uuid}', 'X-Now': '{now}' },
};
const twice: RequestTemplate = { method: 'POST', path: '/login', json: ['{user}', '{user}'] };
const two: RequestTemplate = { method: 'POST', path: '/login', json: ['{user}', '{password}'] };
const form: RequestTemplate = { method: 'POST', path: '/login', form: { user: '{user}' } };
const number: RequestTemplate = { method: 'POST', path: '/login', json: { n: '{user|number}' } };
const flag: RequestTemplate = { method: 'POST', path: '/login', json: { f: '{user|boolean}' } };
const query: RequestTemplate = { method: 'POST', path: '/login', query: { q: '{user}', r: 's' } };
const cookies: RequestTemplate = { method: 'POST', path: '/login', cookies: { sid: '{user}' } };
const basic: RequestTemplate = {
  method: 'POST',
  path: '/login',
  basic: { user: '{user}', password: 'p' },
};
const xml: RequestTemplate = {
  method: 'POST',
  path: '/login',
  text: { type: 'text/xml', body: '<a>{user}</a>', escape: 'xml' },
};
const now = '2026-01-02T03:04:05Z';
const right = '{"user":"u","fixed":1}';
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each<[string, RequestTemplate, Incoming, boolean]>([
  ['the right body', json, incoming({ body: right }), true],
  ['a charset', json, incoming({ body: right, type: 'Application/JSON; charset=utf-8' }), true],
  ['another order', json, incoming({ body: '{"fixed":1,"user":"u"}' }), true],
  ['an empty value', json, incoming({ body: '{"user":"","fixed":1}' }), true],
  ['another method', json, incoming({ body: right, method: 'PUT' }), false],
  ['another path', json, incoming({ body: right, target: '/login/' }), false],
  ['a query', json, incoming({ body: right, target: '/login?x' }), false],
  ['a number for a string', json, incoming({ body: '{"user":1,"fixed":1}' }), false],
  ['null for a string', json, incoming({ body: '{"user":null,"fixed":1}' }), false],
  ['true for a string', json, incoming({ body: '{"user":true,"fixed":1}' }), false],
  ['a missing key', json, incoming({ body: '{"user":"u"}' }), false],
  ['an additional key', json, incoming({ body: '{"user":"u","fixed":1,"x":1}' }), false],
  ['another key', json, incoming({ body: '{"username":"u","fixed":1}' }), false],
  ['another constant', json, incoming({ body: '{"user":"u","fixed":"1"}' }), false],
  ['an array', json, incoming({ body: '["u",1]' }), false],
  ['invalid JSON', json, incoming({ body: 'user=u' }), false],
  ['no body', json, incoming({}), false],
  [
    'a form for JSON',
    json,
    incoming({ body: right, type: 'application/x-www-form-urlencoded' }),
    false,
  ],
  ['a key named __proto__', json, incoming({ body: '{"__proto__":"u","fixed":1}' }), false],
  ['one value in two places', twice, incoming({ body: '["u","u"]' }), true],
  ['two values for one placeholder', twice, incoming({ body: '["u","v"]' }), false],
  ['two values for two placeholders', two, incoming({ body: '["u","v"]' }), true],
  ['one value for two placeholders', two, incoming({ body: '["u","u"]' }), true],
  [
    'a form',
    form,
    incoming({ body: 'user=a%20b', type: 'application/x-www-form-urlencoded' }),
    true,
  ],
  [
    'a form field twice',
    form,
    incoming({ body: 'user=a&user=b', type: 'application/x-www-form-urlencoded' }),
    false,
  ],
  [
    'an additional form field',
    form,
    incoming({ body: 'user=a&x=b', type: 'application/x-www-form-urlencoded' }),
    false,
  ],
  ['JSON for a form', form, incoming({ body: '{"user":"a"}' }), false],
  [
    'the right headers',
    traced,
    incoming({ method: 'GET', headers: { 'x-id': id, 'x-now': now } }),
    true,
  ],
  [
    'an id that is not a UUID',
    traced,
    incoming({ method: 'GET', headers: { 'x-id': 'a', 'x-now': now } }),
    false,
  ],
  [
    'an invalid time',
    traced,
    incoming({ method: 'GET', headers: { 'x-id': id, 'x-now': '2026-13-02T03:04:05Z' } }),
    false,
  ],
  [
    'a local time',
    traced,
    incoming({ method: 'GET', headers: { 'x-id': id, 'x-now': '2026-01-02T03:04:05' } }),
    false,
  ],
  ['a missing header', traced, incoming({ method: 'GET', headers: { 'x-id': id } }), false],
  [
    'an unexpected body',
    traced,
    incoming({ method: 'GET', body: '{}', headers: { 'x-id': id, 'x-now': now } }),
    false,
  ],
  ['a number', number, incoming({ body: '{"n":-1.5}' }), true],
  ['a string for a number', number, incoming({ body: '{"n":"1"}' }), false],
  ['another string for a number', number, incoming({ body: '{"n":"u"}' }), false],
  ['true for a number', number, incoming({ body: '{"n":true}' }), false],
  ['an object for a number', number, incoming({ body: '{"n":{}}' }), false],
  ['a boolean', flag, incoming({ body: '{"f":false}' }), true],
  ['a string for a boolean', flag, incoming({ body: '{"f":"true"}' }), false],
  ['a number for a boolean', flag, incoming({ body: '{"f":1}' }), false],
  ['the right query', query, incoming({ target: '/login?q=u%20v&r=s' }), true],
  ['a query in another order', query, incoming({ target: '/login?r=s&q=u+v' }), true],
  ['no query', query, incoming({}), false],
  ['a part of the query missing', query, incoming({ target: '/login?q=u' }), false],
  ['an additional part of the query', query, incoming({ target: '/login?q=u&r=s&x' }), false],
  ['a part of the query twice', query, incoming({ target: '/login?q=u&q=v' }), false],
  ['another constant in the query', query, incoming({ target: '/login?q=u&r=t' }), false],
  ['a cookie', cookies, incoming({ headers: { cookie: 'sid=u' } }), true],
  ['more cookies', cookies, incoming({ headers: { cookie: 'a=b; sid=u;c=d' } }), true],
  ['no cookies', cookies, incoming({}), false],
  ['another cookie', cookies, incoming({ headers: { cookie: 'xsid=u' } }), false],
  ['Basic', basic, incoming({ headers: { authorization: `Basic ${base64('u:p')}` } }), true],
  ['another scheme', basic, incoming({ headers: { authorization: 'Bearer dTpw' } }), false],
  ['no Basic', basic, incoming({}), false],
  ['XML', xml, incoming({ body: '<a>u</a>', type: 'text/xml; charset=utf-8' }), true],
  ['other XML', xml, incoming({ body: '<b>u</b>', type: 'text/xml' }), false],
  ['XML of another type', xml, incoming({ body: '<a>u</a>', type: 'application/xml' }), false],
])('a request with %s', (_name, template, request, matches) => {
  expect(hasShape(declaration, { template }, request, [])).toBe(matches);
});

test.each<[string, RequestTemplate, Incoming, Values]>([
  ['a number for a string', json, incoming({ body: '{"user":1,"fixed":1}' }), { user: '1' }],
  ['true for a string', json, incoming({ body: '{"user":true,"fixed":1}' }), { user: 'true' }],
  ['a string for a number', number, incoming({ body: '{"n":"1"}' }), { user: '1' }],
  ['another number', number, incoming({ body: '{"n":2}' }), { user: '1' }],
  [
    'an id that is not a UUID',
    traced,
    incoming({ method: 'GET', headers: { 'x-id': 'a', 'x-now': now } }),
    {},
  ],
  [
    'an invalid time',
    traced,
    incoming({ method: 'GET', headers: { 'x-id': id, 'x-now': '2026-13-02T03:04:05Z' } }),
    {},
  ],
  ['another value in one of two places', twice, incoming({ body: '["u","v"]' }), { user: 'u' }],
  [
    'another user',
    basic,
    incoming({ headers: { authorization: `Basic ${base64('v:p')}` } }),
    { user: 'u' },
  ],
  [
    'a value of another cookie',
    cookies,
    incoming({ headers: { cookie: 'a=u; sid=v' } }),
    { user: 'u' },
  ],
])('a request with %s is not the one with these values', (_name, template, request, values) => {
  expect(isOf(declaration, { template }, request, values)).toBe(false);
});

test.each<[string, RequestTemplate, Incoming, Values]>([
  ['a number', number, incoming({ body: '{"n":-1.5}' }), { user: '-1.5' }],
  ['a boolean', flag, incoming({ body: '{"f":true}' }), { user: 'true' }],
  ['more cookies', cookies, incoming({ headers: { cookie: 'a=b; sid=u;c=d' } }), { user: 'u' }],
  ['more headers', json, incoming({ body: right, headers: { 'x-more': 'y' } }), { user: 'u' }],
  [
    'generated values',
    traced,
    incoming({
      method: 'GET',
      headers: { 'x-id': id.toUpperCase(), 'x-now': '2026-01-02T03:04:05.123Z' },
    }),
    {},
  ],
])('a request with %s is the one with these values', (_name, template, request, values) => {
  expect(isOf(declaration, { template }, request, values)).toBe(true);
});

test('a body that is not UTF-8 never matches', () => {
  const body = new Uint8Array([
    ...new TextEncoder().encode('{"user":"'),
    0xff,
    ...new TextEncoder().encode('","fixed":1}'),
  ]);
  const request = { ...incoming({ body: right }), body };
  expect(hasShape(declaration, { template: json }, request, [])).toBe(false);
  expect(isOf(declaration, { template: json }, request, { user: '\ufffd' })).toBe(false);
});

test('a path that is not percent-encoded UTF-8 never matches', () => {
  const template: RequestTemplate = { method: 'GET', path: '/u/{user}' };
  const request = incoming({ method: 'GET', target: '/u/%ff' });
  expect(hasShape(declaration, { template }, request, [])).toBe(false);
  expect(isAt(declaration, { template }, request)).toBe(false);
  expect(isOf(declaration, { template }, request, { user: '%ff' })).toBe(false);
});

describe('an optional value', () => {
  const template: RequestTemplate = {
    method: 'POST',
    path: '/login',
    headers: { 'X-Otp': '{otp}' },
    json: { user: '{user}', otp: { code: '{otp}' } },
  };
  const expected = { template };
  const values = { user: 'u', otp: '123' };
  const whole = sentBy(declaration, expected, values);
  const without = sentBy(declaration, expected, { user: 'u' });
  const half = { ...whole, headers: without.headers };

  test('may be there or left out', () => {
    for (const request of [whole, without]) {
      expect(hasShape(declaration, expected, request, ['otp'])).toBe(true);
      expect(isOf(declaration, expected, request, values, ['otp'])).toBe(true);
    }
    expect(new TextDecoder().decode(without.body)).toBe('{"user":"u"}');
  });

  test.each([7, 12])('may be the only one of %d that is given', (count) => {
    const names = Array.from({ length: count }, (_, index) => `spare_${index}`);
    const json = Object.fromEntries(names.map((name) => [name, `{${name}}`]));
    const fields = names.map((name) => ({ name, label: name, secret: false, optional: true }));
    const many = { ...declaration, fields: [...declaration.fields, ...fields] };
    const request = { template: { ...template, json: { user: '{user}', ...json } } };
    const given = Object.fromEntries(names.map((name) => [name, name]));
    const all: Values = { ...values, ...given };
    const { spare_3: _, ...butOne } = all;
    for (const own of [values, all, { ...values, spare_3: 'spare_3' }, butOne]) {
      expect(isOf(many, request, sentBy(many, request, own), all, names)).toBe(true);
    }
    const wrong = sentBy(many, request, { ...values, spare_3: 'other' });
    expect(isOf(many, request, wrong, all, names)).toBe(false);
  });

  test('is left out everywhere, or nowhere', () => {
    expect(hasShape(declaration, expected, half, ['otp'])).toBe(false);
    expect(isOf(declaration, expected, half, values, ['otp'])).toBe(false);
  });

  test('has to be right where it is there', () => {
    const wrong = sentBy(declaration, expected, { user: 'u', otp: '124' });
    expect(hasShape(declaration, expected, wrong, ['otp'])).toBe(true);
    expect(isOf(declaration, expected, wrong, values, ['otp'])).toBe(false);
  });

  test('has to be there if it is not optional', () => {
    expect(hasShape(declaration, expected, without, [])).toBe(false);
    expect(isOf(declaration, expected, without, values, [])).toBe(false);
  });

  test('may be one of several', () => {
    const several: Expected = {
      template: { method: 'POST', path: '/', json: { a: '{user}', b: '{password}', c: '{otp}' } },
    };
    const all = { user: 'u', password: 'p', otp: 'o' };
    for (const left of [[], ['user'], ['password', 'otp'], ['user', 'otp']]) {
      const given = Object.fromEntries(
        Object.entries(all).filter(([name]) => !left.includes(name)),
      );
      const request = sentBy(declaration, several, given);
      const names = Object.keys(all);
      expect(hasShape(declaration, several, request, names)).toBe(true);
      expect(isOf(declaration, several, request, all, names)).toBe(true);
    }
  });
});

describe('a derived value', () => {
  const deriving: Declaration = {
    ...declaration,
    derive: {
      encoded: { base64: { of: '{user}:{password}' } },
      hashed: { sha256: { of: '{password}' } },
      day: { time: { as: 'date' } },
      stamp: { time: { as: 's', plus: 60 } },
      signature: { hmac: { hash: 'sha256', key: '{hashed}', of: '{uuid}{now}{user}' } },
      stamped: { md5: { of: '{stamp}{api_key}' } },
      double: { hex: { of: '{signature}{stamped}' } },
    },
  };
  const values = { user: 'ann', password: 'p é', api_key: 'k' };
  const template = (headers: Values): RequestTemplate => ({ method: 'POST', path: '/', headers });

  test.each<[string, Values]>([
    ['of values', { A: '{encoded}' }],
    ['that is a hash of a value', { A: 'x{hashed}y' }],
    ['that is a time', { A: '{stamp}', B: '{day}' }],
    ['that signs what is generated', { A: '{uuid}', B: '{now}', C: '{signature}' }],
    ['that is a hash of a time', { A: '{stamp}', B: '{stamped}' }],
    ['of derived values', { A: '{uuid}', B: '{now}', C: '{stamp}', D: '{double}' }],
  ])('%s is recognised, and no other', (_what, headers) => {
    const expected = { template: template(headers) };
    for (const when of [Date.UTC(2026, 0, 2, 3, 4, 5), Date.UTC(2030, 11, 31)]) {
      const request = sentBy(deriving, expected, values, { now: when });
      expect(isOf(deriving, expected, request, values)).toBe(true);
      expect(hasShape(deriving, expected, request, [])).toBe(true);
    }
  });

  test.each<[string, Values, Values]>([
    ['of values', { A: '{encoded}' }, { user: 'bob' }],
    ['that is a hash of a value', { A: '{hashed}' }, { password: 'q' }],
    [
      'that signs what is generated',
      { A: '{uuid}', B: '{now}', C: '{signature}' },
      { user: 'bob' },
    ],
    [
      'that signs what is generated, by its key',
      { A: '{uuid}', B: '{now}', C: '{signature}' },
      { password: 'q' },
    ],
    ['that is a hash of a time', { A: '{stamp}', B: '{stamped}' }, { api_key: 'l' }],
    [
      'of derived values',
      { A: '{uuid}', B: '{now}', C: '{stamp}', D: '{double}' },
      { api_key: 'l' },
    ],
  ])('%s is not the one of other values', (_what, headers, other) => {
    const expected = { template: template(headers) };
    const request = sentBy(deriving, expected, values);
    expect(isOf(deriving, expected, request, { ...values, ...other })).toBe(false);
  });

  test('that signs is not the one of what another request generated', () => {
    const expected = { template: template({ A: '{uuid}', B: '{now}', C: '{signature}' }) };
    const request = sentBy(deriving, expected, values);
    const other = sentBy(deriving, expected, values, { uuid: id.replace('0', '1') });
    const headers = new Map([...request.headers, ['a', other.headers.get('a') ?? '']]);
    expect(isOf(deriving, expected, { ...request, headers }, values)).toBe(false);
  });

  test('that has a value which is missing is left out', () => {
    const { derive } = deriving;
    const optional = { ...deriving, derive: { ...derive, once: { hex: { of: '{otp}' } } } };
    const expected = { template: template({ A: '{user}', B: '{once}' }) };
    const all = { ...values, otp: '123' };
    for (const request of [sentBy(optional, expected, values), sentBy(optional, expected, all)]) {
      expect(isOf(optional, expected, request, all, ['otp'])).toBe(true);
    }
    const wrong = sentBy(optional, expected, { ...values, otp: '124' });
    expect(isOf(optional, expected, wrong, all, ['otp'])).toBe(false);
  });
});

describe('a request that carries a token', () => {
  const template: RequestTemplate = { method: 'GET', path: '/me' };

  test.each(['Bearer {token}', '{token}'])('as %s is recognised in this form alone', (form) => {
    const expected = { template, use: { form } };
    const request = sentBy(declaration, expected, { token: 'abc' });
    expect(isOf(declaration, expected, request, { token: 'abc' })).toBe(true);
    expect(isOf(declaration, expected, request, { token: 'abd' })).toBe(false);
    const others = [undefined, 'Bearer {token}', '{token}', 'Basic {token}'];
    for (const other of others.filter(
      (each) => each !== form && (each ?? 'Bearer {token}') !== form,
    )) {
      expect(isOf(declaration, { template, use: { form: other } }, request, { token: 'abc' })).toBe(
        false,
      );
    }
  });

  test('has to carry all of it', () => {
    const carrying: Declaration = {
      ...declaration,
      use: {
        header: 'A',
        value: '{token}',
        query: { u: '{user}' },
        cookie: { k: '{api_key}' },
        basic: { user: '{user}', password: '{token}' },
      },
    };
    const expected = { template, use: { form: '{token}' } };
    const values = { token: 'abc', user: 'ann', api_key: 'k' };
    const request = sentBy(carrying, expected, values);
    expect(isOf(carrying, expected, request, values)).toBe(true);
    for (const name of ['a', 'cookie', 'authorization']) {
      const headers = new Map([...request.headers].filter(([each]) => each !== name));
      expect(headers.size).toBe(request.headers.size - 1);
      expect(isOf(carrying, expected, { ...request, headers }, values)).toBe(false);
    }
    expect(isOf(carrying, expected, { ...request, target: '/me' }, values)).toBe(false);
    for (const name of Object.keys(values)) {
      expect(isOf(carrying, expected, request, { ...values, [name]: 'other' })).toBe(false);
    }
  });
});

test('a request that cannot be sent is no request of a client', () => {
  const template: RequestTemplate = { method: 'POST', path: '/login', headers: { A: '{user}' } };
  expect(isOf(declaration, { template }, incoming({ headers: { a: 'a' } }), { user: ' a' })).toBe(
    false,
  );
});

test.each([
  ['{uuid}', id, true],
  ['{uuid}', 'a', false],
  ['id-{uuid}', `id-${id}`, true],
  ['{now}', now, true],
  ['{now}', '2026-01-02', false],
  ['{now}', '2026-13-02T03:04:05Z', false],
  ['Bearer {token}', 'Bearer a b', true],
  ['Bearer {token}', 'Basic a', false],
  ['fixed.', 'fixed.', true],
  ['fixed.', 'fixedx', false],
])('%s can give %j: %s', (template, text, expected) => {
  expect(isSample(template, text)).toBe(expected);
});
