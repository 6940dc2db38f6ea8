/** oidc-provider, by the catalogue's declarations for any server: they know nothing but the token endpoint. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { project } from '../e2e/harness.ts';
import { describeWith } from '../parts.ts';
import { addProvider, expectStored, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';

const noClient = 'client authentication failed (code invalid_client)';
const secret = 's3cret/with+odd:chars%';
const keyPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const [key, other] = [keyPair(), keyPair()].map((each) => ({
  pem: each.export({ type: 'pkcs8', format: 'pem' }).toString(),
  jwk: createPublicKey(each).export({ format: 'jwk' }),
})) as [{ pem: string; jwk: object }, { pem: string; jwk: object }];

/** By the name of the declaration: what a client has, and what is not its own. */
const kinds = [
  {
    name: 'oidc-client',
    env: { OIDC_CLIENT_CLIENT_ID: 'service', OIDC_CLIENT_CLIENT_SECRET: secret },
    scope: { OIDC_CLIENT_SCOPE: 'api:read' },
    wrong: { OIDC_CLIENT_CLIENT_SECRET: 'wr0ng-one' },
    secrets: [secret, encodeURIComponent(secret), 'wr0ng-one'],
  },
  {
    name: 'oidc-private-key',
    env: { OIDC_PRIVATE_KEY_CLIENT_ID: 'signing', OIDC_PRIVATE_KEY_PRIVATE_KEY: key.pem },
    scope: { OIDC_PRIVATE_KEY_SCOPE: 'api:read', OIDC_PRIVATE_KEY_KEY_ID: 'first' },
    wrong: { OIDC_PRIVATE_KEY_PRIVATE_KEY: other.pem },
    secrets: ['eyJ', ...key.pem.split('\n').slice(1, 4)],
  },
];

describeWith(['bash', 'curl', 'node_modules/oidc-provider'], 'oidc-provider', () => {
  let server: RealServer;
  beforeAll(async () => {
    const client = {
      client_id: 'signing',
      scope: 'api:read',
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'RS256',
      jwks: { keys: [{ ...key.jwk, kid: 'first' }] },
    };
    const script = join(project, 'test/real/oidc-server.mjs');
    server = await startServer({
      ports: 1,
      ready: '/.well-known/openid-configuration',
      command: ([port]) => [process.execPath, script, String(port), JSON.stringify([client])],
    });
  });
  afterAll(() => server?.end());

  describe.each(kinds)('$name', ({ name, env, scope, wrong, secrets }) => {
    const account = (more = {}) => addProvider(name, { url: server.url, env: { ...env, ...more } });

    test('a login brings a token of the scope, which another client may ask about', async () => {
      const client = await account(scope);
      const token = await client.output('login');
      const introspected = await fetch(`${server.url}/token/introspection`, {
        method: 'POST',
        headers: { Authorization: `Basic ${btoa('service:s3cret%2Fwith%2Bodd%3Achars%25')}` },
        body: new URLSearchParams({ token }),
      });
      expect(await introspected.json()).toMatchObject({ active: true, scope: 'api:read' });
      expect(await client.output('token', ['-o', 'header'])).toBe(`Authorization: Bearer ${token}`);
      const { expires_in } = JSON.parse(await client.output('token', ['-o', 'json']));
      expect(expires_in).toBeLessThanOrEqual(120);
      await expectStored(server, client, token);
    });

    test('what is not the client’s own is refused in the server’s words', async () => {
      const client = await account();
      const { code, stderr } = await client.authctl('login', [], { env: wrong });
      expect([code, stderr]).toEqual([4, expect.stringContaining(noClient)]);
      expect(client.home.sessions()).toEqual([]);
    });

    test('provider test --real logs in, without a secret', async () => {
      const good = await trial(await account());
      expect(good).toMatchObject({ code: 0, steps: { login: 'ok' } });
      const bad = await trial(await account(), wrong);
      expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
      const all = good.text + good.fixture + bad.text + bad.fixture;
      for (const each of secrets) expect(all).not.toContain(each);
    });
  });
});
