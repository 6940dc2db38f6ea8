import { describe, expect, test } from '@jest/globals';
import { draftOf } from '../../src/import/draft.ts';
import {
  fieldsOf,
  isWholeCommand,
  loginOf,
  operationOf,
  placeOf,
  serverOf,
} from '../../src/import/spoken.ts';

test.each([
  ['POST /login', { method: 'POST', path: '/login' }],
  ['/login', { method: 'POST', path: '/login' }],
  [' get  v1/session ', { method: 'GET', path: '/v1/session' }],
  ['login', { method: 'POST', path: '/login' }],
  ['FETCH /login', undefined],
  ['POST https://a.example/login', undefined],
  ['POST /login?x=1', undefined],
  ['POST', { method: 'POST', path: '/POST' }],
  ['', undefined],
])('the request %j', (text, request) => {
  expect(operationOf(text)).toEqual(request);
});

test.each([
  ['token', '/token'],
  ['data.token', '/data/token'],
  ['$.data[0].token', '/data/0/token'],
  ['/data/token', '/data/token'],
  ['a/b', '/a~1b'],
  ['header X-Token', { header: 'X-Token' }],
  ['Cookie sid', { cookie: 'sid' }],
])('the place %j', (text, place) => {
  expect(placeOf(text)).toEqual(place);
});

test.each([
  ['api.acme.example/v1/', 'https://api.acme.example/v1'],
  ['http://localhost:8080', 'http://localhost:8080'],
  ['', ''],
])('the server %j', (text, server) => {
  expect(serverOf(text)).toBe(server);
});

describe('what is sent', () => {
  const spoken = { title: 'acme', server: 'https://a.example', operation: 'POST /login' } as const;
  const request = (sent: 'json' | 'form' | 'basic', fields: string) => {
    const found = loginOf({ ...spoken, sent, fields });
    return found && draftOf(found).declaration['login'];
  };

  test('may be nested in JSON, and fixed', () => {
    expect(request('json', 'auth.user, auth.password, grant_type=password')).toEqual([
      {
        fields: ['user', 'password'],
        request: {
          ...{ method: 'POST', path: '/login' },
          json: { auth: { user: '{user}', password: '{password}' }, grant_type: 'password' },
        },
      },
    ]);
  });

  test('keeps its dots in a form', () => {
    expect(request('form', 'j.user, pin')).toEqual([
      {
        fields: ['j_user', 'pin'],
        request: { method: 'POST', path: '/login', form: { 'j.user': '{j_user}', pin: '{pin}' } },
      },
    ]);
  });

  test('is a user and a password for HTTP Basic, and nothing else', () => {
    expect(request('basic', 'user, password')).toEqual([
      {
        fields: ['user', 'password'],
        request: {
          ...{ method: 'POST', path: '/login' },
          basic: { user: '{user}', password: '{password}' },
        },
      },
    ]);
    expect(request('basic', 'user')).toBeUndefined();
    expect(request('basic', 'a, b, c')).toBeUndefined();
  });

  test.each(['', ',', 'a b', 'user;'])('%j is no list of names', (text) => {
    expect(fieldsOf(text)).toBeUndefined();
  });
});

test.each([
  ['curl https://a.example', true],
  ['curl https://a.example \\', false],
  ['curl https://a.example ^', false],
  ['curl https://a.example `', false],
  ["curl -d '{", false],
  ["curl -d '{\n}'", true],
  [`curl -d "it's"`, true],
  [`curl -d 'say "'`, true],
  ['curl -d "a\\"', false],
  ["curl -d $'it\\'s'", true],
  ['curl ^"https://a.example^" -d ^"^{^\\^"a^\\^":1^}^"', true],
])('the command %j is whole: %s', (text, whole) => {
  expect(isWholeCommand(text)).toBe(whole);
});
