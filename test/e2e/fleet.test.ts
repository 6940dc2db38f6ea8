/** A fleet of real processes on real servers: one login for all, whatever happens to one of them. */
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { keysOf } from '../../src/store/shared/redis.ts';
import { describeWith } from '../parts.ts';
import { passwords, type RedisServer, startRedis } from '../store/shared/server.ts';
import { accounts } from './accounts.ts';
import { countingServer, tally } from './counting.ts';
import { keyText, readerEnv, renewerEnv } from './fleet.ts';
import { authctl, type Env, failure, type Home, newHome, output } from './harness.ts';
import { deadUrl, type Reply } from './servers.ts';
import { type Started, start, until } from './start.ts';
import { readStored } from './stored.ts';
import { tcpProxy } from './tcp-proxy.ts';

const { env: credentials, success } = accounts.ropo;
const { env: pairCredentials, success: pair } = accounts['datarhei by password'];
const some = 20;

/** A JWT with a lifetime, in seconds. */
function jwt(seconds: number, name: string): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ iat: now, exp: now + seconds, jti: name })}.x`;
}

let users = 0;
/** Credentials of an account that no other test has. */
const newUser = (): Env => ({ ...credentials, ROPO_CID: `${++users}` });

describeWith(['redis-server', 'redis-cli', 'openssl'], 'a fleet', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
  });

  const machines = (count: number) => Array.from({ length: count }, newHome);
  const line = (url: string, ...more: string[]) => ['token', 'ropo', '--base-url', url, ...more];
  const startAll = (homes: readonly Home[], args: readonly string[], env: Env) =>
    homes.map((home) => start(args, { home, env }));
  const ended = (started: readonly Started[]) => Promise.all(started.map((each) => each.ended));

  test('one logs in, and every machine prints its token; after that no machine needs the store', async () => {
    const user = newUser();
    const vendor = await countingServer((_, count) => success(`tok${count}`));
    const env = renewerEnv(server, user);
    const homes = machines(some);
    expect(tally(await ended(startAll(homes, line(vendor.url), env)))).toEqual({ '0 tok1': some });
    expect(vendor.total()).toBe(1);
    // The copy is enough: whoever asked the store would be refused.
    const locked = { ...env, AUTHCTL_STORE_PASSWORD: 'wrong' };
    const home = homes[3] ?? newHome();
    expect(await output(line(vendor.url), { home, env: locked })).toBe('tok1\n');
  });

  test('a reader without any credential prints it, and without a session says what is missing', async () => {
    const user = newUser();
    const vendor = await countingServer((_, count) => success(`tok${count}`));
    const { ROPO_CID } = user;
    const env = readerEnv(server, { ROPO_CID });
    const none = await failure(line(vendor.url), { env });
    expect(none.code).toBe(3);
    expect(none.stderr).toContain('nor in the shared store, and no machine is getting one');
    await output(line(vendor.url), { env: renewerEnv(server, user) });
    const home = newHome();
    expect(await output(line(vendor.url), { home, env })).toBe('tok1\n');
    const [path = ''] = home.sessions();
    expect(readStored(path).token_set.refresh_token).toBeUndefined();
    expect(vendor.total()).toBe(1);
    const login = await failure(['login', 'ropo', '--base-url', vendor.url], {
      env: { ...env, ...user },
    });
    expect(login).toEqual({ code: 2, stderr: expect.stringContaining('only reads the tokens') });
    const unknown = await failure(line(vendor.url), { env: readerEnv(server) });
    expect(unknown).toEqual({
      code: 3,
      stderr: expect.stringContaining('cid (--cid or ROPO_CID)'),
    });
  });

  test('a reader waits for the machine that is asking', async () => {
    const user = newUser();
    const vendor = await countingServer(() => success('tok'));
    vendor.shut();
    const [asking] = startAll(machines(1), line(vendor.url), renewerEnv(server, user));
    await until(() => vendor.total() === 1);
    const { ROPO_CID } = user;
    const [reading] = startAll(machines(1), line(vendor.url), readerEnv(server, { ROPO_CID }));
    await pause(700);
    vendor.open();
    expect(await reading?.ended).toMatchObject({ code: 0, stdout: 'tok\n' });
    await asking?.ended;
  });

  test('a holder that is killed while it asks costs the lease, and one login', async () => {
    const user = newUser();
    const vendor = await countingServer((_, count) => success(`tok${count}`));
    vendor.shut();
    const home = newHome();
    home.setConfig({ store: { lease: '2s' } });
    const env = renewerEnv(server, user);
    const holder = start(line(vendor.url), { home, env });
    await until(() => vendor.total() === 1);
    const waiting = startAll(machines(some), line(vendor.url), env);
    await pause(800);
    holder.signal('SIGKILL');
    await holder.ended;
    vendor.shut();
    vendor.open();
    const killed = performance.now();
    expect(tally(await ended(waiting))).toEqual({ '0 tok1': some });
    expect(vendor.total()).toBe(1);
    expect(performance.now() - killed).toBeLessThan(6000);
  });

  test('a holder that is stopped past its lease ends with the token of the one that took over', async () => {
    const user = newUser();
    const vendor = await countingServer((_, count) => success(`tok${count}`));
    const env = renewerEnv(server, user);
    const home = newHome();
    home.setConfig({ store: { lease: '1s' } });
    vendor.shut();
    const holder = start(line(vendor.url), { home, env });
    await until(() => vendor.total() === 1);
    holder.signal('SIGSTOP');
    vendor.open();
    await pause(1300);
    const [second] = startAll(machines(1), line(vendor.url), env);
    expect(await second?.ended).toMatchObject({ stdout: 'tok2\n' });
    holder.signal('SIGCONT');
    expect(await holder.ended).toMatchObject({ code: 0, stdout: 'tok2\n' });
    expect(vendor.total()).toBe(2);
  });

  test('a holder that is cut off past its lease ends with the newer token too', async () => {
    const user = newUser();
    const vendor = await countingServer((_, count) => success(`tok${count}`));
    const { port } = server;
    const proxy = await tcpProxy(port);
    const plain = (at: number): Env =>
      renewerEnv(server, { ...user, AUTHCTL_STORE: `redis://renewer@127.0.0.1:${at}/0` });
    const home = newHome();
    home.setConfig({ store: { lease: '2s' } });
    vendor.shut();
    const holder = start(line(vendor.url), { home, env: plain(proxy.port) });
    await until(() => vendor.total() === 1);
    proxy.cut();
    await pause(2600);
    const [second] = startAll(machines(1), line(vendor.url), plain(port));
    await until(() => vendor.total() === 2);
    vendor.open();
    expect(await second?.ended).toMatchObject({ stdout: 'tok2\n' });
    proxy.mend();
    expect(await holder.ended).toMatchObject({ code: 0, stdout: 'tok2\n' });
    expect(vendor.total()).toBe(2);
  });

  test('a wrong password is sent once for all machines, and another one at once', async () => {
    const user = newUser();
    const refused = { status: 400, body: { errorId: 1001, errorText: 'wrong password' } };
    let answer: Reply = refused;
    const vendor = await countingServer(() => answer);
    const env = renewerEnv(server, user);
    const outcomes = await ended(startAll(machines(some), line(vendor.url), env));
    expect(outcomes.map(({ code }) => code)).toEqual(Array(some).fill(4));
    expect(outcomes.every(({ stderr }) => stderr.includes('wrong password'))).toBe(true);
    expect(vendor.total()).toBe(1);
    answer = success('tok');
    const other = { ...env, ROPO_APICODE: 'another' };
    expect(await output(line(vendor.url), { env: other })).toBe('tok\n');
  });

  test('a rate limit is met once for all machines', async () => {
    const user = newUser();
    const headers = { 'Retry-After': '120' };
    const vendor = await countingServer(() => ({ status: 429, headers, body: {} }));
    const args = line(vendor.url, '--retries', '0');
    const outcomes = await ended(startAll(machines(some), args, renewerEnv(server, user)));
    expect(outcomes.map(({ code }) => code)).toEqual(Array(some).fill(6));
    expect(vendor.total()).toBe(1);
  });

  test('a token that all machines reject is replaced once', async () => {
    const user = newUser();
    const vendor = await countingServer((_, count) => success(`tok${count}`));
    const env = renewerEnv(server, user);
    const homes = machines(some);
    await ended(startAll(homes, line(vendor.url), env));
    const rejected = await ended(startAll(homes, line(vendor.url, '--rejected'), env));
    expect(rejected.map(({ stdout }) => stdout)).toEqual(Array(some).fill('tok2\n'));
    // And again by those that were late.
    const late = await ended(startAll(homes, line(vendor.url, '--rejected'), env));
    expect(late.map(({ stdout }) => stdout)).toEqual(Array(some).fill('tok2\n'));
    expect(vendor.total()).toBe(2);
  });

  test('a refresh token rotates through the machines, in four lives of a token, and none has it in a file', async () => {
    const path = (request: string) => (request.endsWith('/refresh') ? 'refresh' : 'login');
    const sent: string[] = [];
    const vendor = await countingServer((url, count) => {
      sent.push(path(url));
      return pair(jwt(3, `${path(url)}-${count}`));
    });
    const env = renewerEnv(server, { ...pairCredentials, DATARHEI_USERNAME: `user-${++users}` });
    const args = ['token', 'datarhei', '--base-url', vendor.url];
    const homes = machines(8);
    for (let life = 0; life < 4; life++) {
      const outcomes = await ended(startAll(homes, args, env));
      expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual(Array(8).fill([0, '']));
      expect(new Set(outcomes.map(({ stdout }) => stdout)).size).toBe(1);
      await pause(3100);
    }
    expect(sent).toEqual(['login', 'refresh', 'refresh', 'refresh']);
    for (const home of homes) {
      for (const file of home.sessions()) {
        expect(readStored(file).token_set.refresh_token).toBeUndefined();
      }
    }
  });

  test('exec, refresh, verify, status and --watch are consistent with the store', async () => {
    const vendor = await countingServer((url, count) =>
      url.includes('login')
        ? pair(jwt(600, `${url.slice(-7)}-${count}`))
        : { status: 200, body: {} },
    );
    const env = renewerEnv(server, { ...pairCredentials, DATARHEI_USERNAME: `user-${++users}` });
    const [one = newHome(), two = newHome(), three = newHome()] = machines(3);
    const at = ['--base-url', vendor.url];
    const token = await output(['token', 'datarhei', ...at], { home: one, env });
    const shown = await output(
      ['exec', 'datarhei', ...at, '--', 'sh', '-c', 'echo $DATARHEI_TOKEN'],
      { home: two, env },
    );
    expect(shown).toBe(token);
    const renewed = await output(['refresh', 'datarhei', ...at], { home: two, env });
    expect(renewed).not.toBe(token);
    // The first machine's copy is of the token before.
    await authctl(['verify', 'datarhei', ...at], { home: one, env });
    expect(await output(['token', 'datarhei', ...at], { home: one, env })).toBe(renewed);
    const file = `${three.path}/token`;
    const watching = start(['token', 'datarhei', ...at, '--watch', '--out-file', file], {
      home: three,
      env,
    });
    await until(() => three.sessions().length > 0);
    watching.signal('SIGTERM');
    await watching.ended;
    const rows: { shared: boolean }[] = JSON.parse(
      await output(['status', '-o', 'json'], { home: three, env }),
    );
    expect(rows).toEqual([expect.objectContaining({ shared: true, refreshable: true })]);
    expect(vendor.counts['/api/login']).toBe(1);
  });

  test('logout ends a session for all machines, and says so; with --local only here', async () => {
    const user = newUser();
    const vendor = await countingServer((_, count) => success(`tok${count}`));
    const env = renewerEnv(server, user);
    const [one = newHome(), two = newHome()] = machines(2);
    await output(line(vendor.url), { home: one, env });
    await output(line(vendor.url), { home: two, env });
    const local = await authctl(['logout', 'ropo', '--local'], { home: one, env });
    expect(local.stderr).not.toContain('all machines');
    expect(await output(line(vendor.url), { home: one, env })).toBe('tok1\n');
    const whole = await authctl(['logout', 'ropo'], { home: one, env });
    expect([whole.code, whole.stderr]).toEqual([
      0,
      expect.stringContaining('for all machines that share it'),
    ]);
    expect(await output(line(vendor.url), { home: newHome(), env })).toBe('tok2\n');
    const gone = { ...env, AUTHCTL_STORE: 'rediss://renewer@127.0.0.1:9/0' };
    await output(['status', '-o', 'json'], { home: two, env: gone });
  });

  test('a store that refuses or never answers ends a command with 8, soon, and without a login', async () => {
    const user = newUser();
    const vendor = await countingServer(() => success('tok'));
    const dead = new URL(await deadUrl()).port;
    const proxy = await tcpProxy(server.port);
    proxy.cut();
    for (const port of [dead, proxy.port]) {
      const env = renewerEnv(server, {
        ...user,
        AUTHCTL_STORE: `redis://renewer@127.0.0.1:${port}/0`,
      });
      const began = performance.now();
      const { code, stderr } = await failure(line(vendor.url), { env });
      expect([code, stderr]).toEqual([8, expect.stringContaining('hint: authctl store status')]);
      expect(performance.now() - began).toBeLessThan(4000);
    }
    expect(vendor.total()).toBe(0);
  });

  test.each<[string, Env, string]>([
    ['a wrong password', { AUTHCTL_STORE_PASSWORD: 'wrong' }, 'refuses the user or its password'],
    ['no password', { AUTHCTL_STORE_PASSWORD: undefined }, 'refuses the user or its password'],
    [
      'an authority that is not trusted',
      { AUTHCTL_STORE_CACERT: undefined },
      'certificate that is not trusted',
    ],
    [
      'a reader’s user for a renewer',
      { AUTHCTL_STORE_PASSWORD: passwords.reader },
      'does not permit it',
    ],
  ])('%s is told apart: exit 8', async (name, more, words) => {
    const vendor = await countingServer(() => success('tok'));
    const url = name.includes('reader') ? { AUTHCTL_STORE: server.url('reader') } : {};
    const env = { ...renewerEnv(server, newUser()), ...url, ...more };
    const { code, stderr } = await failure(line(vendor.url), { env });
    expect([code, stderr]).toEqual([8, expect.stringContaining(words)]);
    expect(vendor.total()).toBe(0);
  });

  test('what was written survives a restart of the server', async () => {
    const user = newUser();
    const vendor = await countingServer((_, count) => success(`tok${count}`));
    const env = renewerEnv(server, user);
    await output(line(vendor.url), { env });
    await server.stop('SIGKILL');
    await server.start();
    expect(await output(line(vendor.url), { env })).toBe('tok1\n');
    expect(vendor.total()).toBe(1);
  });

  test.each([
    [
      'a restart of the server while a machine asks costs no second login',
      async () => {
        await server.stop('SIGKILL');
        await server.start();
        await pause(500);
      },
    ],
    [
      'a lease that the server lost is not taken over while its holder lives',
      async () => {
        // As a primary does that was never told of it: what it has of the lease is gone, and all are cut off.
        for (const key of server.cli('--scan', '--pattern', 'authctl:1:*:l').split('\n')) {
          if (key !== '') server.cli('DEL', key);
        }
        server.cli('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
        await pause(4000);
      },
    ],
  ])('%s', async (_, trouble) => {
    const user = newUser();
    const vendor = await countingServer((_, count) => success(`tok${count}`));
    const env = renewerEnv(server, user);
    vendor.shut();
    const all = startAll(machines(6), line(vendor.url), env);
    await until(() => vendor.total() === 1);
    await pause(800);
    await trouble();
    vendor.open();
    const outcomes = await ended(all);
    expect(outcomes.map(({ stdout }) => stdout)).toEqual(Array(6).fill('tok1\n'));
    expect(vendor.total()).toBe(1);
  });

  test('what the store has tells no token, no secret, no account and no URL', async () => {
    const vendor = await countingServer(() => pair('canary-token'));
    const env = renewerEnv(server, {
      ...pairCredentials,
      DATARHEI_USERNAME: 'canary-account',
      DATARHEI_PASSWORD: 'canary-password',
    });
    await output(['token', 'datarhei', '--base-url', vendor.url], { env });
    const dump = server.dump();
    const { host } = new URL(vendor.url);
    for (const word of ['canary', 'datarhei', host, keyText.slice(9, 40), passwords.renewer]) {
      expect(dump).not.toContain(word);
    }
    expect(dump.split('authctl:1:').length).toBeGreaterThan(4);
    expect(keysOf('x')).toHaveLength(4);
  });

  test('the client of the store says nothing of its own, whatever DEBUG is', async () => {
    const user = newUser();
    const vendor = await countingServer(() => success('tok'));
    const env = renewerEnv(server, { ...user, DEBUG: '*' });
    const { stdout, stderr } = await authctl(line(vendor.url), { env });
    expect([stdout, stderr]).toEqual(['tok\n', '']);
  });
});
