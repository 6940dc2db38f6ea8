/** Node-RED with its adminAuth: a password grant, a revocation, and a lock that refuses the right password too. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Env } from '../e2e/harness.ts';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { packaged, type RealServer, startServer } from './server.ts';

const name = 'node-red';
const password = 'n0de &=+%23 "ü';
const wrong = { NODE_RED_PASSWORD: 'wr0ng-one' };
const refusal = 'Invalid resource owner credentials (code invalid_grant)';

/** The settings: the editor and its API, for these users and nobody else. */
const settings = (port: number | undefined) => `
const { hashSync } = require(${JSON.stringify(packaged('bcryptjs'))});
const password = hashSync(${JSON.stringify(password)}, 4);
module.exports = {
  uiHost: '127.0.0.1',
  uiPort: ${port},
  adminAuth: {
    type: 'credentials',
    sessionExpiryTime: 600,
    users: [
      { username: 'ada', password, permissions: '*' },
      { username: 'bob', password, permissions: 'read' },
      { username: 'carl', password, permissions: '*' },
    ],
  },
  telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: 'warn' } },
};
`;

describeWith(['bash', 'curl', 'test/real/servers/node_modules/node-red'], name, () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startServer({
      ports: 1,
      ready: '/auth/login',
      command: ([port], directory) => {
        writeFileSync(join(directory, 'settings.js'), settings(port));
        return [process.execPath, packaged('node-red/red.js'), '--userDir', directory];
      },
    });
  }, 30_000);
  afterAll(() => server?.end());

  const account = (username = 'ada', more: Env = {}): Promise<Account> =>
    addProvider(name, {
      url: server.url,
      env: { NODE_RED_USERNAME: username, NODE_RED_PASSWORD: password, ...more },
    });
  /** What Node-RED answers to a call with a token. */
  const ask = async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(`${server.url}/flows`, { headers });
    await response.arrayBuffer();
    return response.status;
  };

  test('a login brings a token that reads the flows, by each output for calls', async () => {
    const admin = await account();
    const token = await admin.output('login');
    for (const how of ['curl', 'header'] as const) {
      expect(JSON.parse(await admin.curl(how, `${server.url}/flows`))).toBeInstanceOf(Array);
    }
    expect(await ask('no-such-token')).toBe(401);
    expect(await admin.authctl('verify')).toMatchObject({
      code: 0,
      stderr: 'authctl: Node-RED accepts the token, as "Authorization: Bearer <token>"\n',
    });
    const { expires_in } = JSON.parse(await admin.output('token', ['-o', 'json']));
    expect(expires_in).toBeGreaterThan(590);
    expect(expires_in).toBeLessThanOrEqual(600);
    await expectStored(server, admin, token);
  });

  test('a user who may read logs in with that scope, and not with the default one', async () => {
    const reader = await account('bob', { NODE_RED_SCOPE: 'read' });
    const all = await reader.authctl('login', ['--scope', '*']);
    expect([all.code, all.stderr]).toEqual([4, expect.stringContaining(refusal)]);
    const token = await reader.output('login');
    expect(await ask(token)).toBe(200);
    const put = ['--request', 'PUT', '--output', '/dev/null', '--write-out', '%{http_code}'];
    expect(await reader.curl('curl', ...put, `${server.url}/flow/any`)).toBe('401');
    expect((await reader.authctl('verify')).code).toBe(0);
  });

  test('logout ends the token at the server, and no other', async () => {
    const [admin, other] = await Promise.all([account(), account()]);
    const [token, kept] = await Promise.all([admin.output('login'), other.output('login')]);
    expect((await admin.authctl('logout')).code).toBe(0);
    expect([await ask(token), await ask(kept)]).toEqual([401, 200]);
    expect(admin.home.sessions()).toEqual([]);
    const left = await admin.authctl('verify', ['--token-stdin'], { stdin: token });
    expect([left.code, left.stderr]).toEqual([4, expect.stringContaining('refused the token')]);
  });

  test('a token that was revoked before is one that has ended', async () => {
    const admin = await account();
    const token = await admin.output('login');
    const body = new URLSearchParams({ token });
    const headers = { Authorization: `Bearer ${token}` };
    const { status } = await fetch(`${server.url}/auth/revoke`, { method: 'POST', headers, body });
    expect(status).toBe(200);
    expect((await admin.authctl('verify')).code).toBe(4);
    expect((await admin.authctl('logout')).code).toBe(0);
  });

  test('a wrong password and an unknown user are refused in Node-RED’s words', async () => {
    const [admin, nobody] = await Promise.all([account(), account('nobody')]);
    for (const { code, stderr } of [
      await admin.authctl('login', [], { env: wrong }),
      await nobody.authctl('login'),
    ]) {
      expect([code, stderr]).toEqual([4, expect.stringContaining(refusal)]);
    }
    expect(admin.home.sessions()).toEqual([]);
    await admin.output('login');
  });

  test('a user who is locked is not refused: that says nothing of the password', async () => {
    const user = await account('carl');
    for (let count = 0; count < 5; count++) {
      expect((await user.authctl('login', [], { env: wrong })).code).toBe(4);
    }
    const { code, stderr } = await user.authctl('login');
    expect([code, stderr]).toEqual([6, expect.stringContaining('Wait 10 minutes and try again')]);
    expect(stderr).not.toContain('refused');
  });

  test('provider test --real goes through all steps, without a secret', async () => {
    const admin = await account();
    const good = await trial(admin);
    expect(good).toMatchObject({ code: 0, steps: { login: 'ok', verify: 'ok', logout: 'ok' } });
    expect(good.text).toContain('the lifetime is 600 s, found at /expires_in');
    const bad = await trial(admin, wrong);
    expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
    const form = new URLSearchParams({ password }).toString().slice('password='.length);
    const all = good.text + good.fixture + bad.text + bad.fixture;
    for (const secret of [password, form, 'wr0ng-one']) expect(all).not.toContain(secret);
    expect(good.fixture).toContain('"access_token": "***"');
  });
});
