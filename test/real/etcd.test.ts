/** etcd with its authentication switched on: a token without a scheme, and no logout. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Env } from '../e2e/harness.ts';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';

const name = 'etcd';
const password = 'etcd "Passw0rd" \\ü';
const root: Env = { ETCD_USERNAME: 'root', ETCD_PASSWORD: password };
const reader: Env = { ETCD_USERNAME: 'reader', ETCD_PASSWORD: 'reader-Passw0rd' };
const wrongPassword = 'authentication failed, invalid user ID or password (code 3)';

/** The key `greeting` and the value `hello`, as JSON has them. */
const greeting = { key: 'Z3JlZXRpbmc=', value: 'aGVsbG8=' };

/** An etcd with two users: root, and one who may do nothing. @param life seconds of a token without use */
async function startEtcd(life = 300): Promise<RealServer> {
  const server = await startServer({
    ports: 2,
    ready: '/health',
    command: ([clients, peers], directory) => [
      ...['etcd', '--name', 'a', '--data-dir', `${directory}/data`],
      ...['--logger', 'zap', '--log-level', 'error'],
      ...[`--listen-client-urls`, `http://127.0.0.1:${clients}`],
      ...[`--advertise-client-urls`, `http://127.0.0.1:${clients}`],
      ...[`--listen-peer-urls`, `http://127.0.0.1:${peers}`],
      ...[`--initial-advertise-peer-urls`, `http://127.0.0.1:${peers}`],
      ...[`--initial-cluster`, `a=http://127.0.0.1:${peers}`],
      ...['--auth-token-ttl', String(life), '--bcrypt-cost', '4'],
    ],
  });
  await call(server, 'auth/user/add', { name: 'root', password });
  await call(server, 'auth/user/add', { name: 'reader', password: reader['ETCD_PASSWORD'] });
  await call(server, 'auth/user/grant', { user: 'root', role: 'root' });
  await call(server, 'kv/put', greeting);
  await call(server, 'auth/enable', {});
  return server;
}

/** Calls etcd itself. */
async function call({ url }: RealServer, path: string, body: unknown, token?: string) {
  const response = await fetch(`${url}/v3/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: token === undefined ? {} : { Authorization: token },
  });
  const { status } = response;
  if (token === undefined && status !== 200) throw new Error(await response.text());
  await response.arrayBuffer();
  return status;
}

describeWith(['bash', 'curl', 'etcd'], name, () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startEtcd();
  });
  afterAll(() => server?.end());

  const account = (env: Env, edit?: (text: string) => string): Promise<Account> =>
    addProvider(name, { url: server.url, env, edit });
  const range = async ({ curl }: Account, how: 'curl' | 'header') =>
    JSON.parse(
      await curl(how, '--data', JSON.stringify({ key: greeting.key }), `${server.url}/v3/kv/range`),
    );

  test('a login brings a token that reads a key, by each output for calls', async () => {
    const admin = await account(root);
    const token = await admin.output('login');
    expect(await admin.output('token', ['-o', 'header'])).toBe(`Authorization: ${token}`);
    for (const how of ['curl', 'header'] as const) {
      expect(await range(admin, how)).toMatchObject({ kvs: [greeting] });
    }
    expect(await call(server, 'kv/range', { key: greeting.key }, 'no-such-token.1')).toBe(401);
    await expectStored(server, admin, token);
  });

  test('the token of a user without rights is good: etcd knows who it is, and says no', async () => {
    const user = await account(reader);
    await user.output('login');
    expect(await range(user, 'curl')).toMatchObject({ message: 'etcdserver: permission denied' });
    expect(await user.authctl('verify')).toMatchObject({
      code: 0,
      stderr: 'authctl: etcd accepts the token, as "Authorization: <token>"\n',
    });
  });

  test('a wrong password and an unknown user are refused in etcd’s words', async () => {
    const admin = await account(root);
    for (const env of [{ ETCD_PASSWORD: 'wrong' }, { ETCD_USERNAME: 'nobody' }]) {
      const { code, stderr } = await admin.authctl('login', [], { env });
      expect([code, stderr]).toEqual([4, expect.stringContaining(wrongPassword)]);
    }
    expect(admin.home.sessions()).toEqual([]);
  });

  test('a token that etcd has ended is refused, though it is stored as good', async () => {
    const [admin, user] = await Promise.all([account(root), account(reader)]);
    const token = await user.output('login');
    const change = { name: 'reader', password: reader['ETCD_PASSWORD'] };
    expect(await call(server, 'auth/user/changepw', change, await admin.output('login'))).toBe(200);
    const { code, stderr } = await user.authctl('verify');
    expect([code, stderr]).toEqual([4, expect.stringContaining('invalid auth token (code 16)')]);
    expect(stderr).toContain('\nhint: authctl login etcd\n');
    expect(await user.output('token')).toBe(token);
    await user.output('login');
    expect((await user.authctl('verify')).code).toBe(0);
  });

  test('logout removes the session; etcd has no logout, and takes the token until it is idle', async () => {
    const admin = await account(root);
    const token = await admin.output('login');
    expect(await admin.authctl('logout')).toMatchObject({ code: 0 });
    expect(admin.home.sessions()).toEqual([]);
    expect((await admin.authctl('verify')).code).toBe(3);
    const left = await admin.authctl('verify', ['--token-stdin'], { stdin: token });
    expect(left.code).toBe(0);
  });

  test('a token cannot be renewed', async () => {
    const admin = await account(root);
    const { code, stderr } = await admin.authctl('refresh');
    expect([code, stderr]).toEqual([2, expect.stringContaining('etcd has no refresh tokens')]);
  });

  test('without authentication there are no tokens, and the message says why', async () => {
    const admin = await account(root);
    expect(await call(server, 'auth/disable', {}, await admin.output('login'))).toBe(200);
    try {
      const { code, stderr } = await admin.authctl('login');
      expect(code).toBe(7);
      expect(stderr).toContain(
        'this etcd has its authentication switched off, so it gives no tokens; etcdctl auth enable',
      );
      expect(stderr).toContain('etcdserver: authentication is not enabled (code 9)');
    } finally {
      await call(server, 'auth/enable', {});
    }
    await admin.output('login');
  });

  test('provider test --real says what it sent and found, without a secret, and stores nothing', async () => {
    const user = await account(reader);
    const good = await trial(user);
    expect(good).toMatchObject({ code: 0, steps: { login: 'ok', verify: 'ok' } });
    expect(good.text).toContain('{"name":"reader","password":"***"}');
    expect(good.text).toContain('found the token, ');
    expect(good.text).toContain('the lifetime is without end, 300 s without use\n');
    expect(good.text).toMatch(/^ {2}Authorization: \*\*\*$/m);
    const bad = await trial(user, { ETCD_PASSWORD: 'wr0ng-one' });
    expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
    expect(bad.text).toContain(wrongPassword);
    const all = good.text + good.fixture + bad.text + bad.fixture;
    for (const secret of ['reader-Passw0rd', 'wr0ng-one']) expect(all).not.toContain(secret);
    expect(good.fixture).toContain('"token": "***"');
  });
});

describeWith(['bash', 'curl', 'etcd'], 'etcd whose tokens die of six seconds without use', () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startEtcd(6);
  });
  afterAll(() => server?.end());

  test('a token that was not used is verified first, and replaced only if etcd has ended it', async () => {
    const admin = await addProvider(name, {
      url: server.url,
      env: root,
      edit: (text) => text.replace('idle: 300', 'idle: 2'),
    });
    const token = await admin.output('login');
    const requests = (text: string) =>
      [...text.matchAll(/ POST \S+\/v3\/(\S+)/g)].map(([, to]) => to);
    await sleep(2500);
    const used = await admin.authctl('token', ['-v']);
    expect(used).toMatchObject({ code: 0, stdout: `${token}\n` });
    expect(requests(used.stderr)).toEqual(['kv/range']);
    await sleep(9000);
    const fresh = await admin.authctl('token', ['-v']);
    expect(fresh).toMatchObject({ code: 0, stdout: expect.not.stringContaining(token) });
    expect(requests(fresh.stderr)).toEqual(['kv/range', 'auth/authenticate']);
    expect((await admin.authctl('verify')).code).toBe(0);
  });
});
