/** PouchDB Server, which speaks CouchDB's protocol: a cookie that renews itself, and a logout that ends nothing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { packaged, type RealServer, startServer } from './server.ts';

const name = 'couchdb';
const password = 'c0uch "Passw0rd": ü\\';
const env = { COUCHDB_USERNAME: 'ada', COUCHDB_PASSWORD: password };
const wrong = { COUCHDB_PASSWORD: 'wr0ng-one' };
const refusal = 'Name or password is incorrect. (code unauthorized)';

/** A server with one administrator. @param life seconds of a cookie */
const startPouchDb = (life: number) =>
  startServer({
    ports: 1,
    ready: '/',
    command: ([port], directory) => {
      const config = join(directory, 'config.json');
      const settings = { admins: { ada: password }, couch_httpd_auth: { timeout: life } };
      writeFileSync(config, JSON.stringify(settings));
      return [
        ...[process.execPath, packaged('pouchdb-server/bin/pouchdb-server'), '--in-memory'],
        ...['--host', '127.0.0.1', '--port', String(port), '--config', config],
      ];
    },
  });

const servers = 'test/real/servers/node_modules/pouchdb-server';
describeWith(['bash', 'curl', servers], 'PouchDB Server', () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startPouchDb(600);
  }, 30_000);
  afterAll(() => server?.end());

  const account = (): Promise<Account> => addProvider(name, { url: server.url, env });
  /** A call that only administrators may make. */
  const config = () => `${server.url}/_config/couch_httpd_auth/timeout`;
  const ask = async (cookie: string) => {
    const headers = { Cookie: `AuthSession=${cookie}` };
    const response = await fetch(config(), { headers });
    await response.arrayBuffer();
    return response.status;
  };

  test('a login brings a cookie that reads the settings, by each output for calls', async () => {
    const admin = await account();
    const cookie = await admin.output('login');
    expect(await admin.output('token', ['-o', 'header'])).toBe(`Cookie: AuthSession=${cookie}`);
    for (const how of ['curl', 'header'] as const) {
      expect(JSON.parse(await admin.curl(how, config()))).toBe('600');
    }
    expect(await ask('no-such-session')).toBe(401);
    expect(await admin.authctl('verify')).toMatchObject({
      code: 0,
      stderr: 'authctl: CouchDB accepts the token\n',
    });
    await expectStored(server, admin, cookie);
  });

  test('a cookie that is none is refused, though the answer is a 200', async () => {
    const admin = await account();
    const left = await admin.authctl('verify', ['--token-stdin'], { stdin: 'no-such-session' });
    expect([left.code, left.stderr]).toEqual([4, expect.stringContaining('refused the token')]);
  });

  test('a refresh brings another cookie by the first one alone', async () => {
    const admin = await account();
    const first = await admin.output('login');
    await sleep(1100);
    const second = await admin.output('refresh', [], { COUCHDB_PASSWORD: undefined });
    expect(second).not.toBe(first);
    expect(await ask(second)).toBe(200);
    await expectStored(server, admin, second);
  });

  test('logout removes the cookie here, and says that the server still takes it', async () => {
    const admin = await account();
    const cookie = await admin.output('login');
    const { code, stderr } = await admin.authctl('logout');
    expect([code, stderr]).toEqual([0, expect.stringContaining('CouchDB ends nothing')]);
    expect(admin.home.sessions()).toEqual([]);
    expect(await ask(cookie)).toBe(200);
  });

  test('a wrong password and an unknown user are refused in the server’s words', async () => {
    const admin = await account();
    for (const more of [wrong, { COUCHDB_USERNAME: 'nobody' }]) {
      const { code, stderr } = await admin.authctl('login', [], { env: more });
      expect([code, stderr]).toEqual([4, expect.stringContaining(refusal)]);
    }
    expect(admin.home.sessions()).toEqual([]);
  });

  test('provider test --real goes through all steps, without a secret', async () => {
    const admin = await account();
    const good = await trial(admin);
    const steps = { login: 'ok', verify: 'ok', refresh: 'ok', logout: 'ok' };
    expect(good).toMatchObject({ code: 0, steps });
    const bad = await trial(admin, wrong);
    expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
    const all = good.text + good.fixture + bad.text + bad.fixture;
    for (const secret of [password, JSON.stringify(password), 'wr0ng-one']) {
      expect(all).not.toContain(secret);
    }
    expect(good.fixture).toContain('"set-cookie": "AuthSession=***; ');
  });
});

describeWith(
  ['bash', 'curl', servers],
  'PouchDB Server whose cookies live for five seconds',
  () => {
    let server: RealServer;
    beforeAll(async () => {
      server = await startPouchDb(5);
    }, 30_000);
    afterAll(() => server?.end());

    test('a cookie that has expired is not renewed: the next token is by login', async () => {
      const admin = await addProvider(name, { url: server.url, env });
      await admin.output('login');
      await sleep(6500);
      const { code, stderr } = await admin.authctl('refresh');
      expect([code, stderr]).toEqual([4, expect.stringContaining('refused')]);
      const next = JSON.parse(await admin.output('token', ['-o', 'json', '--min-ttl', '595s']));
      expect(next.source).toBe('login');
    });
  },
);
