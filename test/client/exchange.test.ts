import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { type Connection, exchange, prepare } from '../../src/client/exchange.ts';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { Request, Send } from '../../src/http/message.ts';
import { createRedactor } from '../../src/secrets/redact.ts';
import { noProgress } from '../../src/terminal/progress.ts';
import { type AnswerParts, answerOf } from '../answers.ts';

const receivedAt = Date.UTC(2026, 0, 2, 3, 4, 5);
const request = {
  method: 'POST',
  path: '/login',
  headers: { 'X-Id': '{uuid}', 'X-Time': '{now}' },
  json: '{key}',
} as const;
const declaration: Declaration = {
  version: 1,
  name: 'my-api',
  title: 'My API',
  fields: [{ name: 'key', label: 'Key', secret: true }],
  login: [{ fields: ['key'], request }],
  answer: { token: '/token', refreshToken: '/refresh', refusalDelay: 5 },
  use: { header: 'Authorization', value: 'Bearer {token}' },
};
const login = { template: request, values: new Map([['key', 'the key']]) };
const reading = { sent: 'credentials' } as const;

/** A connection to a server with a fixed answer or error. */
function connectionTo(
  answer: AnswerParts | AuthctlError,
  timeout = 30_000,
  environments?: Declaration['environments'],
) {
  let count = 0;
  const sent: Request[] = [];
  const secrets: string[] = [];
  const send: Send = async (makeRequest) => {
    sent.push(makeRequest());
    if (answer instanceof Error) throw answer;
    return answerOf({ receivedAt, ...answer });
  };
  const redactor = createRedactor();
  const connection: Connection = {
    declaration: environments ? { ...declaration, environments } : declaration,
    baseUrl: 'https://api.example',
    send,
    options: { timeout, retries: 2 },
    clock: { ...systemClock, now: () => receivedAt + 1000 * count },
    uuid: () => `uuid-${++count}`,
    secrets: {
      add: (secret) => {
        secrets.push(secret);
        redactor.add(secret);
      },
      redact: redactor.redact,
    },
    detail: () => {},
    progress: noProgress,
  };
  const run = () => exchange(connection, login, reading);
  return { connection, sent, secrets, run };
}

describe('a login', () => {
  test('returns the tokens, and adds them to the secrets', async () => {
    const { run, secrets } = connectionTo({ body: { token: 'a', refresh: 'r' } });
    expect(await run()).toEqual({
      accessToken: 'a',
      refreshToken: 'r',
      receivedAt,
      lifetime: null,
    });
    expect(secrets).toEqual(['a', 'r']);
  });

  test('has a new ID and time for each attempt', () => {
    const { connection } = connectionTo({});
    const { url, body, headers } = prepare(connection, login);
    expect([url, body]).toEqual(['https://api.example/login', '"the key"']);
    expect(headers).toMatchObject({ 'X-Id': 'uuid-1', 'X-Time': '2026-01-02T03:04:05.000Z' });
    const again = prepare(connection, login);
    expect(again.headers).toMatchObject({ 'X-Id': 'uuid-2', 'X-Time': '2026-01-02T03:04:06.000Z' });
  });

  test('that cannot be sent names the provider', async () => {
    const { connection } = connectionTo({});
    const template = { method: 'GET', path: '/', headers: { Key: '{key}' } } as const;
    const values = new Map([['key', 'a\nb']]);
    await expect(exchange(connection, { template, values }, reading)).rejects.toMatchObject({
      code: 'credential_unsendable',
      details: { provider: 'my-api' },
    });
  });

  test.each([
    [
      'of an environment',
      [{ name: 'live', baseUrl: 'https://api.example' }],
      'authctl doctor my-api',
    ],
    ['that was typed', undefined, 'check the spelling'],
  ])('at a host that cannot be found, %s, has a hint of its own', async (_, environments, hint) => {
    const cause = Object.assign(new Error(), { code: 'ENOTFOUND' });
    const error = new AuthctlError('network', 'cannot find the host api.example', {
      hint: 'check the spelling',
      cause,
    });
    await expect(connectionTo(error, 1000, environments).run()).rejects.toMatchObject({
      message: environments
        ? 'cannot find the host api.example: check the network'
        : 'cannot find the host api.example',
      details: { hint },
    });
  });

  test('with wrong credentials is refused', async () => {
    await expect(connectionTo({ status: 401 }).run()).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('My API refused the credentials'),
    });
  });

  test('has an error without secrets, since it may be stored', async () => {
    const error = new AuthctlError('refused', 'canary is not known', {
      serverWords: 'not canary, not q',
    });
    const { connection, run } = connectionTo(error);
    // A secret this short is only redacted in the server's words, where it was echoed.
    for (const secret of ['canary', 'q']) connection.secrets.add(secret);
    await expect(run()).rejects.toMatchObject({
      code: 'refused',
      message: '*** is not known',
      details: { serverWords: 'not ***, not ***' },
    });
  });

  test('without a connection has the network’s error, with the provider', async () => {
    const lost = new AuthctlError('network', 'no connection', { hint: 'plug it in' });
    await expect(connectionTo(lost).run()).rejects.toMatchObject({
      code: 'network',
      message: 'no connection',
      details: { hint: 'plug it in', provider: 'my-api' },
    });
  });

  test('passes an unexpected error on unchanged', async () => {
    const { connection } = connectionTo({});
    const bug = new TypeError('oops');
    const send: Send = async () => {
      throw bug;
    };
    await expect(exchange({ ...connection, send }, login, reading)).rejects.toBe(bug);
  });
});

describe('a rate limit', () => {
  test.each<[string, Readonly<Record<string, string>>, number, string]>([
    ['seconds', { 'retry-after': '60' }, 60, '2026-01-02T03:05:05.000Z'],
    ['no wait', { 'retry-after': '0' }, 0, '2026-01-02T03:04:05.000Z'],
    [
      'a date by the server’s own clock',
      { 'retry-after': 'Mon, 05 Jan 2015 00:01:30 GMT', date: 'Mon, 05 Jan 2015 00:00:00 GMT' },
      90,
      '2026-01-02T03:05:35.000Z',
    ],
    ['a very long wait', { 'retry-after': '9'.repeat(30) }, 31_536_000, '2027-01-02T03:04:05.000Z'],
  ])('says when to try again: %s', async (_what, headers, seconds, at) => {
    await expect(connectionTo({ status: 429, headers, body: {} }).run()).rejects.toMatchObject({
      code: 'rate_limited',
      details: {
        provider: 'my-api',
        status: 429,
        retryAfter: seconds,
        hint: `try again in ${seconds} s, at ${at}`,
      },
    });
  });

  test.each([{}, { 'retry-after': 'soon' }, { 'retry-after': '-1' }])(
    'says nothing if the server does not: %j',
    async (headers) => {
      const error = await connectionTo({ status: 429, headers })
        .run()
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'rate_limited' });
      expect(error).not.toMatchObject({ details: { retryAfter: expect.anything() } });
    },
  );
});

describe('a timeout', () => {
  const timeout = new AuthctlError('timeout', 'no answer', { hint: 'use --timeout' });

  test.each([1, 5000, 6000])(
    'of %i ms may hide a refusal, and the hint says so',
    async (milliseconds) => {
      await expect(connectionTo(timeout, milliseconds).run()).rejects.toMatchObject({
        code: 'timeout',
        message: 'no answer',
        details: {
          provider: 'my-api',
          hint: 'my-api takes 5 s to refuse wrong credentials: use --timeout 10s or more',
        },
      });
    },
  );

  test('longer than the delay of a refusal has no such hint', async () => {
    await expect(connectionTo(timeout, 6001).run()).rejects.toMatchObject({
      details: { hint: 'use --timeout', provider: 'my-api' },
    });
  });
});
