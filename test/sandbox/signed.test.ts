/** The sandbox checks JWTs that clients sign: assertions, and tokens. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Declaration } from '../../src/declaration/declaration.ts';
import type { JwtTemplate } from '../../src/declaration/sign.ts';
import { requestValues } from '../../src/declaration/values.ts';
import { samplesOf } from '../../src/sandbox/samples.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { exchange, inCorpus, world } from './exchanges.ts';

const signed = inCorpus('signed');
const minted = inCorpus('minted');

/** A declaration with another JWT. */
function withJwt(declaration: Declaration, name: string, change: Partial<JwtTemplate>) {
  const { derive = {} } = declaration;
  const each = derive[name];
  if (!each || !('jwt' in each)) throw new Error(`there is no JWT ${name}`);
  return { ...declaration, derive: { ...derive, [name]: { jwt: { ...each.jwt, ...change } } } };
}

/** A token that a client signs. @param at milliseconds since the epoch */
function signedAt(at: number): string {
  const values = new Map(Object.entries(samplesOf(minted).credentials));
  const given = { values, uuid: world.uuid, now: at, baseUrl: 'http://any.example' };
  return requestValues(minted, given)('pass') ?? '';
}

const forms = (
  [
    ['RS256', 'pem'],
    ['RS256', 'jwk'],
    ['PS256', 'pem'],
    ['PS256', 'jwk'],
    ['ES256', 'pem'],
    ['ES256', 'jwk'],
    ['EdDSA', 'pem'],
    ['EdDSA', 'jwk'],
    ['HS256', 'text'],
    ['HS256', 'hex'],
    ['HS256', 'base64'],
    ['HS256', 'jwk'],
  ] as const
).map(([alg, as]) => ({
  ...{ alg, as },
  declaration: {
    ...withJwt(signed, 'assertion', { alg, as }),
    name: `${alg}-${as}`.toLowerCase(),
  },
}));

let now = Date.UTC(2026, 0, 2, 3, 4, 5);
let sandbox: Sandbox;
beforeAll(async () => {
  const all = [signed, minted, ...forms.map(({ declaration }) => declaration)];
  sandbox = await startSandbox(all, { ...world, now: () => now });
});
afterAll(() => sandbox.close());

type Values = Readonly<Record<string, string | undefined>>;

const logIn = (declaration: Declaration, over: Values = {}, at = now) =>
  exchange(declaration, sandbox.origin, declaration.login[0]?.request, { over, now: at });

const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  format: 'pem',
  type: 'pkcs8',
});

describe.each(forms)('$alg with a key as $as', ({ declaration }) => {
  test('is taken, each time anew', async () => {
    expect((await logIn(declaration)).status).toBe(200);
    expect((await logIn(declaration)).status).toBe(200);
    expect((await logIn(declaration, { client_id: 'other' })).status).toBe(401);
  });

  test('has one demo key in this process', () => {
    expect(samplesOf(declaration).credentials).toEqual(samplesOf(declaration).credentials);
  });
});

describe('an assertion', () => {
  test.each<[string, Values, number]>([
    ['as it is declared', {}, 200],
    ['without an optional claim', { account: undefined }, 200],
    ['with another value of it', { account: '2' }, 401],
    ['of another client', { client_id: 'other' }, 401],
    ['of another key', { private_key: String(otherKey) }, 401],
  ])('%s', async (_, over, status) => {
    expect((await logIn(signed, over)).status).toBe(status);
  });

  test.each<[string, number, number]>([
    ['of a moment ago', -5, 200],
    ['of a clock that is a little ahead', 30, 200],
    ['that has expired', -301, 401],
    ['of the future', 120, 401],
  ])('%s', async (_, seconds, status) => {
    expect((await logIn(signed, {}, now + seconds * 1000)).status).toBe(status);
  });

  test.each<[string, Partial<JwtTemplate>]>([
    ['another life', { lives: 600 }],
    ['another header', { header: { kid: '{client_id}', x: 1 } }],
    [
      'a claim more',
      {
        claims: {
          iss: '{client_id}',
          sub: '{client_id}',
          aud: 'x',
          jti: '{uuid}',
          account: '{account|number}',
          scopes: ['read', 'write'],
          more: 1,
        },
      },
    ],
    [
      'another type',
      {
        claims: {
          iss: '{client_id}',
          sub: '{client_id}',
          aud: 'x/token',
          jti: '{uuid}',
          account: '{account}',
          scopes: ['read', 'write'],
        },
      },
    ],
    [
      'another audience',
      {
        claims: {
          iss: '{client_id}',
          sub: '{client_id}',
          aud: 'x',
          jti: '{uuid}',
          account: '{account|number}',
          scopes: ['read', 'write'],
        },
      },
    ],
    [
      'a jti of another request',
      {
        claims: {
          iss: '{client_id}',
          sub: '{client_id}',
          aud: 'x/token',
          jti: world.uuid(),
          account: '{account|number}',
          scopes: ['read', 'write'],
        },
      },
    ],
    ['another algorithm', { alg: 'RS256' }],
  ])('with %s is refused', async (_, change) => {
    expect((await logIn(withJwt(signed, 'assertion', change))).status).toBe(401);
  });

  test('with any audience of the right form is taken', async () => {
    const claims = { iss: '{client_id}', sub: '{client_id}', aud: 'https://x.example/token' };
    const rest = { jti: '{uuid}', account: '{account|number}', scopes: ['read', 'write'] };
    const change = { claims: { ...claims, ...rest } };
    expect((await logIn(withJwt(signed, 'assertion', change))).status).toBe(200);
  });

  test('goes with a refresh, which has its own places and ends the earlier token', async () => {
    const { body } = await logIn(signed);
    const refresh = (over: Values) =>
      exchange(signed, sandbox.origin, signed.refresh?.request, { over });
    const verify = async (token: string) => {
      const how = { over: { token }, use: true };
      return (await exchange(signed, sandbox.origin, signed.verify?.request, how)).status;
    };
    const given = { refresh_token: body.refresh_token };
    const send = (over: Values) =>
      exchange(signed, sandbox.origin, signed.refresh?.request, { over, now });
    expect((await refresh(given)).status).toBe(401);
    expect((await send({ ...given, private_key: String(otherKey) })).status).toBe(401);
    const renewed = await send(given);
    expect(renewed.body).toEqual({
      renewed: { token: expect.any(String), refresh: expect.any(String) },
    });
    expect(await verify(body.access_token)).toBe(401);
    expect(await verify(renewed.body.renewed.token)).toBe(200);
  });
});

describe('a token that the client signs', () => {
  const about = async (what: 'verify' | 'logout', over: Values = {}, at = now) => {
    const request = [minted[what]?.request].flat()[0];
    // The token is what the derivation gives.
    const use = { ...minted.use, value: 'Bearer {pass}' };
    const how = { over, use: true, now: at };
    return (await exchange({ ...minted, use }, sandbox.origin, request, how)).status;
  };

  test('is taken until it expires', async () => {
    expect(await about('verify')).toBe(200);
    expect(await about('verify', {}, now - 599_000)).toBe(200);
    expect(await about('verify', {}, now - 601_000)).toBe(401);
  });

  test('with another name or another key is refused', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const other = JSON.stringify(privateKey.export({ format: 'jwk' }));
    expect(await about('verify', { key_id: 'other' })).toBe(401);
    expect(await about('verify', { private_key: other })).toBe(401);
    expect(await about('logout', { private_key: other })).toBe(401);
  });

  test('is refused once it has been ended, and others are not', async () => {
    const request = minted.verify?.request;
    const bearer = async (token: string) => {
      const how = { over: { token }, use: true };
      return (await exchange(minted, sandbox.origin, request, how)).status;
    };
    const [one, two] = [signedAt(now), signedAt(now - 1000)];
    expect([await bearer(one), await bearer(two)]).toEqual([200, 200]);
    const ending = { over: { token: one }, use: true };
    const logout = [minted.logout?.request].flat()[0];
    expect((await exchange(minted, sandbox.origin, logout, ending)).status).toBe(204);
    expect([await bearer(one), await bearer(two)]).toEqual([401, 200]);
    expect(await bearer(`${two}x`)).toBe(401);
    now += 601_000;
    expect(await bearer(two)).toBe(401);
  });

  test('has no request for a login', async () => {
    const { status } = await fetch(`${sandbox.origin}/minted/login`, { method: 'POST' });
    expect(status).toBe(404);
  });
});
