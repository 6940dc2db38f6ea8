/** Transmission: a 409 that brings what the next request needs, and Basic beside the token. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';

const name = 'transmission';
const username = 'admin';
const password = 'tr "Passw0rd": &ü';
const env = { TRANSMISSION_USERNAME: username, TRANSMISSION_PASSWORD: password };
const wrong = { TRANSMISSION_PASSWORD: 'wr0ng-one' };
const basic = Buffer.from(`${username}:${password}`).toString('base64');
const question = JSON.stringify({ method: 'session-get', arguments: { fields: ['version'] } });

/** The settings: nothing but the remote control is of interest, and nothing leaves the machine. */
const settings = ([web, peers]: readonly number[]) => ({
  'bind-address-ipv4': '127.0.0.1',
  'bind-address-ipv6': '::1',
  'dht-enabled': false,
  'lpd-enabled': false,
  'peer-port': peers,
  'pex-enabled': false,
  'port-forwarding-enabled': false,
  'rpc-authentication-required': true,
  'rpc-bind-address': '127.0.0.1',
  'rpc-password': password,
  'rpc-port': web,
  'rpc-username': username,
  'utp-enabled': false,
});

const startTransmission = () =>
  startServer({
    ports: 2,
    ready: '/transmission/rpc',
    command: (ports, directory) => {
      writeFileSync(join(directory, 'settings.json'), JSON.stringify(settings(ports)));
      return ['transmission-daemon', '--foreground', '--config-dir', directory];
    },
  });

describeWith(['bash', 'curl', 'transmission-daemon'], name, () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startTransmission();
  });
  afterAll(() => server?.end());

  const account = (): Promise<Account> => addProvider(name, { url: server.url, env });
  const rpc = () => `${server.url}/transmission/rpc`;
  /** What Transmission answers to a call with these headers. */
  const ask = async (headers: Record<string, string>) => {
    const response = await fetch(rpc(), { method: 'POST', body: question, headers });
    await response.arrayBuffer();
    return response.status;
  };

  test('a login brings the ID of the 409, which works with the password, by each output for calls', async () => {
    const admin = await account();
    const id = await admin.output('login');
    expect(id).toMatch(/^[0-9A-Za-z]{48}$/);
    for (const how of ['curl', 'header'] as const) {
      const answer = await admin.curl(how, '--data', question, rpc());
      expect(JSON.parse(answer)).toMatchObject({ result: 'success' });
    }
    expect(await admin.authctl('verify')).toMatchObject({
      code: 0,
      stderr: 'authctl: Transmission accepts the token, as "X-Transmission-Session-Id: <token>"\n',
    });
    await expectStored(server, admin, id);
  });

  test('neither half of what a call carries is enough', async () => {
    const admin = await account();
    const id = await admin.output('login');
    const both = { 'X-Transmission-Session-Id': id, Authorization: `Basic ${basic}` };
    const { Authorization, ...session } = both;
    expect(await Promise.all([both, { Authorization }, session].map(ask))).toEqual([200, 409, 401]);
    const printed = await admin.output('token', ['-o', 'header']);
    expect(printed.split('\n').sort()).toEqual([
      `Authorization: Basic ${basic}`,
      `X-Transmission-Session-Id: ${id}`,
    ]);
  });

  test('whoever adds it is told that both requests and every program get the password', async () => {
    const { told } = await account();
    for (const where of [
      'the server that you name in step 1 of 2 of a login',
      'the server that you name in step 2 of 2 of a login',
      'every program that you run with "exec"',
    ]) {
      expect(told).toContain(`sends password to ${where}`);
    }
  });

  test('a login is two requests, and sends the password with both', async () => {
    const { authctl } = await account();
    const { code, stderr } = await authctl('login', ['-v']);
    expect([code, [...stderr.matchAll(/answered (\d+)/g)].map(([, status]) => status)]).toEqual([
      0,
      ['409', '200'],
    ]);
    expect(stderr).not.toContain(basic);
  });

  test('a wrong password is refused by the first request, with a page', async () => {
    const admin = await account();
    const { code, stderr } = await admin.authctl('login', ['-v'], { env: wrong });
    expect([code, stderr]).toEqual([4, expect.stringContaining('refused the credentials')]);
    expect(stderr.match(/ POST /g)).toHaveLength(1);
    expect(admin.home.sessions()).toEqual([]);
  });

  test('an ID of before is refused, which says nothing of the password', async () => {
    const admin = await account();
    const other = await startTransmission();
    try {
      const id = await admin.output('login', ['--base-url', other.url]);
      const { code, stderr } = await admin.authctl('verify', ['--token-stdin'], { stdin: id });
      expect([code, stderr]).toEqual([4, expect.stringContaining('refused the token')]);
    } finally {
      await other.end();
    }
    await admin.output('login');
    expect((await admin.authctl('verify')).code).toBe(0);
  });

  test('all clients share the ID, and there is no logout', async () => {
    const [admin, other] = await Promise.all([account(), account()]);
    const id = await admin.output('login');
    expect(await other.output('login')).toBe(id);
    expect((await admin.authctl('logout')).code).toBe(0);
    expect(admin.home.sessions()).toEqual([]);
    expect((await other.authctl('verify')).code).toBe(0);
  });

  test('provider test --real shows both requests, without a secret', async () => {
    const admin = await account();
    const good = await trial(admin);
    expect(good).toMatchObject({ code: 0, steps: { login: 'ok', verify: 'ok' } });
    const bad = await trial(admin, wrong);
    expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
    const id = await admin.output('login');
    const all = good.text + good.fixture + bad.text + bad.fixture;
    for (const secret of [password, basic, id, 'wr0ng-one']) expect(all).not.toContain(secret);
  });
});
