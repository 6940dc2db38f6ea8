/** Django REST framework with Simple JWT: a short access token, and a refresh token that a logout ends. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { project } from '../e2e/harness.ts';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';

const name = 'simplejwt';
const password = 'djang0 "Passw0rd" \\ü';
const env = { SIMPLEJWT_USERNAME: 'ada', SIMPLEJWT_PASSWORD: password };
const wrong = { SIMPLEJWT_PASSWORD: 'wr0ng-one' };
const refusal = 'No active account found with the given credentials';

/** A project with two users, one of whom is not active. */
const startProject = (settings: object): Promise<RealServer> =>
  startServer({
    ports: 1,
    ready: '/api/me/',
    // Debian's Python, which is not the first one on every PATH, has Debian's packages.
    command: ([port]) => [
      ...['/usr/bin/python3', join(project, 'test/real/simplejwt-project.py')],
      ...[String(port), password, JSON.stringify(settings)],
    ],
  });

/** Calls the project itself. */
async function call({ url }: RealServer, path: string, body: object) {
  const response = await fetch(`${url}/api/token/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const installed = '/usr/lib/python3/dist-packages/rest_framework_simplejwt';

describeWith(['bash', 'curl', installed], name, () => {
  describe.each([
    { kind: 'a refresh token that stays', settings: {}, rotates: false },
    {
      kind: 'a refresh token that is good once',
      settings: { ROTATE_REFRESH_TOKENS: true, BLACKLIST_AFTER_ROTATION: true },
      rotates: true,
    },
  ])('with $kind', ({ settings, rotates }) => {
    let server: RealServer;
    beforeAll(async () => {
      server = await startProject(settings);
    }, 30_000);
    afterAll(() => server?.end());

    const account = (): Promise<Account> => addProvider(name, { url: server.url, env });
    const me = () => `${server.url}/api/me/`;

    test('a login brings a token that the view takes, by each output for calls', async () => {
      const user = await account();
      const token = await user.output('login');
      for (const how of ['curl', 'header'] as const) {
        expect(JSON.parse(await user.curl(how, me()))).toEqual({ username: 'ada' });
      }
      const headers = { Authorization: 'Bearer no-such-token' };
      expect((await fetch(me(), { headers })).status).toBe(401);
      expect((await user.authctl('verify')).code).toBe(0);
      const { expires_in } = JSON.parse(await user.output('token', ['-o', 'json']));
      expect(expires_in).toBeGreaterThan(290);
      expect(expires_in).toBeLessThanOrEqual(300);
      await expectStored(server, user, token);
    });

    test('a refresh brings a new access token, and a refresh token where the project says so', async () => {
      const user = await account();
      const token = await user.output('login');
      const { refresh_token: first } = user.stored();
      const renewed = await user.output('refresh');
      expect(renewed).not.toBe(token);
      expect(JSON.parse(await user.curl('curl', me()))).toEqual({ username: 'ada' });
      expect(user.stored()['refresh_token'] === first).toBe(!rotates);
      const again = await call(server, 'refresh/', { refresh: first });
      expect(again).toMatchObject(
        rotates ? { status: 401, body: { detail: 'Token is blacklisted' } } : { status: 200 },
      );
      await user.output('refresh');
    });

    test('logout ends the refresh token, and says that the access token lives on', async () => {
      const user = await account();
      const token = await user.output('login');
      const { refresh_token } = user.stored();
      const { code, stderr } = await user.authctl('logout');
      expect([code, stderr]).toEqual([0, expect.stringContaining('ends only the refresh token')]);
      expect(user.home.sessions()).toEqual([]);
      const ended = { status: 401, body: { detail: 'Token is blacklisted' } };
      expect(await call(server, 'refresh/', { refresh: refresh_token })).toMatchObject(ended);
      const left = await user.authctl('verify', ['--token-stdin'], { stdin: token });
      expect(left.code).toBe(0);
    });

    test('a session whose refresh token has ended is refused its renewal, and ends', async () => {
      const user = await account();
      await user.output('login');
      const { refresh_token } = user.stored();
      const { status } = await call(server, 'blacklist/', { refresh: refresh_token });
      expect(status).toBe(200);
      const { code, stderr } = await user.authctl('refresh');
      expect([code, stderr]).toEqual([4, expect.stringContaining('Token is blacklisted')]);
      expect((await user.authctl('logout')).code).toBe(0);
      expect(user.home.sessions()).toEqual([]);
    });

    test('a wrong password, and a user who is unknown or not active, are refused in one way', async () => {
      const user = await account();
      for (const more of [wrong, { SIMPLEJWT_USERNAME: 'eve' }, { SIMPLEJWT_USERNAME: 'left' }]) {
        const { code, stderr } = await user.authctl('login', [], { env: more });
        expect([code, stderr]).toEqual([4, expect.stringContaining(refusal)]);
      }
      expect(user.home.sessions()).toEqual([]);
    });

    test('a project whose users have an email address says that the declaration asks for another name', async () => {
      const user = await addProvider(name, { url: `${server.url}/by-email`, env });
      const { code, stderr } = await user.authctl('login');
      expect(code).toBe(7);
      expect(stderr).toContain('this project asks for an email address in place of a user name');
    });

    test('a token that is none is refused', async () => {
      const user = await account();
      const stdin = 'no-such-token';
      const left = await user.authctl('verify', ['--token-stdin'], { stdin });
      expect([left.code, left.stderr]).toEqual([
        4,
        expect.stringContaining('Token is invalid or expired'),
      ]);
    });

    test('provider test --real goes through all steps, without a secret', async () => {
      const user = await account();
      const good = await trial(user);
      expect(good).toMatchObject({
        code: 0,
        steps: { login: 'ok', verify: 'ok', refresh: 'ok', logout: 'ok' },
      });
      expect(good.text).toContain('the lifetime is 300 s');
      const bad = await trial(user, wrong);
      expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
      const all = good.text + good.fixture + bad.text + bad.fixture;
      for (const secret of [password, JSON.stringify(password), 'wr0ng-one', 'eyJ']) {
        expect(all).not.toContain(secret);
      }
    });
  });
});
