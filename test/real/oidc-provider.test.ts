/** oidc-provider: Basic in form encoding, refresh tokens that rotate, introspection and revocation. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Env, project } from '../e2e/harness.ts';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';

const name = 'oidc-provider';
const service = clientOf('service', 's3cret/with+odd:chars%');
const ada = {
  ...clientOf('cli', 'cli-secret'),
  OIDC_PROVIDER_USERNAME: 'ada',
  OIDC_PROVIDER_PASSWORD: 'correct horse',
};
const wrongSecret = { OIDC_PROVIDER_CLIENT_SECRET: 'wr0ng-one' };
const noClient = 'client authentication failed (code invalid_client)';
const noGrant = 'grant request is invalid (code invalid_grant)';

function clientOf(id: string, secret: string): Env {
  return { OIDC_PROVIDER_CLIENT_ID: id, OIDC_PROVIDER_CLIENT_SECRET: secret };
}

describeWith(['bash', 'curl', 'node_modules/oidc-provider'], name, () => {
  let server: RealServer;
  beforeAll(async () => {
    const script = join(project, 'test/real/oidc-server.mjs');
    server = await startServer({
      ports: 1,
      ready: '/.well-known/openid-configuration',
      command: ([port]) => [process.execPath, script, String(port)],
    });
  });
  afterAll(() => server?.end());

  const account = (env: Env, edit?: (text: string) => string): Promise<Account> =>
    addProvider(name, { url: server.url, env, file: `test/real/declarations/${name}.json`, edit });
  /** What the server says of a token that is given by hand. */
  const verify = async ({ authctl }: Account, token: string) =>
    (await authctl('verify', ['--token-stdin'], { stdin: token })).code;
  /** Offers a refresh token to the server itself. */
  const offer = async (token: string) => {
    const response = await fetch(`${server.url}/token`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa('cli:cli-secret')}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const stored = (user: Account) =>
    user.stored() as { access_token: string; refresh_token: string };

  describe('as a client', () => {
    test('a secret with odd characters gets in, in form encoding', async () => {
      const client = await account(service);
      expect(client.told).toContain(
        'sends the tokens, client_secret to the server that you name to log out',
      );
      const token = await client.output('login');
      expect(await client.authctl('verify')).toMatchObject({
        code: 0,
        stderr: 'authctl: oidc-provider accepts the token\n',
      });
      expect(stored(client).refresh_token).toBeUndefined();
      await expectStored(server, client, token);
    });

    test('without form encoding it would not: the server’s words say so', async () => {
      const client = await account(service, plain);
      const { code, stderr } = await client.authctl('login');
      expect([code, stderr]).toEqual([7, expect.stringContaining('are not properly encoded')]);
    });

    test('an ID with a colon gets in, and is not even sent without form encoding', async () => {
      const colon = clientOf('service:colon', 'plain-secret');
      await (await account(colon)).output('login');
      const { code, stderr } = await (await account(colon, plain)).authctl('login');
      expect([code, stderr]).toEqual([2, expect.stringContaining('client_id')]);
    });

    test('the scope is sent if there is one', async () => {
      const client = await account({ ...service, OIDC_PROVIDER_SCOPE: 'api:read api:write' });
      await client.output('login');
      const introspected = await fetch(`${server.url}/token/introspection`, {
        method: 'POST',
        headers: { Authorization: `Basic ${btoa('service:s3cret%2Fwith%2Bodd%3Achars%25')}` },
        body: new URLSearchParams({ token: stored(client).access_token }),
      });
      expect(await introspected.json()).toMatchObject({ scope: 'api:read api:write' });
    });

    test('a wrong secret is refused in the server’s words', async () => {
      const client = await account(service);
      const { code, stderr } = await client.authctl('login', [], { env: wrongSecret });
      expect([code, stderr]).toEqual([4, expect.stringContaining(noClient)]);
    });

    test('a wrong secret at the check of a token says nothing of the token', async () => {
      const client = await account(service);
      await client.output('login');
      const { code, stderr } = await client.authctl('verify', [], { env: wrongSecret });
      expect([code, stderr]).toEqual([7, expect.stringContaining(noClient)]);
      expect((await client.authctl('verify')).code).toBe(0);
    });

    test('logout revokes the token', async () => {
      const client = await account(service);
      const token = await client.output('login');
      const { code, stderr } = await client.authctl('logout', ['-v']);
      expect([code, [...stderr.matchAll(/POST /g)]]).toEqual([0, [expect.anything()]]);
      expect(await verify(client, token)).toBe(4);
    });
  });

  describe('as a user', () => {
    test('a login brings a token that the server answers to, by each output for calls', async () => {
      const user = await account(ada);
      const token = await user.output('login');
      for (const how of ['curl', 'header'] as const) {
        const answer = await user.curl(how, `${server.url}/me`);
        expect(JSON.parse(answer)).toEqual({ sub: 'ada', email: 'ada@example.com' });
      }
      expect((await user.authctl('verify')).code).toBe(0);
      await expectStored(server, user, token);
    });

    test('a wrong password is refused in the server’s words', async () => {
      const user = await account(ada);
      const wrong = { OIDC_PROVIDER_PASSWORD: 'wr0ng-one' };
      const { code, stderr } = await user.authctl('login', [], { env: wrong });
      expect([code, stderr]).toEqual([4, expect.stringContaining(noGrant)]);
      expect(stderr).not.toContain('wr0ng-one');
    });

    test('a refresh brings a new refresh token, and the old one is dead', async () => {
      const user = await account(ada);
      await user.output('login');
      const before = stored(user);
      const printed = JSON.parse(await user.output('refresh', ['-o', 'json']));
      const after = stored(user);
      expect(printed).toMatchObject({ source: 'refresh', refresh_token: after.refresh_token });
      expect(after.refresh_token).not.toBe(before.refresh_token);
      expect(after.access_token).not.toBe(before.access_token);
      expect((await user.authctl('verify')).code).toBe(0);
      const old = await user.authctl('refresh', ['--refresh-token-stdin'], {
        stdin: before.refresh_token,
      });
      expect([old.code, old.stderr]).toEqual([4, expect.stringContaining(noGrant)]);
      expect(stored(user)).toEqual(after);
    });

    test('a refresh token that the server has revoked is removed, and the next token is by login', async () => {
      const user = await account(ada);
      await user.output('login');
      const { refresh_token } = stored(user);
      // Offered a second time, it counts as stolen: the server ends all that came of the login.
      expect([await offer(refresh_token), await offer(refresh_token)]).toEqual([200, 400]);
      const { code, stderr } = await user.authctl('refresh');
      expect([code, stderr]).toEqual([4, expect.stringContaining(noGrant)]);
      expect(stored(user).refresh_token).toBeUndefined();
      expect((await user.authctl('verify')).code).toBe(4);
      const next = await user.authctl('token', ['-o', 'json', '--min-ttl', '2m']);
      expect(JSON.parse(next.stdout)).toMatchObject({ source: 'login' });
    });

    test('a wrong client secret does not cost the refresh token', async () => {
      const user = await account(ada);
      await user.output('login');
      const before = stored(user);
      for (const [command, ...args] of [
        ['token', '--min-ttl', '2m', '-v'],
        ['token', '--min-ttl', '2m', '-v'],
        ['refresh', '-v'],
      ] as const) {
        const { code, stderr } = await user.authctl(command, args, { env: wrongSecret });
        expect([code, stderr]).toEqual([4, expect.stringContaining(noClient)]);
        expect(stderr).toContain('oidc-provider refused the credentials');
        expect(stderr).not.toContain('logging in');
      }
      expect(stored(user)).toEqual(before);
      // The right one is tried at once, though the refusal is remembered.
      await user.output('refresh');
      expect(stored(user).refresh_token).not.toBe(before.refresh_token);
    });

    test('many processes at once use a refresh token once: a second time would end the session', async () => {
      const user = await account(ada);
      await user.output('login');
      const args = ['-o', 'json', '--min-ttl', '2m', '-q'];
      const printed = await Promise.all(
        Array.from({ length: 6 }, () => user.output('token', args)),
      );
      const all = printed.map((text) => JSON.parse(text));
      expect(all.filter(({ source }) => source === 'login')).toEqual([]);
      expect(all.filter(({ source }) => source === 'refresh').length).toBeGreaterThan(0);
      expect((await user.authctl('verify')).code).toBe(0);
      await user.output('refresh');
    });

    test('logout revokes both tokens', async () => {
      const user = await account(ada);
      const token = await user.output('login');
      const { refresh_token } = stored(user);
      const { code, stderr } = await user.authctl('logout', ['-v']);
      expect([code, [...stderr.matchAll(/answered 200/g)].length]).toEqual([0, 2]);
      expect(user.home.sessions()).toEqual([]);
      expect((await user.authctl('verify')).code).toBe(3);
      expect(await verify(user, token)).toBe(4);
      expect(await offer(refresh_token)).toBe(400);
    });

    test('a logout that the server refuses says that the token lives on', async () => {
      const user = await account(ada);
      const token = await user.output('login');
      const { code, stderr } = await user.authctl('logout', [], { env: wrongSecret });
      expect(code).toBe(7);
      expect(stderr).toContain(
        'removed here; the server still takes the token: oidc-provider refused the logout: ',
      );
      expect(stderr).toContain(noClient);
      expect(user.home.sessions()).toEqual([]);
      expect(await verify(user, token)).toBe(0);
    });

    test('provider test --real goes through all steps, without a secret, and leaves nothing behind', async () => {
      const user = await account(ada);
      const good = await trial(user);
      const steps = { login: 'ok', verify: 'ok', refresh: 'ok', logout: 'ok' };
      expect(good).toMatchObject({ code: 0, steps });
      expect(good.text).toContain('grant_type=password&username=ada&password=***\n');
      expect(good.text).toContain('grant_type=refresh_token&refresh_token=***\n');
      expect(good.text).toContain('the lifetime is 60 s, found at /expires_in');
      const bad = await trial(user, wrongSecret);
      expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
      expect(bad.text).toContain(noClient);
      const all = good.text + good.fixture + bad.text + bad.fixture;
      const words = ['cli-secret', 'correct horse', 'correct+horse', 'wr0ng-one'];
      for (const secret of [...words, btoa('cli:cli-secret'), btoa('cli:wr0ng-one')]) {
        expect(all).not.toContain(secret);
      }
      // A refresh brings an ID token too, which the declaration does not mention.
      for (const token of ['access_token', 'refresh_token', 'id_token']) {
        expect(good.fixture).toContain(`"${token}": "***"`);
      }
      expect(good.fixture).not.toContain('eyJ');
    });
  });
});

/** The declaration with Basic as most servers want it. */
function plain(text: string): string {
  return text.replaceAll(', "encode": "form"', '');
}
