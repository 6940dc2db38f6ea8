/** Verdaccio: npm's login, which is a PUT with Basic; tokens that never end, or JWTs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { packaged, type RealServer, startServer } from './server.ts';

const name = 'verdaccio';
const password = 'verd "Passw0rd" \\ü';
const env = { VERDACCIO_USERNAME: 'ada', VERDACCIO_PASSWORD: password };
const wrong = { VERDACCIO_PASSWORD: 'wr0ng-one' };

/** The settings: no other registry is asked, and each package is for users alone. */
const settings = (security: string) => `storage: ./storage
auth: { htpasswd: { file: ./htpasswd, algorithm: bcrypt, rounds: 4, max_users: 1 } }
security: { api: ${security} }
uplinks: {}
packages: { '**': { access: $authenticated, publish: $authenticated } }
log: { type: stdout, format: json, level: error }
`;

/** A registry with one user, who is the only one that can be. */
async function startVerdaccio(security: string): Promise<RealServer> {
  const server = await startServer({
    ports: 1,
    ready: '/-/ping',
    command: ([port], directory) => {
      writeFileSync(join(directory, 'config.yaml'), settings(security));
      return [
        ...[process.execPath, packaged('verdaccio/bin/verdaccio')],
        ...['--config', join(directory, 'config.yaml'), '--listen', `http://127.0.0.1:${port}`],
      ];
    },
  });
  const { status } = await fetch(`${server.url}/-/user/org.couchdb.user:ada`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'ada', password }),
  });
  expect(status).toBe(201);
  return server;
}

describeWith(['bash', 'curl', 'test/real/servers/node_modules/verdaccio'], name, () => {
  describe.each([
    { kind: 'JWTs', security: '{ jwt: { sign: { expiresIn: 10m } } }', jwt: true },
    { kind: 'tokens of the older kind', security: '{ legacy: true }', jwt: false },
  ])('with $kind', ({ security, jwt }) => {
    let server: RealServer;
    beforeAll(async () => {
      server = await startVerdaccio(security);
    }, 30_000);
    afterAll(() => server?.end());

    const account = (): Promise<Account> => addProvider(name, { url: server.url, env });
    const packument = () => `${server.url}/no-such-package`;

    test('a login brings a token that reads a package, by each output for calls', async () => {
      const user = await account();
      const token = await user.output('login');
      expect(/^eyJ/.test(token)).toBe(jwt);
      for (const how of ['curl', 'header'] as const) {
        // Who may not read would not even hear that there is no such package.
        expect(await user.curl(how, packument())).toContain('no such package available');
      }
      expect((await fetch(packument())).status).toBe(401);
      expect(await user.authctl('verify')).toMatchObject({
        code: 0,
        stderr: 'authctl: Verdaccio accepts the token, as "Authorization: Bearer <token>"\n',
      });
      const { expires_in } = JSON.parse(await user.output('token', ['-o', 'json']));
      if (jwt) expect(expires_in).toBeLessThanOrEqual(600);
      else expect(expires_in).toBeGreaterThan(365 * 86_400);
      await expectStored(server, user, token);
    });

    test('a token that is none is refused, though the answer is a 200', async () => {
      const user = await account();
      const left = await user.authctl('verify', ['--token-stdin'], { stdin: 'no-such-token' });
      expect([left.code, left.stderr]).toEqual([4, expect.stringContaining('refused the token')]);
    });

    test('a wrong password is refused in Verdaccio’s words', async () => {
      const user = await account();
      const { code, stderr } = await user.authctl('login', [], { env: wrong });
      expect([code, stderr]).toEqual([4, expect.stringContaining('unauthorized access')]);
      expect(user.home.sessions()).toEqual([]);
    });

    test('an unknown user cannot be registered where the registry is full', async () => {
      const user = await account();
      const { code, stderr } = await user.authctl('login', [], {
        env: { VERDACCIO_USERNAME: 'eve' },
      });
      expect([code, stderr]).toEqual([4, expect.stringContaining('maximum amount of users')]);
    });

    test('logout removes the token here, and says that the registry still takes it', async () => {
      const user = await account();
      const token = await user.output('login');
      const { code, stderr } = await user.authctl('logout');
      expect([code, stderr]).toEqual([0, expect.stringContaining('Verdaccio ends nothing')]);
      expect(stderr.includes('does not expire')).toBe(!jwt);
      expect(user.home.sessions()).toEqual([]);
      const left = await user.authctl('verify', ['--token-stdin'], { stdin: token });
      expect(left.code).toBe(0);
    });

    test('provider test --real goes through all steps, without a secret', async () => {
      const user = await account();
      const good = await trial(user);
      expect(good).toMatchObject({ code: 0, steps: { login: 'ok', verify: 'ok', logout: 'ok' } });
      const bad = await trial(user, wrong);
      expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
      const basic = Buffer.from(`ada:${password}`).toString('base64');
      const all = good.text + good.fixture + bad.text + bad.fixture;
      for (const secret of [password, JSON.stringify(password), basic, 'wr0ng-one', 'eyJ']) {
        expect(all).not.toContain(secret);
      }
    });
  });
});
