/** oidc-provider, for clients that sign: a JWT in place of a secret, made anew for every request. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { authctl, type Env, project } from '../e2e/harness.ts';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';

const noClient = 'client authentication failed (code invalid_client)';
const secret = 'a client secret of 32 bytes, or more';

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const ed = () => generateKeyPairSync('ed25519').privateKey;

/** A key, and another that the server does not know, by algorithm. */
const keys = {
  RS256: [rsa(), rsa()],
  PS256: [rsa(), rsa()],
  ES256: [ec(), ec()],
  EdDSA: [ed(), ed()],
} as const;
type Algorithm = keyof typeof keys;
const algorithms = Object.keys(keys) as Algorithm[];

const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const jwk = (key: KeyObject) => JSON.stringify(key.export({ format: 'jwk' }));

describeWith(['bash', 'curl', 'node_modules/oidc-provider'], 'oidc-provider', () => {
  let server: RealServer;
  beforeAll(async () => {
    const clients = [
      ...algorithms.map((alg) => ({
        client_id: `client-${alg}`,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: alg,
        jwks: { keys: [createPublicKey(keys[alg][0]).export({ format: 'jwk' })] },
      })),
      {
        client_id: 'client-HS256',
        client_secret: secret,
        token_endpoint_auth_method: 'client_secret_jwt',
        token_endpoint_auth_signing_alg: 'HS256',
      },
    ];
    const script = join(project, 'test/real/oidc-server.mjs');
    server = await startServer({
      ports: 1,
      ready: '/.well-known/openid-configuration',
      command: ([port]) => [process.execPath, script, String(port), JSON.stringify(clients)],
    });
  });
  afterAll(() => server?.end());

  /** What every client can do. */
  const expectSession = async (client: Account) => {
    const token = await client.output('login');
    expect(await client.output('token', ['-o', 'header'])).toBe(`Authorization: Bearer ${token}`);
    await expectStored(server, client, token);
    expect((await client.authctl('verify')).code).toBe(0);
    expect((await client.authctl('logout')).code).toBe(0);
    expect(client.home.sessions()).toEqual([]);
    const { code } = await client.authctl('verify', ['--token-stdin'], { stdin: token });
    expect(code).toBe(4);
  };

  describe('with a private key', () => {
    const name = 'oidc-private-key';
    const account = (alg: Algorithm, env: Env = {}, edit = (text: string) => text) =>
      addProvider(name, {
        url: server.url,
        env: {
          OIDC_PRIVATE_KEY_CLIENT_ID: `client-${alg}`,
          OIDC_PRIVATE_KEY_PRIVATE_KEY: pem(keys[alg][0]),
          ...env,
        },
        file: `test/real/declarations/${name}.yaml`,
        edit: (text) => edit(text.replace('alg: ES256', `alg: ${alg}`)),
      });
    const asJwk = (text: string) => text.replace('as: pem', 'as: jwk');

    test.each(algorithms)(
      '%s: login, check and logout, each by an assertion of its own',
      async (alg) => {
        await expectSession(await account(alg));
      },
    );

    test.each(algorithms)('%s: the key may be a JWK', async (alg) => {
      const env = { OIDC_PRIVATE_KEY_PRIVATE_KEY: jwk(keys[alg][0]) };
      await (await account(alg, env, asJwk)).output('login');
    });

    test.each(['RS256', 'EdDSA'] as const)('%s: the key may be in a file', async (alg) => {
      const client = await account(alg, { OIDC_PRIVATE_KEY_PRIVATE_KEY: undefined });
      const file = client.home.write('key.pem', pem(keys[alg][0]));
      await client.output('login', ['--private-key-file', file]);
    });

    test('the key may be what a command in the config prints', async () => {
      const client = await account('ES256', { OIDC_PRIVATE_KEY_PRIVATE_KEY: undefined });
      const { home } = client;
      const file = home.write('key.pem', pem(keys.ES256[0]));
      const set = ['config', 'set', `${name}.private_key`, '--command', '--', 'cat', file];
      expect(await authctl(set, { home })).toMatchObject({ code: 0 });
      await client.output('login');
      expect((await client.authctl('logout')).code).toBe(0);
    });

    test.each(algorithms)('%s: another key is refused in the server’s words', async (alg) => {
      const client = await account(alg);
      await client.output('login');
      const env = { OIDC_PRIVATE_KEY_PRIVATE_KEY: pem(keys[alg][1]) };
      const { code, stderr } = await client.authctl('login', [], { env });
      expect([code, stderr]).toEqual([4, expect.stringContaining(noClient)]);
      const check = await client.authctl('verify', [], { env });
      expect([check.code, check.stderr]).toEqual([7, expect.stringContaining(noClient)]);
    });

    test('the scope is sent if there is one, and no key is sent', async () => {
      const client = await account('ES256', { OIDC_PRIVATE_KEY_SCOPE: 'api:read' });
      const { code, text, fixture } = await trial(client);
      expect(code).toBe(0);
      expect(text).toContain('scope=api%3Aread&');
      expect(text + fixture).not.toContain('eyJ');
    });

    test('an assertion is used once: the server refuses a jti that it has seen', async () => {
      const client = await account('ES256', {}, (text) => text.replace('"{uuid}"', 'the-same'));
      await client.output('login');
      const { code, stderr } = await client.authctl('login');
      expect([code, stderr]).toEqual([4, expect.stringContaining(noClient)]);
    });

    test('an assertion for another server is refused', async () => {
      const client = await account('ES256', {}, (text) =>
        text.replace('"{base_url}"', 'https://other.example.com'),
      );
      expect((await client.authctl('login')).code).toBe(4);
    });

    test('a key is no argument: a command line can be seen', async () => {
      const client = await account('ES256', { OIDC_PRIVATE_KEY_PRIVATE_KEY: undefined });
      const { code } = await client.authctl('login', ['--private-key', pem(keys.ES256[0])]);
      expect(code).toBe(2);
      const stdin = pem(keys.ES256[0]);
      expect((await client.authctl('login', ['--private-key-stdin'], { stdin })).code).toBe(0);
    });

    test('a key of the wrong kind is not used, and the message says what is needed', async () => {
      const client = await account('ES256');
      const env = { OIDC_PRIVATE_KEY_PRIVATE_KEY: pem(keys.RS256[0]) };
      const { code, stderr } = await client.authctl('login', [], { env });
      expect([code, stderr]).toEqual([2, expect.stringContaining('ES256 needs an EC key')]);
    });

    test('provider test --real goes through all steps, without a secret', async () => {
      const client = await account('RS256');
      const good = await trial(client);
      expect(good).toMatchObject({ code: 0, steps: { login: 'ok', verify: 'ok', logout: 'ok' } });
      const bad = await trial(client, { OIDC_PRIVATE_KEY_PRIVATE_KEY: pem(keys.RS256[1]) });
      expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
      const all = good.text + good.fixture + bad.text + bad.fixture;
      for (const part of ['eyJ', ...pem(keys.RS256[0]).split('\n').slice(1, 4)]) {
        expect(all).not.toContain(part);
      }
    });
  });

  describe('with a secret that signs', () => {
    const name = 'oidc-client-secret';
    const account = (env: Env = {}) =>
      addProvider(name, {
        url: server.url,
        env: {
          OIDC_CLIENT_SECRET_CLIENT_ID: 'client-HS256',
          OIDC_CLIENT_SECRET_CLIENT_SECRET: secret,
          ...env,
        },
        file: `test/real/declarations/${name}.yaml`,
      });

    test('login, check and logout, each by an assertion of its own', async () => {
      await expectSession(await account());
    });

    test('another secret is refused in the server’s words', async () => {
      const client = await account({ OIDC_CLIENT_SECRET_CLIENT_SECRET: 'another secret' });
      const { code, stderr } = await client.authctl('login');
      expect([code, stderr]).toEqual([4, expect.stringContaining(noClient)]);
    });

    test('provider test --real goes through all steps, without a secret', async () => {
      const { code, steps, text, fixture } = await trial(await account());
      expect({ code, steps }).toEqual({
        code: 0,
        steps: { login: 'ok', verify: 'ok', logout: 'ok' },
      });
      for (const part of ['eyJ', secret]) expect(text + fixture).not.toContain(part);
    });
  });
});
