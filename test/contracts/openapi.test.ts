/** Tests that the documents are strict: they reject what a vendor's server would refuse. */
import { describe, expect, test } from '@jest/globals';
import type { Request } from '../../src/http/message.ts';
import {
  type OperationName,
  type Vendor,
  validateRequest,
  validateResponse,
  vendors,
} from './openapi.ts';

const json = { 'Content-Type': 'application/json' };
const traced = {
  'X-Tracing-ID': '0b8f7f3e-6c53-4b0e-9d3a-0f3f2c1d5e77',
  'X-Request-Timestamp': '2026-01-02T03:04:05.678Z',
};
const jwt = 'aaa.bbb.ccc';

function post(url: string, body: unknown, headers: Record<string, string> = json): Request {
  return { method: 'POST', url, headers, body: JSON.stringify(body) };
}
function get(url: string, headers: Record<string, string> = {}): Request {
  return { method: 'GET', url, headers };
}

const good: readonly [Vendor, string, Request][] = [
  ['ropo', 'a login', post('https://h/rest/token', { cid: '1', apicode: 'a' })],
  ['netnut', 'a login', post('https://h/v1/auth/login', { email: 'a@b.example', password: 'p' })],
  ['netnut', 'a token', get('https://h/auth/authenticated', { authorization: `Bearer ${jwt}` })],
  ['netnut', 'a bare token', get('https://h/auth/authenticated', { Authorization: jwt })],
  [
    'verbit',
    'a login',
    post('https://h/auth', { payload: { api_key: 'k' } }, { ...json, ...traced }),
  ],
  ['pegase3', 'a login', get('https://h/login', { 'User-Name': 'u', Password: 'p' })],
  ['datarhei', 'a password', post('http://h/api/login', { username: 'u', password: 'p' })],
  [
    'datarhei',
    'an Auth0 token',
    { method: 'POST', url: 'http://h/api/login', headers: { Authorization: 'Bearer x' } },
  ],
  ['datarhei', 'a refresh', get('http://h/api/login/refresh', { Authorization: `Bearer ${jwt}` })],
  ['datarhei', 'a token', get('http://h/api', { Authorization: `Bearer ${jwt}` })],
  ['datarhei', 'no token', get('http://h/api')],
];

test.each(good)('%s accepts %s', (vendor, _what, request) => {
  expect(validateRequest(vendor, request)).toEqual([]);
});

const bad: readonly [Vendor, string, Request, string][] = [
  ['ropo', 'another path', post('https://h/rest/tokens', {}), 'POST /rest/tokens is not in'],
  ['ropo', 'another method', get('https://h/token'), 'GET /token is not in'],
  [
    'ropo',
    'a wrong name',
    post('https://h/token', { cid: '1', apiCode: 'a' }),
    "property 'apicode'",
  ],
  ['ropo', 'a number', post('https://h/token', { cid: 1, apicode: 'a' }), '/cid: must be string'],
  [
    'ropo',
    'an additional field',
    post('https://h/token', { cid: '1', apicode: 'a', x: 1 }),
    'additional properties',
  ],
  [
    'ropo',
    'a form',
    post('https://h/token', {}, { 'Content-Type': 'application/x-www-form-urlencoded' }),
    'not application/json',
  ],
  [
    'ropo',
    'no body',
    { method: 'POST', url: 'https://h/token', headers: json },
    'the body is missing',
  ],
  ['ropo', 'half a body', { ...post('https://h/token', 1), body: '{"cid"' }, 'is not JSON'],
  [
    'netnut',
    'an email without @',
    post('https://h/auth/login', { email: 'a', password: 'p' }),
    'email',
  ],
  ['netnut', 'a check without a token', get('https://h/auth/authenticated'), 'token is missing'],
  [
    'verbit',
    'a key that is not in the payload',
    post('https://h/auth', { api_key: 'k' }, { ...json, ...traced }),
    "property 'payload'",
  ],
  [
    'verbit',
    'no tracing headers',
    post('https://h/auth', { payload: { api_key: 'k' } }),
    'X-Tracing-ID is missing',
  ],
  [
    'verbit',
    'a tracing id that is not a UUID',
    post(
      'https://h/auth',
      { payload: { api_key: 'k' } },
      { ...json, ...traced, 'X-Tracing-ID': '7' },
    ),
    'X-Tracing-ID: must match format "uuid"',
  ],
  [
    'verbit',
    'a local time',
    post(
      'https://h/auth',
      { payload: { api_key: 'k' } },
      { ...json, ...traced, 'X-Request-Timestamp': '2026-01-02T03:04:05+02:00' },
    ),
    'X-Request-Timestamp: must match pattern',
  ],
  ['pegase3', 'no password', get('https://h/login', { 'User-Name': 'u' }), 'Password is missing'],
  [
    'pegase3',
    'an empty header of another name',
    get('https://h/login', { 'User-Name': 'u', Password: 'p', Accept: '' }),
    'accept is empty',
  ],
  [
    'pegase3',
    'a body',
    { ...get('https://h/login', { 'User-Name': 'u', Password: 'p' }), body: '{}' },
    'has no body',
  ],
  [
    'datarhei',
    'neither a body nor a token',
    { method: 'POST', url: 'http://h/api/login', headers: {} },
    'either a body or a token',
  ],
  [
    'datarhei',
    'a body and a token',
    post(
      'http://h/api/login',
      { username: 'u', password: 'p' },
      { ...json, Authorization: 'Bearer x' },
    ),
    'either a body or a token',
  ],
  [
    'datarhei',
    'a refresh with a bare token',
    get('http://h/api/login/refresh', { Authorization: jwt }),
    'token is missing',
  ],
];

test.each(bad)('%s rejects %s', (vendor, _what, request, problem) => {
  expect(validateRequest(vendor, request).join('\n')).toContain(problem);
});

const answers: readonly [Vendor, OperationName, number, unknown, boolean][] = [
  ['ropo', 'login', 201, { token: jwt }, true],
  ['ropo', 'login', 201, { token: 'no-jwt' }, false],
  ['ropo', 'login', 200, { token: jwt }, false],
  ['ropo', 'login', 400, { errorId: 1, errorText: 'x' }, true],
  ['ropo', 'login', 400, { errorId: '1', errorText: 'x' }, false],
  ['netnut', 'login', 200, { success: true, token: 't' }, true],
  ['netnut', 'login', 200, { success: false, message: 'x' }, true],
  ['netnut', 'login', 200, { success: true, message: 'x' }, false],
  ['netnut', 'verify', 400, { success: false, message: 'x' }, true],
  [
    'verbit',
    'login',
    503,
    {
      tracing_id: traced['X-Tracing-ID'],
      request_timestamp: traced['X-Request-Timestamp'],
      errors: [{ code: 'c', type: 't', message: 'm' }],
    },
    true,
  ],
  ['verbit', 'login', 401, { errors: [{ code: 'c', type: 't', message: 'm' }] }, false],
  ['pegase3', 'login', 200, { code: 200, status: 'success', token: jwt }, true],
  ['pegase3', 'login', 200, { code: 401, status: 'error', message: 'x', token: null }, true],
  ['pegase3', 'login', 498, { code: 498, status: 'ok', message: 'x' }, true],
  ['pegase3', 'login', 401, { code: 401, status: 'ok', message: 'x' }, false],
  ['pegase3', 'login', 200, { code: 200, status: 'ok' }, false],
  ['datarhei', 'login', 404, { code: 404, message: 'Not Found' }, true],
  ['datarhei', 'refresh', 403, { code: 403, message: 'x', details: ['y'] }, true],
  ['datarhei', 'refresh', 403, { code: 401, message: 'x' }, false],
  ['datarhei', 'verify', 200, { app: 'a', auths: [], version: {}, id: 'i' }, false],
];

test.each(answers)('%s, %s, %i %j: %s', (vendor, operation, status, body, accepted) => {
  expect(validateResponse(vendor, operation, status, body).length === 0).toBe(accepted);
});

describe.each(vendors)('%s', (vendor) => {
  test('has no answer with an undocumented status', () => {
    expect(validateResponse(vendor, 'login', 299, {})).toEqual([
      'the status 299 is not documented',
    ]);
  });
});
