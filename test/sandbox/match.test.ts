import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RequestTemplate } from '../../src/declaration/declaration.ts';
import { buildRequest } from '../../src/declaration/request.ts';
import type { Request } from '../../src/http/message.ts';
import { providers } from '../../src/providers/index.ts';
import { type Incoming, matchRequest } from '../../src/sandbox/match.ts';

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

const everywhere: readonly (readonly [string, RequestTemplate])[] = [
  ...providers.flatMap(({ name, login, refresh }) =>
    [...login.map(({ request }) => request), ...(refresh ? [refresh] : [])].map(
      (request) => [`${name}, ${request.method} ${request.path}`, request] as const,
    ),
  ),
  ['a form', { method: 'POST', path: '/f', form: { a: '{user}', b: 'x{password}y' } }],
  ['a path', { method: 'PUT', path: '/u/{user}/p/{password}?k={api_key}', json: {} }],
  [
    'nested JSON',
    { method: 'POST', path: '/', json: { a: [1, null, { b: '{{{user}}}' }], c: true } },
  ],
  ['basic', { method: 'GET', path: '/', headers: { A: 'Basic {user}' } }],
];

describe.each(everywhere)('%s', (_name, template) => {
  const names = [...JSON.stringify(template).matchAll(/\{([a-z][a-z0-9_]*)\}/g)].map(
    (m) => m[1] ?? '',
  );
  const inHeaders = JSON.stringify(template.headers ?? {});

  test('the values in a request are found', () => {
    const anyValue = (name: string): fc.Arbitrary<string> => {
      if (name === 'uuid') return fc.uuid();
      if (name === 'now') {
        return fc
          .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
          .map((date) => date.toISOString());
      }
      const text = inHeaders.includes(`{${name}}`)
        ? fc.stringMatching(/^[!-~\xa1-\xff]([ -~\xa1-\xff]*[!-~\xa1-\xff])?$/)
        : fc.string({ unit: 'grapheme', minLength: 1 });
      return text.filter((value) => !['.', '..'].includes(value));
    };
    const values = fc.record(Object.fromEntries(names.map((name) => [name, anyValue(name)])));
    fc.assert(
      fc.property(values, (expected) => {
        const request = buildRequest(template, base, new Map(Object.entries(expected)));
        const found = matchRequest(template, receive(request));
        expect(found && Object.fromEntries(found)).toEqual({ ...expected });
      }),
      { numRuns: 50 },
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
const form: RequestTemplate = { method: 'POST', path: '/login', form: { user: '{user}' } };
const id = '0b8f7f3e-6c53-4b0e-9d3a-0f3f2c1d5e77';
const now = '2026-01-02T03:04:05Z';
const right = '{"user":"u","fixed":1}';

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
])('a request with %s', (_name, template, request, matches) => {
  expect(matchRequest(template, request) !== undefined).toBe(matches);
});

test('a body that is not UTF-8 never matches', () => {
  const body = new Uint8Array([
    ...new TextEncoder().encode('{"user":"'),
    0xff,
    ...new TextEncoder().encode('","fixed":1}'),
  ]);
  expect(matchRequest(json, { ...incoming({ body: right }), body })).toBeUndefined();
});
