/** The Homebridge UI: a one-time code that the first answer asks for, and a token that renews itself. */
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import type { Env } from '../e2e/harness.ts';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { packaged, type RealServer, startServer } from './server.ts';
import { loginTyping } from './typing.ts';

const name = 'homebridge';
const password = 'h0me "Passw0rd" \\ü';
const ada: Env = { HOMEBRIDGE_USERNAME: 'ada', HOMEBRIDGE_PASSWORD: password };
const bob: Env = { ...ada, HOMEBRIDGE_USERNAME: 'bob' };
const wrong = { HOMEBRIDGE_PASSWORD: 'wr0ng-one' };
const invalid = 'Homebridge UI refused the credentials: 2FA Code Invalid';

const seed = new Secret({ size: 20 });
const codes = new TOTP({ secret: seed });
/** Homebridge takes the code of this period, the one before and the one after, each of them once. */
const codeOf = (period: -1 | 0 | 1) => codes.generate({ timestamp: Date.now() + period * 30_000 });
/** A code that is none of these. */
const noCode = () =>
  ['000000', '000001', '000002', '000003'].find((code) => codes.validate({ token: code }) === null);

/** A user, as Homebridge keeps it. */
function userOf(id: number, username: string, more: object = {}) {
  const salt = randomBytes(32).toString('hex');
  const hashedPassword = pbkdf2Sync(password, salt, 1000, 64, 'sha512').toString('hex');
  return { id, username, name: username, hashedPassword, salt, admin: true, ...more };
}

const startHomebridge = () =>
  startServer({
    ports: 2,
    ready: '/api/auth/settings',
    command: ([web, bridge], directory) => {
      const ui = { platform: 'config', name: 'UI', port: web, host: '127.0.0.1' };
      const config = {
        bridge: { name: 'b', username: '0E:11:22:33:44:55', port: bridge, pin: '031-45-154' },
        platforms: [{ ...ui, sessionTimeout: 600 }],
      };
      const users = [
        userOf(1, 'ada', { otpSecret: seed.base32, otpActive: true }),
        userOf(2, 'bob'),
      ];
      writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
      writeFileSync(join(directory, 'auth.json'), JSON.stringify(users));
      const script = packaged('homebridge-config-ui-x/dist/bin/standalone.js');
      return [process.execPath, script, '--user-storage-path', directory];
    },
  });

const ui = 'test/real/servers/node_modules/homebridge-config-ui-x';
describeWith(['bash', 'curl', 'expect', ui], name, () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startHomebridge();
  }, 30_000);
  afterAll(() => server?.end());

  const account = (env: Env): Promise<Account> => addProvider(name, { url: server.url, env });
  const users = () => `${server.url}/api/users`;
  const requests = (text: string) => text.match(/ POST /g)?.length;

  test('a user without a code logs in with the password, and calls by each output', async () => {
    const user = await account(bob);
    const token = await user.output('login');
    for (const how of ['curl', 'header'] as const) {
      expect(JSON.parse(await user.curl(how, users()))).toMatchObject([
        { username: 'ada', otpActive: true },
        { username: 'bob', otpActive: false },
      ]);
    }
    expect((await fetch(users())).status).toBe(401);
    expect(await user.authctl('verify')).toMatchObject({
      code: 0,
      stderr: 'authctl: Homebridge UI accepts the token, as "Authorization: Bearer <token>"\n',
    });
    await expectStored(server, user, token);
  });

  test('a token renews itself while it is good, without the password', async () => {
    const user = await account({ HOMEBRIDGE_USERNAME: 'bob' });
    const first = await user.output('login', [], { HOMEBRIDGE_PASSWORD: password });
    await sleep(1100);
    const second = JSON.parse(await user.output('token', ['-o', 'json', '--min-ttl', '599s']));
    expect(second).toMatchObject({ source: 'refresh', token: expect.not.stringContaining(first) });
    expect((await user.authctl('verify')).code).toBe(0);
    await sleep(1100);
    expect(await user.output('refresh')).not.toBe(second.token);
  });

  test('the code of --otp logs in, once: Homebridge refuses it the second time', async () => {
    const user = await account(ada);
    const otp = codeOf(0);
    await user.output('login', ['--otp', otp]);
    expect((await user.authctl('verify')).code).toBe(0);
    const again = await user.authctl('login', ['--otp', otp, '-v']);
    expect([again.code, again.stderr]).toEqual([4, expect.stringContaining(invalid)]);
    expect(requests(again.stderr)).toBe(1);
  });

  test('without a code there is no login, and the message says what is missing', async () => {
    const user = await account(ada);
    for (const command of ['login', 'token']) {
      const { code, stderr } = await user.authctl(command, ['-v']);
      expect([code, stderr]).toEqual([3, expect.stringContaining('--otp')]);
      expect(requests(stderr)).toBe(1);
    }
    expect(user.home.sessions()).toEqual([]);
  });

  test('on a terminal the code is asked for once the password is right, and not shown', async () => {
    const user = await account(ada);
    const otp = codeOf(1);
    const { code, stdout } = await loginTyping(otp, user, name, ada);
    expect([code, stdout]).toEqual([0, expect.not.stringContaining(otp)]);
    expect((await user.authctl('verify')).code).toBe(0);
  });

  test('a wrong code at the prompt is refused, and not asked for again', async () => {
    const user = await account(ada);
    const { code, stdout } = await loginTyping(noCode() ?? '', user, name, ada);
    expect([code, stdout]).toEqual([4, expect.stringContaining(invalid)]);
    expect(stdout.split('One-time code')).toHaveLength(2);
  });

  test('a wrong password is refused, whatever the code', async () => {
    const user = await account(ada);
    for (const args of [[], ['--otp', codeOf(-1)]]) {
      const { code, stderr } = await user.authctl('login', args, { env: wrong });
      expect([code, stderr]).toEqual([4, expect.stringContaining('refused the credentials')]);
      expect(stderr).not.toContain('2FA');
    }
    expect(user.home.sessions()).toEqual([]);
  });

  test('there is no logout: the token is removed here, and lives on', async () => {
    const user = await account(bob);
    const token = await user.output('login');
    expect((await user.authctl('logout')).code).toBe(0);
    expect(user.home.sessions()).toEqual([]);
    expect((await user.authctl('verify', ['--token-stdin'], { stdin: token })).code).toBe(0);
    const none = await user.authctl('verify', ['--token-stdin'], { stdin: 'no-such-token' });
    expect([none.code, none.stderr]).toEqual([4, expect.stringContaining('refused the token')]);
  });

  test('provider test --real goes through all steps, without a secret', async () => {
    const user = await account(bob);
    const good = await trial(user);
    expect(good).toMatchObject({ code: 0, steps: { login: 'ok', verify: 'ok', refresh: 'ok' } });
    const bad = await trial(user, wrong);
    expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
    const all = good.text + good.fixture + bad.text + bad.fixture;
    for (const secret of [password, JSON.stringify(password), 'wr0ng-one', 'eyJ']) {
      expect(all).not.toContain(secret);
    }
  });
});
