/** FastAPI with the applications of its tutorial: a form that OAuth 2 has given up, answered with a JWT. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { project } from '../e2e/harness.ts';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';

const name = 'fastapi';
const password = 'f4st &=+%23 "ü';
const env = { FASTAPI_USERNAME: 'ada', FASTAPI_PASSWORD: password };
const wrong = { FASTAPI_PASSWORD: 'wr0ng-one' };
const refusal = 'Incorrect username or password';

const installed = [
  '/usr/lib/python3/dist-packages/fastapi',
  '/usr/lib/python3/dist-packages/jwt',
  '/usr/lib/python3/dist-packages/multipart',
  '/usr/lib/python3/dist-packages/uvicorn',
] as const;

describeWith(['bash', 'curl', ...installed], name, () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startServer({
      ports: 1,
      ready: '/users/me/',
      // Debian's Python, which is not the first one on every PATH, has Debian's packages.
      command: ([port]) => [
        ...['/usr/bin/python3', join(project, 'test/real/fastapi-application.py')],
        ...[String(port), password],
      ],
    });
  }, 30_000);
  afterAll(() => server?.end());

  const account = (path = ''): Promise<Account> =>
    addProvider(name, { url: server.url + path, env });
  const me = () => `${server.url}/users/me/`;

  test('a login brings a token that the application takes, by each output for calls', async () => {
    const user = await account();
    const token = await user.output('login');
    for (const how of ['curl', 'header'] as const) {
      expect(JSON.parse(await user.curl(how, me()))).toEqual({ username: 'ada' });
    }
    expect((await fetch(me())).status).toBe(401);
    expect((await user.authctl('verify')).code).toBe(0);
    const { expires_in } = JSON.parse(await user.output('token', ['-o', 'json']));
    expect(expires_in).toBeGreaterThan(1790);
    expect(expires_in).toBeLessThanOrEqual(1801);
    await expectStored(server, user, token);
  });

  test('the scopes arrive, and a client beside them does no harm', async () => {
    const user = await account();
    const token = await user.output('login', ['--scope', 'me items'], {
      FASTAPI_CLIENT_ID: 'cli',
      FASTAPI_CLIENT_SECRET: 'cl1-secret',
    });
    const [, claims = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      scopes: ['me', 'items'],
    });
  });

  test.each([
    { which: 'with JWTs', path: '' },
    { which: 'without', path: '/simple' },
  ])('a wrong password is refused by the application $which', async ({ path }) => {
    const user = await account(path);
    await user.output('login');
    expect((await user.authctl('verify')).code).toBe(0);
    expect((await user.authctl('logout')).code).toBe(0);
    for (const more of [wrong, { FASTAPI_USERNAME: 'nobody' }]) {
      const { code, stderr } = await user.authctl('login', [], { env: more });
      expect([code, stderr]).toEqual([4, expect.stringContaining(refusal)]);
    }
    expect(user.home.sessions()).toEqual([]);
  });

  test('a user who is not active logs in, and only then is refused', async () => {
    const user = await account();
    const left = { FASTAPI_USERNAME: 'left' };
    await user.output('login', [], left);
    const { code, stderr } = await user.authctl('verify', [], { env: left });
    expect([code, stderr]).toEqual([4, expect.stringContaining('Inactive user')]);
  });

  test('a token that is none is refused', async () => {
    const user = await account();
    const stdin = 'no-such-token';
    const left = await user.authctl('verify', ['--token-stdin'], { stdin });
    expect([left.code, left.stderr]).toEqual([
      4,
      expect.stringContaining('Could not validate credentials'),
    ]);
  });

  test('provider test --real goes through all steps, without a secret', async () => {
    const user = await account();
    const good = await trial(user);
    expect(good).toMatchObject({ code: 0, steps: { login: 'ok', verify: 'ok' } });
    const bad = await trial(user, wrong);
    expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
    const form = new URLSearchParams({ password }).toString().slice('password='.length);
    const all = good.text + good.fixture + bad.text + bad.fixture;
    for (const secret of [password, form, 'wr0ng-one', 'eyJ']) expect(all).not.toContain(secret);
  });
});
