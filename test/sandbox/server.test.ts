import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Declaration, TokenPlace } from '../../src/declaration/declaration.ts';
import { decodeJwt } from '../../src/declaration/jwt.ts';
import { resolvePointer } from '../../src/declaration/pointer.ts';
import type { Request } from '../../src/http/message.ts';
import { datarhei } from '../../src/providers/datarhei.ts';
import { providers } from '../../src/providers/index.ts';
import { netnut } from '../../src/providers/netnut.ts';
import { pegase3 } from '../../src/providers/pegase3.ts';
import { ropo } from '../../src/providers/ropo.ts';
import { verbit } from '../../src/providers/verbit.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { isVendor, type OperationName, validateResponse } from '../contracts/openapi.ts';
import {
  loginRequest,
  refreshRequest,
  send,
  valueIn,
  verifyRequest,
  withoutDelay,
  world,
} from './exchanges.ts';

/** Milliseconds by which the sandbox's clock is ahead; tests change it. */
let ahead = 0;
let sandbox: Sandbox;

beforeAll(async () => {
  const now = () => Date.now() + ahead;
  sandbox = await startSandbox(providers.map(withoutDelay), { ...world, now });
});
afterAll(() => sandbox.close());

const at = (declaration: Declaration) => `${sandbox.origin}/${declaration.name}`;

/** Sends a request, and checks the answer against the vendor's document. */
async function ask(declaration: Declaration, operation: OperationName, request: Request) {
  const answer = await send(request);
  if (!isVendor(declaration.name)) throw new Error(`${declaration.name} has no document`);
  expect(validateResponse(declaration.name, operation, answer.status, answer.body)).toEqual([]);
  expect(answer.headers.get('content-type')).toBe('application/json');
  return answer;
}

function text(body: unknown, place: TokenPlace | undefined): string {
  const value = valueIn(body, place);
  if (typeof value !== 'string') throw new Error(`no string at ${place}`);
  return value;
}

const logins = providers.flatMap((declaration) =>
  declaration.login.map((_, login) => [declaration.name, login, declaration] as const),
);

describe.each(logins)('%s, login %i', (_name, login, declaration) => {
  const { answer, sandbox: samples } = declaration;

  test('issues a token for the demo credentials', async () => {
    const { status, body, headers } = await ask(
      declaration,
      'login',
      loginRequest(declaration, at(declaration), {}, login),
    );
    expect(status).toBe(samples?.success.status);
    const claims = decodeJwt(text(body, answer.token))?.claims;
    const date = Date.parse(headers.get('date') ?? '') / 1000;
    const lifetime = Number(resolvePointer(claims, '/exp')) - date;
    // The answer may be sent in the second after the token was issued.
    expect([0, 1]).toContain((answer.lifetime?.documented ?? 0) - lifetime);
    expect(Object.keys(claims ?? {})).toEqual(Object.keys(samples?.claims ?? {}));
    expect(JSON.stringify(claims)).not.toMatch(/\{[a-z]/);
  });

  test('issues a different token each time', async () => {
    const tokens = await Promise.all(
      [1, 2, 3].map(async () =>
        text(
          (await send(loginRequest(declaration, at(declaration), {}, login))).body,
          answer.token,
        ),
      ),
    );
    expect(new Set(tokens).size).toBe(3);
  });

  test.each(declaration.login[login]?.fields ?? [])('refuses a wrong %s', async (field) => {
    const wrong = { [field]: 'wrong@example.com' };
    const request = loginRequest(declaration, at(declaration), wrong, login);
    const { status, body } = await ask(declaration, 'login', request);
    expect(status).toBe(samples?.refused.status);
    expect(valueIn(body, answer.token)).toBeUndefined();
  });

  test('refuses a request with an empty header', async () => {
    const request = loginRequest(declaration, at(declaration), {}, login);
    const { status, body } = await ask(declaration, 'login', {
      ...request,
      headers: { ...request.headers, 'X-Empty': '' },
    });
    expect(status).toBe((samples?.malformed ?? samples?.refused)?.status);
    expect(valueIn(body, answer.token)).toBeUndefined();
  });
});

test.each([
  ['a number for a string', ropo, '{"cid":12345,"apicode":"sandbox-apicode"}'],
  ['another name', ropo, '{"cid":"12345","api_code":"sandbox-apicode"}'],
  [
    'an additional field',
    netnut,
    '{"email":"demo@example.com","password":"sandbox-password","x":""}',
  ],
  ['a key outside of the payload', verbit, '{"api_key":"sandbox-api-key"}'],
  ['a user name only', datarhei, '{"username":"demo"}'],
  ['invalid JSON', datarhei, 'demo:sandbox-password'],
])('a body with %s gets no token', async (_what, declaration, body) => {
  const answer = await ask(declaration, 'login', {
    ...loginRequest(declaration, at(declaration)),
    body,
  });
  const { malformed, refused } = declaration.sandbox ?? {};
  expect(answer.status).toBe((malformed ?? refused)?.status);
});

test('verbit returns the tracing id of the request, or a new one', async () => {
  const request = loginRequest(verbit, at(verbit));
  const answer = await ask(verbit, 'login', request);
  expect(text(answer.body, '/tracing_id')).toBe(request.headers['X-Tracing-ID']);
  const { 'X-Tracing-ID': _, ...headers } = request.headers;
  const refusal = await ask(verbit, 'login', { ...request, headers });
  expect(refusal.status).toBe(401);
});

test('pegase3 refuses in the body, with HTTP 200', async () => {
  const { headers, ...request } = loginRequest(pegase3, at(pegase3));
  const refused = await ask(pegase3, 'login', {
    ...request,
    headers: { ...headers, Password: 'x' },
  });
  const malformed = await ask(pegase3, 'login', { ...request, headers: { 'User-Name': 'demo' } });
  expect(
    [refused, malformed].map(({ status, body }) => [status, resolvePointer(body, '/code')]),
  ).toEqual([
    [200, 401],
    [200, 402],
  ]);
});

test('netnut accepts its own tokens in both forms, and no others', async () => {
  const { body } = await send(loginRequest(netnut, at(netnut)));
  const token = text(body, '/token');
  const verify = async (token: string, form?: string) =>
    (await ask(netnut, 'verify', verifyRequest(netnut, at(netnut), token, form))).status;
  expect(await verify(token)).toBe(200);
  expect(await verify(token, '{token}')).toBe(200);
  expect(await verify(`${token}x`)).toBe(400);
  expect(await verify(token, 'Basic {token}')).toBe(400);
  expect((await ask(netnut, 'verify', verifyRequest(netnut, at(netnut)))).status).toBe(400);
});

describe('datarhei', () => {
  const login = async () => {
    const { body } = await send(loginRequest(datarhei, at(datarhei)));
    return { access: text(body, '/access_token'), refresh: text(body, '/refresh_token') };
  };
  const refresh = (token: string) =>
    ask(datarhei, 'refresh', refreshRequest(datarhei, at(datarhei), token));
  const accepts = async (token?: string) => {
    const { body } = await ask(datarhei, 'verify', verifyRequest(datarhei, at(datarhei), token));
    return resolvePointer(body, '/id') !== undefined;
  };

  test('exchanges a refresh token for an access token', async () => {
    const { body, status } = await refresh((await login()).refresh);
    expect(status).toBe(200);
    const token = text(body, '/access_token');
    expect(decodeJwt(token)?.claims).toMatchObject({ usefor: 'access', exi: 600 });
    expect(await accepts(token)).toBe(true);
  });

  test('refreshes with no other token', async () => {
    expect((await refresh((await login()).access)).status).toBe(403);
    expect((await refresh('a.b.c')).status).toBe(403);
  });

  test('shows its id only for an access token', async () => {
    const { access, refresh } = await login();
    expect(await Promise.all([accepts(access), accepts(refresh), accepts()])).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('refuses expired tokens', async () => {
    const tokens = await login();
    try {
      ahead = 601_000;
      expect(await accepts(tokens.access)).toBe(false);
      expect((await refresh(tokens.refresh)).status).toBe(200);
      ahead = 86_401_000;
      expect((await refresh(tokens.refresh)).status).toBe(403);
    } finally {
      ahead = 0;
    }
  });
});

test('a token of one provider is not accepted by another', async () => {
  const { body } = await send(loginRequest(datarhei, at(datarhei)));
  const token = text(body, '/access_token');
  expect((await send(verifyRequest(netnut, at(netnut), token))).status).toBe(400);
});

test.each([
  ['GET', '/', 404],
  ['GET', '/unknown/login', 404],
  ['GET', '/ropo', 404],
  ['POST', '/ropo/token/', 404],
  ['GET', '/ropo/token', 405],
  ['DELETE', '/datarhei/api/login', 405],
])('%s %s is answered %i, as JSON', async (method, path, status) => {
  const response = await fetch(sandbox.origin + path, { method });
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ error: expect.any(String) });
});

test('the answer to a wrong method lists the allowed methods', async () => {
  const response = await fetch(`${sandbox.origin}/ropo/token`, { method: 'PUT' });
  expect(response.headers.get('allow')).toBe('POST');
});

test('a body over 64 KiB is refused', async () => {
  const request = loginRequest(ropo, at(ropo), { apicode: 'x'.repeat(64 * 1024) });
  expect((await send(request)).status).toBe(413);
});

test('the answer says why a sample cannot be rendered', async () => {
  const wrong = {
    ...ropo,
    sandbox: {
      ...ropo.sandbox,
      credentials: { cid: '1', apicode: 'a' },
      success: { status: 200, body: '{nothing}' },
      refused: { status: 400, body: {} },
    },
  };
  const server = await startSandbox([wrong], world);
  try {
    const { status, body } = await send(loginRequest(wrong, `${server.origin}/ropo`));
    expect(status).toBe(500);
    expect(body).toEqual({ error: expect.stringContaining('{nothing}') });
  } finally {
    await server.close();
  }
});

test('a refusal is delayed as long as the vendor would delay it', async () => {
  const slow = { ...datarhei, answer: { ...datarhei.answer, refusalDelay: 1 } };
  const server = await startSandbox([slow], world);
  try {
    const start = performance.now();
    await send(loginRequest(slow, `${server.origin}/datarhei`, { password: 'wrong' }));
    expect(performance.now() - start).toBeGreaterThan(900);
  } finally {
    await server.close();
  }
});

test('closing ends all connections at once, even with a delayed refusal', async () => {
  const slow = { ...datarhei, answer: { ...datarhei.answer, refusalDelay: 600 } };
  const server = await startSandbox([slow], world);
  const idle = connect(Number(new URL(server.origin).port), '127.0.0.1');
  const idleEnded = new Promise((resolve) => idle.once('close', resolve));
  await new Promise((resolve) => idle.once('connect', resolve));
  const pending = send(loginRequest(slow, `${server.origin}/datarhei`, { password: 'wrong' }));
  const failed = expect(pending).rejects.toThrow();
  // After this answer, the server has received the first request.
  await send(loginRequest(slow, `${server.origin}/datarhei`));
  await server.close();
  await failed;
  await idleEnded;
});

test('a port that is in use is an error', async () => {
  const port = Number(new URL(sandbox.origin).port);
  await expect(startSandbox(providers, { ...world, port })).rejects.toMatchObject({
    code: 'usage',
    message: `port ${port} is already in use`,
    details: { hint: 'leave out --port to use a free one' },
  });
});
