/** OpenStack Keystone: a receipt for the password, and a token for the one-time code. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import type { Env } from '../e2e/harness.ts';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';
import { loginTyping } from './typing.ts';

// A login may wait half a minute for the next code.
jest.setTimeout(90_000);

const admin = 'keyst0ne-Passw0rd';
const password = 'ada "Passw0rd" \\ü';
const wrong = 'wr0ng-one';
const refusal = 'The request you have made requires authentication. (code 401)';
const seed = new Secret({ size: 20 });
const codes = new TOTP({ secret: seed });
const period = 30_000;

/** Keystone's settings: a fast hash, and one-time codes, which it does not take by default. */
function settings(directory: string): string {
  return `[DEFAULT]
use_stderr = true
[database]
connection = sqlite:///${directory}/keystone.db
[auth]
methods = password,token,totp
[identity]
password_hash_rounds = 4
[fernet_tokens]
key_repository = ${directory}/tokens
[fernet_receipts]
key_repository = ${directory}/receipts
[credential]
key_repository = ${directory}/credentials
`;
}

// A second connection writes while the first one still reads, which needs SQLite's write-ahead log.
const setUp = `set -e
port=$1 password=$2
export OS_KEYSTONE_CONFIG_DIR=$PWD OS_KEYSTONE_CONFIG_FILES=keystone.conf
keystone-manage --config-file keystone.conf db_sync
keystone-manage --config-file keystone.conf bootstrap --bootstrap-password "$password"
python3 -c 'import sqlite3; sqlite3.connect("keystone.db").execute("PRAGMA journal_mode=WAL")'
exec uwsgi_python3 --http-socket "127.0.0.1:$port" --wsgi-file "$(command -v keystone-wsgi-public)" \\
  --master --processes 1 --threads 2 --socket-timeout 60 --need-app`;

/** A Keystone with two users: ada, whose rules ask for a code too, and bob. */
async function startKeystone() {
  const server = await startServer({
    ports: 1,
    ready: '/v3',
    within: 90_000,
    command: ([port], directory) => {
      writeFileSync(join(directory, 'keystone.conf'), settings(directory));
      for (const name of ['tokens', 'receipts', 'credentials']) {
        mkdirSync(join(directory, name), { mode: 0o700 });
        for (const key of ['0', '1']) {
          const text = randomBytes(32).toString('base64url').padEnd(44, '=');
          writeFileSync(join(directory, name, key), text, { mode: 0o600 });
        }
      }
      return ['bash', '-c', setUp, 'bash', String(port), admin];
    },
  });
  const scope = { project: { name: 'admin', domain: { id: 'default' } } };
  const user = { name: 'admin', domain: { id: 'default' }, password: admin };
  const auth = { identity: { methods: ['password'], password: { user } }, scope };
  const { token } = await call(server, 'POST', 'auth/tokens', { auth });
  const as = (method: string, path: string, body?: unknown) =>
    call(server, method, path, body, token);
  const { project } = (await as('POST', 'projects', { project: { name: 'engine' } })).body;
  const [{ id: member }] = (await as('GET', 'roles?name=member')).body.roles;
  const ids: Record<string, string> = {};
  const rules = {
    multi_factor_auth_enabled: true,
    multi_factor_auth_rules: [['password', 'totp']],
  };
  for (const [name, options] of [
    ['ada', rules],
    ['bob', {}],
  ] as const) {
    const { id } = (await as('POST', 'users', { user: { name, password, options } })).body.user;
    await as('PUT', `projects/${project.id}/users/${id}/roles/${member}`);
    ids[name] = id;
  }
  const credential = { type: 'totp', blob: seed.base32, user_id: ids['ada'] };
  await as('POST', 'credentials', { credential });
  return { server, ids, project: String(project.id) };
}

/** Calls Keystone itself. */
async function call(
  { url }: RealServer,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
) {
  const response = await fetch(`${url}/v3/${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(token !== undefined && { 'X-Auth-Token': token }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
  const issued = response.headers.get('x-subject-token') ?? '';
  return { token: issued, body: text === '' ? undefined : JSON.parse(text) };
}

describeWith(['bash', 'curl', 'expect', 'keystone-manage', 'uwsgi_python3'], 'keystone', () => {
  let keystone: Awaited<ReturnType<typeof startKeystone>>;
  let logins: ReturnType<typeof threeLogins>;
  beforeAll(async () => {
    keystone = await startKeystone();
    // They take half a minute, for which the tests need not wait.
    logins = threeLogins();
    logins.catch(() => {});
  }, 120_000);
  afterAll(() => keystone?.server.end());

  /** The status of an answer to a token that asks for itself. */
  const ask = async (token: string) => {
    const { status } = await fetch(`${keystone.server.url}/v3/auth/tokens?nocatalog`, {
      method: 'HEAD',
      headers: { 'X-Auth-Token': token, 'X-Subject-Token': token },
    });
    return status;
  };
  const projects = async ({ curl }: Account, how: 'curl' | 'header') =>
    JSON.parse(await curl(how, `${keystone.server.url}/v3/auth/projects`)).projects;

  const withSeed = (env: Env = {}) =>
    addProvider('keystone-totp', {
      url: keystone.server.url,
      env: {
        KEYSTONE_TOTP_USERNAME: 'ada',
        KEYSTONE_TOTP_PASSWORD: password,
        KEYSTONE_TOTP_TOTP_SEED: seed.base32,
        ...env,
      },
    });

  /** Logs in three times: before the next code is there, too early for it, and waiting for it. */
  const threeLogins = async () => {
    // In the middle of a period: all are in the same one, and the third does not wait for long.
    const left = period - (Date.now() % period);
    if (left < 10_000 || left > 18_000) await sleep((left + 15_000) % period);
    const user = await withSeed();
    const first = await user.output('login');
    const early = await user.authctl('login', ['--timeout', '5s']);
    const third = await user.output('login', ['-q']);
    return { first, early, third, since: Date.now() % period };
  };

  describe('with codes made of the seed', () => {
    test('a login brings a token that Keystone answers to, by each output for calls', async () => {
      const user = await withSeed({ KEYSTONE_TOTP_PROJECT_ID: keystone.project });
      const token = await user.output('login');
      expect(await user.output('token', ['-o', 'header'])).toBe(`X-Auth-Token: ${token}`);
      for (const how of ['curl', 'header'] as const) {
        expect(await projects(user, how)).toMatchObject([{ id: keystone.project }]);
      }
      expect(await user.authctl('verify')).toMatchObject({
        code: 0,
        stderr: 'authctl: OpenStack Keystone accepts the token, as "X-Auth-Token: <token>"\n',
      });
      const printed = JSON.parse(await user.output('token', ['-o', 'json']));
      expect(printed.keep).toEqual({ user_id: keystone.ids['ada'] });
      await expectStored(keystone.server, user, token);
      expect(JSON.stringify(user.stored())).not.toContain('receipt');
    });

    test('logout ends the token, and one that had ended before has ended', async () => {
      const user = await withSeed();
      const token = await user.output('login');
      expect(await ask(token)).toBe(200);
      expect((await user.authctl('logout')).code).toBe(0);
      expect(await ask(token)).toBe(401);
      expect(user.home.sessions()).toEqual([]);
      const left = await user.authctl('verify', ['--token-stdin'], { stdin: token });
      expect([left.code, left.stderr]).toEqual([4, expect.stringContaining(refusal)]);
      const other = await withSeed();
      const ended = await other.output('login');
      await call(keystone.server, 'DELETE', 'auth/tokens', undefined, ended).catch(() => {});
      expect((await other.authctl('logout')).code).toBe(0);
    });

    test('a wrong password is refused before a code is made, and the right one takes it then', async () => {
      const user = await withSeed();
      const env = { KEYSTONE_TOTP_PASSWORD: wrong };
      const { code, stderr } = await user.authctl('login', ['-v'], { env });
      expect([code, stderr]).toEqual([4, expect.stringContaining(refusal)]);
      expect(stderr.match(/ POST /g)).toHaveLength(1);
      expect(stderr).not.toContain(wrong);
      await user.output('login', ['--timeout', '5s']);
    });

    test('the code of another seed is refused, by the second request', async () => {
      const user = await withSeed();
      const env = { KEYSTONE_TOTP_TOTP_SEED: new Secret({ size: 20 }).base32 };
      const { code, stderr } = await user.authctl('login', ['-v'], { env });
      expect([code, stderr]).toEqual([4, expect.stringContaining(refusal)]);
      expect(stderr.match(/ POST /g)).toHaveLength(2);
      expect(user.home.sessions()).toEqual([]);
    });

    test('a seed that is no base32 is not used', async () => {
      const user = await withSeed();
      const env = { KEYSTONE_TOTP_TOTP_SEED: 'n0t-base32!' };
      const { code, stderr } = await user.authctl('login', [], { env });
      expect([code, stderr]).toEqual([2, expect.stringContaining('not in base32')]);
      expect(stderr).not.toContain('n0t-base32');
    });

    test('many processes at once log in once, with one code', async () => {
      const user = await withSeed();
      const args = ['-o', 'json', '--timeout', '10s', '-q'];
      const printed = await Promise.all(
        Array.from({ length: 6 }, () => user.output('token', args)),
      );
      const all = printed.map((text) => JSON.parse(text));
      expect(new Set(all.map(({ token }) => token)).size).toBe(1);
      expect(all.filter(({ source }) => source === 'login')).toHaveLength(1);
    });

    test('provider test --real goes through all steps, without a secret', async () => {
      const user = await withSeed();
      const good = await trial(user);
      expect(good).toMatchObject({ code: 0, steps: { login: 'ok', verify: 'ok', logout: 'ok' } });
      const bad = await trial(await withSeed(), { KEYSTONE_TOTP_PASSWORD: wrong });
      expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
      const all = good.text + good.fixture + bad.text + bad.fixture;
      for (const secret of [password, JSON.stringify(password), seed.base32, wrong, 'gAAAA']) {
        expect(all).not.toContain(secret);
      }
      expect(good.fixture).toMatch(/"openstack-auth-receipt": "\*\*\*"/i);
    });
  });

  describe('with codes that the user gives', () => {
    const name = 'keystone';
    const ada: Env = { KEYSTONE_USERNAME: 'ada', KEYSTONE_PASSWORD: password };
    const bob: Env = { ...ada, KEYSTONE_USERNAME: 'bob' };
    const account = (env: Env) => addProvider(name, { url: keystone.server.url, env });
    const requests = (text: string) => text.match(/ POST /g);

    test('the code of --otp or --otp-stdin is sent to the second request alone', async () => {
      const user = await account(ada);
      const token = await user.output('login', ['--otp', codes.generate()]);
      expect((await user.authctl('verify')).code).toBe(0);
      await expectStored(keystone.server, user, token);
      const stdin = codes.generate();
      const again = await user.authctl('login', ['--otp-stdin', '-v'], { stdin });
      expect([again.code, requests(again.stderr)]).toEqual([0, expect.anything()]);
      expect(requests(again.stderr)).toHaveLength(2);
      expect((await user.authctl('logout')).code).toBe(0);
    });

    test('without a code there is no login, and the message says what is missing', async () => {
      const user = await account({ ...ada, KEYSTONE_OTP: codes.generate() });
      for (const command of ['login', 'token']) {
        const { code, stderr } = await user.authctl(command, ['-v']);
        expect([code, stderr]).toEqual([3, expect.stringContaining('--otp')]);
        expect(requests(stderr)).toHaveLength(1);
      }
      expect(user.home.sessions()).toEqual([]);
    });

    test('a wrong code is refused, and so is a wrong password, whatever the code', async () => {
      const user = await account(ada);
      const otp = codes.generate() === '000000' ? '000001' : '000000';
      const { code, stderr } = await user.authctl('login', ['--otp', otp, '-v']);
      expect([code, stderr]).toEqual([4, expect.stringContaining(refusal)]);
      expect(requests(stderr)).toHaveLength(2);
      const bad = await user.authctl('login', ['--otp', codes.generate(), '-v'], {
        env: { KEYSTONE_PASSWORD: wrong },
      });
      expect([bad.code, bad.stderr]).toEqual([4, expect.stringContaining(refusal)]);
      expect(requests(bad.stderr)).toHaveLength(1);
      expect(user.home.sessions()).toEqual([]);
    });

    test('a user without such rules logs in with the password alone, by the same declaration', async () => {
      const user = await account({ ...bob, KEYSTONE_PROJECT_ID: keystone.project });
      const { code, stderr } = await user.authctl('login', ['-v']);
      expect([code, requests(stderr)]).toEqual([0, [expect.anything()]]);
      for (const how of ['curl', 'header'] as const) {
        expect(await projects(user, how)).toMatchObject([{ id: keystone.project }]);
      }
      expect((await user.authctl('verify')).code).toBe(0);
      // A code that nobody asks for is not sent.
      const needless = await user.authctl('login', ['--otp', '123456', '-v']);
      expect([needless.code, requests(needless.stderr)]).toEqual([0, [expect.anything()]]);
      const env = { KEYSTONE_PASSWORD: wrong };
      const bad = await user.authctl('login', [], { env });
      expect([bad.code, bad.stderr]).toEqual([4, expect.stringContaining(refusal)]);
      expect((await user.authctl('logout')).code).toBe(0);
    });

    test('a project may be given by its name, and the ID of its domain', async () => {
      const scope = { KEYSTONE_PROJECT_NAME: 'engine', KEYSTONE_PROJECT_DOMAIN_ID: 'default' };
      const user = await account({ ...bob, ...scope });
      await user.output('login');
      const url = `${keystone.server.url}/v3/auth/tokens`;
      const subject = ['--header', `X-Subject-Token: ${await user.output('token')}`];
      expect(JSON.parse(await user.curl('curl', ...subject, url)).token.project).toMatchObject({
        id: keystone.project,
        name: 'engine',
      });
      const other = await user.authctl('login', [], { env: { KEYSTONE_PROJECT_NAME: 'none' } });
      expect([other.code, other.stderr]).toEqual([4, expect.stringContaining(refusal)]);
    });

    test('on a terminal the code is asked for once the password is right, and not shown', async () => {
      const user = await account(ada);
      const otp = codes.generate();
      const { code, stdout } = await loginTyping(otp, user, name, ada);
      expect([code, stdout]).toEqual([0, expect.not.stringContaining(otp)]);
      expect((await user.authctl('verify')).code).toBe(0);
    });

    test('a wrong code at the prompt is refused, and not asked for again', async () => {
      const user = await account(ada);
      const { code, stdout } = await loginTyping('12345', user, name, ada);
      expect([code, stdout]).toEqual([4, expect.stringContaining(refusal)]);
      expect(stdout.split('One-time code')).toHaveLength(2);
    });

    test('provider test --real goes through all steps, with and without a code', async () => {
      const good = await trial(await account(bob));
      expect(good).toMatchObject({ code: 0, steps: { login: 'ok', verify: 'ok', logout: 'ok' } });
      const bad = await trial(await account(ada));
      expect(bad).toMatchObject({ code: 3, steps: { login: 'failed' } });
      const all = good.text + good.fixture + bad.text + bad.fixture;
      for (const secret of [JSON.stringify(password), 'gAAAA']) expect(all).not.toContain(secret);
    });
  });

  test('a code is used once, though Keystone would take it again: the next login waits for the next', async () => {
    const { first, early, third, since } = await logins;
    expect(early).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('later than --timeout allows'),
    });
    expect(third).not.toBe(first);
    expect(since).toBeLessThan(10_000);
    expect([await ask(first), await ask(third)]).toEqual([200, 200]);
  }, 60_000);
});
