/** Deluge, by its web interface: every answer is a 200, and each use moves the end of the cookie. */
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';

const name = 'deluge';
const password = 'd3luge "Passw0rd" \\ü';
const env = { DELUGE_PASSWORD: password };
const wrong = { DELUGE_PASSWORD: 'wr0ng-one' };

/** The settings, which are two JSON documents: the version, and then the values. */
function settings(): string {
  const salt = randomBytes(20).toString('hex');
  const hash = createHash('sha1').update(salt).update(password).digest('hex');
  const values = { pwd_salt: salt, pwd_sha1: hash, first_login: false, session_timeout: 900 };
  return JSON.stringify({ file: 2, format: 1 }) + JSON.stringify(values);
}

describeWith(['bash', 'curl', 'deluge-web'], name, () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startServer({
      ports: 1,
      ready: '/',
      command: ([port], directory) => {
        writeFileSync(join(directory, 'web.conf'), settings());
        const where = ['--interface', '127.0.0.1', '--port', String(port)];
        return ['deluge-web', '--do-not-daemonize', '--config', directory, ...where];
      },
    });
  }, 30_000);
  afterAll(() => server?.end());

  const account = (): Promise<Account> => addProvider(name, { url: server.url, env });
  const question = JSON.stringify({ method: 'web.get_config', params: [], id: 7 });
  const rpc = () => `${server.url}/json`;
  /** What Deluge answers to a session's cookie. */
  const ask = async (cookie: string, method = 'web.get_config') => {
    const response = await fetch(rpc(), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: `_session_id=${cookie}` },
      body: JSON.stringify({ method, params: [], id: 7 }),
    });
    return response.json();
  };
  const unknown = { error: { message: 'Not authenticated', code: 1 } };
  const left = async ({ output }: Account) =>
    JSON.parse(await output('token', ['-o', 'json'])).expires_in;

  test('a login brings a cookie that reads the settings, by each output for calls', async () => {
    const user = await account();
    const cookie = await user.output('login');
    for (const how of ['curl', 'header'] as const) {
      const json = ['--header', 'Content-Type: application/json', '--data', question];
      const answer = await user.curl(how, ...json, rpc());
      expect(JSON.parse(answer)).toMatchObject({ result: { session_timeout: 900 } });
    }
    expect(await ask('no-such-session')).toMatchObject(unknown);
    expect(await user.authctl('verify')).toMatchObject({
      code: 0,
      stderr: 'authctl: Deluge accepts the token\n',
    });
    expect(await left(user)).toBeGreaterThan(890);
    expect(await left(user)).toBeLessThanOrEqual(900);
    await expectStored(server, user, cookie);
  });

  test('a refresh moves the end of the cookie, without the password', async () => {
    const user = await account();
    const cookie = await user.output('login');
    await sleep(2100);
    const before = await left(user);
    expect(await user.output('refresh', [], { DELUGE_PASSWORD: undefined })).toBe(cookie);
    expect(await left(user)).toBeGreaterThan(before);
  });

  test('logout ends the session at the server, and no other', async () => {
    const [user, other] = await Promise.all([account(), account()]);
    const [cookie, kept] = [await user.output('login'), await other.output('login')];
    expect((await user.authctl('logout')).code).toBe(0);
    expect(user.home.sessions()).toEqual([]);
    expect(await ask(cookie)).toMatchObject(unknown);
    expect(await ask(kept)).toMatchObject({ error: null });
    const ended = await user.authctl('verify', ['--token-stdin'], { stdin: cookie });
    expect([ended.code, ended.stderr]).toEqual([4, expect.stringContaining('refused the token')]);
  });

  test('a session that has ended before is one that has ended, and is not renewed', async () => {
    const user = await account();
    const cookie = await user.output('login');
    expect(await ask(cookie, 'auth.delete_session')).toMatchObject({ result: true });
    expect((await user.authctl('verify')).code).toBe(4);
    expect((await user.authctl('refresh')).code).toBe(4);
    expect((await user.authctl('logout')).code).toBe(0);
  });

  test('a wrong password is refused, though the answer is a 200', async () => {
    const user = await account();
    const { code, stderr } = await user.authctl('login', [], { env: wrong });
    expect([code, stderr]).toEqual([4, expect.stringContaining('Deluge refused the credentials')]);
    expect(user.home.sessions()).toEqual([]);
  });

  test('provider test --real goes through all steps, without a secret', async () => {
    const user = await account();
    const good = await trial(user);
    const steps = { login: 'ok', verify: 'ok', refresh: 'ok', logout: 'ok' };
    expect(good).toMatchObject({ code: 0, steps });
    const bad = await trial(user, wrong);
    expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
    const all = good.text + good.fixture + bad.text + bad.fixture;
    for (const secret of [password, JSON.stringify(password), 'wr0ng-one']) {
      expect(all).not.toContain(secret);
    }
  });
});
