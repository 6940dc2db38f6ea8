/** Attacks on a fleet: by a project's variables, by a reader, and by whoever runs the store. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keysOf } from '../../src/store/shared/redis.ts';
import { describeWith } from '../parts.ts';
import { passwords, type RedisServer, startRedis } from '../store/shared/server.ts';
import { accounts, secret } from './accounts.ts';
import { countingServer } from './counting.ts';
import { configOf, keyText, readerEnv, renewerEnv } from './fleet.ts';
import { authctl, type Env, newHome, output, run } from './harness.ts';
import { age } from './stored.ts';

const { success } = accounts.ropo;

describeWith(
  ['redis-server', 'redis-cli', 'openssl'],
  'a store that a project’s variable chose',
  () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await startRedis();
    });

    const keys = () => server.cli('DBSIZE').trim();
    const clear = () => server.cli('FLUSHALL');

    test('gets no session that is made with the secret of a config command', async () => {
      clear();
      const vendor = await countingServer(() => success('tok'));
      const home = newHome();
      home.setConfig({
        ropo: { cid: '1', apicode: { command: ['echo', secret] }, base_url: vendor.url },
      });
      for (const command of ['token', 'login']) {
        const shown = await authctl([command, 'ropo', '-v'], { home, env: renewerEnv(server) });
        expect([shown.code, shown.stdout]).toEqual([0, 'tok\n']);
        expect(shown.stderr).toContain('the session is not shared: AUTHCTL_STORE chose the store');
        expect(keys()).toBe('0');
      }
    });

    test('gets none that is made with a secret that is typed, be it as stdin', async () => {
      clear();
      const vendor = await countingServer(() => success('tok'));
      const home = newHome();
      const script = home.write(
        'script.exp',
        `
          set timeout 20
          spawn -noecho sh -c {
            "$NODE" "$AUTHCTL" login ropo --cid 1 --apicode-stdin --base-url ${vendor.url} -v; echo "code: $?"
          }
          expect "Ctrl-D ends it"; send "c4nary-typed\\x04\\x04"
          expect { timeout { puts TIMEOUT } eof }
        `,
      );
      const { stdout } = await run(['expect', '-f', script], { home, env: renewerEnv(server) });
      expect(stdout).toContain('tok\r\n');
      expect(stdout).toContain('the session is not shared');
      expect(keys()).toBe('0');
    });

    test('does not take the place of the user’s own session, nor that of a bare command', async () => {
      clear();
      const { env, success: pair } = accounts['datarhei by password'];
      const vendor = await countingServer((_, count) => pair(`tok${count}`));
      const home = newHome();
      const line = ['token', 'datarhei', '--base-url', vendor.url];
      // Another machine, the attacker's, has put sessions of this account and of another there.
      const other = { ...env, DATARHEI_USERNAME: 'other' };
      for (const each of [env, other]) await output(line, { env: renewerEnv(server, each) });
      await output(['login', 'datarhei', '--base-url', vendor.url], { home, env });
      age(home, 100_000);
      const before = home.sessions().map((path) => readFileSync(path, 'utf8'));
      const hostile = { AUTHCTL_STORE_ROLE: 'reader' };
      await output(line, {
        home,
        env: renewerEnv(server, { ...hostile, DATARHEI_USERNAME: 'other' }),
      });
      const after = home.sessions().map((path) => readFileSync(path, 'utf8'));
      expect(after).toEqual(expect.arrayContaining(before));
      // A bare command means the user's own session, and renews it.
      expect(await output(line, { home })).toMatch(/^tok\d\n$/);
      expect(vendor.counts['/api/login/refresh']).toBe(1);
    });

    test('is not sent a file of several lines as its password', async () => {
      const home = newHome();
      const file = home.write('id_rsa', '-----BEGIN\nkey\n-----END\n');
      const env = { ...renewerEnv(server), AUTHCTL_STORE_PASSWORD: '' };
      const { code, stderr } = await authctl(['store', 'status'], {
        home,
        env: { ...env, AUTHCTL_STORE_PASSWORD_FILE: file },
      });
      expect([code, stderr]).toEqual([2, expect.stringContaining('has a line break')]);
      expect(stderr).not.toContain('BEGIN');
    });

    test('gets none that was stored before, nor what that is refreshed to', async () => {
      clear();
      const { env, success: pair } = accounts['datarhei by password'];
      const vendor = await countingServer((_, count) => pair(`tok${count}`));
      const home = newHome();
      home.setConfig({ datarhei: { base_url: vendor.url } });
      await output(['login', 'datarhei'], { home, env });
      age(home, 100_000);
      const found = await output(['token', 'datarhei'], { home, env: renewerEnv(server) });
      expect(found).toBe('tok1\n');
      expect(Object.keys(vendor.counts)).toContain('/api/login/refresh');
      expect(keys()).toBe('0');
    });

    test('gets no password that the config has for the config’s store', async () => {
      const home = newHome();
      const ran = `${home.path}/ran`;
      home.setConfig({
        store: {
          url: 'rediss://renewer@store.example:6380',
          password: { command: ['touch', ran] },
        },
      });
      const env = { ...renewerEnv(server), AUTHCTL_STORE_PASSWORD: undefined };
      const { code, stderr } = await authctl(['store', 'status'], { home, env });
      expect([code, stderr]).toEqual([
        8,
        expect.stringContaining('refuses the user or its password'),
      ]);
      await expect(output(['config', 'get', 'store.url'], { home })).resolves.toContain(
        'store.example',
      );
      expect(() => home.readConfig()).not.toThrow();
      const { existsSync } = await import('node:fs');
      expect(existsSync(ran)).toBe(false);
    });

    test('the config’s store gets both', async () => {
      clear();
      const vendor = await countingServer(() => success('tok'));
      const home = newHome();
      const file = home.write('key', keyText);
      home.setConfig({
        ropo: { cid: '1', apicode: { command: ['echo', secret] }, base_url: vendor.url },
        ...configOf(server, file, { password: { command: ['echo', passwords.renewer] } }),
      });
      expect(await output(['token', 'ropo'], { home })).toBe('tok\n');
      expect(keys()).not.toBe('0');
    });

    test('a config that a variable chose counts as that variable', async () => {
      clear();
      const vendor = await countingServer(() => success('tok'));
      const home = newHome();
      const { AUTHCTL_STORE, ...rest } = renewerEnv(server);
      home.setConfig({ ropo: { cid: '1', base_url: vendor.url } });
      const own = await authctl(['token', 'ropo', '-v'], {
        home,
        env: { ...rest, ROPO_APICODE: 'variable', AUTHCTL_STORE },
      });
      expect(own.stdout).toBe('tok\n');
      expect(keys()).not.toBe('0');
    });

    test('leaves nothing behind: what came from it is used only while the variable is the same', async () => {
      clear();
      const vendor = await countingServer((_, count) => success(`tok${count}`));
      const line = ['token', 'ropo', '--base-url', vendor.url];
      const home = newHome();
      const { env: own } = accounts.ropo;
      // Another machine, the attacker's, has put a token there.
      await output(line, { env: renewerEnv(server, own) });
      expect(await output(line, { home, env: renewerEnv(server, own) })).toBe('tok1\n');
      expect(await output(line, { home, env: renewerEnv(server, own) })).toBe('tok1\n');
      // Outside of the project, by the launcher and by the program.
      expect(await output(['token', 'ropo', '--base-url', vendor.url], { home, env: own })).toBe(
        'tok2\n',
      );
      const bare = { ...own, ROPO_BASE_URL: vendor.url };
      expect(await output(['token', 'ropo'], { home, env: bare })).toBe('tok2\n');
    });

    test('a command that exec runs gets neither the password nor the key', async () => {
      const vendor = await countingServer(() => success('tok'));
      const env = renewerEnv(server, accounts.ropo.env);
      const shown = await output(['exec', 'ropo', '--base-url', vendor.url, '--', 'env'], { env });
      expect(shown).toContain('ROPO_TOKEN=tok');
      for (const word of [passwords.renewer, keyText.trim(), 'AUTHCTL_STORE=']) {
        expect(shown).not.toContain(word);
      }
    });
  },
);

describeWith(['redis-server', 'redis-cli', 'openssl'], 'whoever runs the store', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });

  const user = (cid: string): Env => ({ ...accounts.ropo.env, ROPO_CID: cid });
  const names = () =>
    server
      .cli('--scan', '--pattern', 'authctl:1:*:t')
      .split('\n')
      .flatMap((key) => /\{(.*)\}/.exec(key)?.[1] ?? []);
  /** Names and values, of which some are empty. */
  const fields = (key: string) => server.cli('HGETALL', key).split('\n').slice(0, -1);

  test('cannot give one account’s token to another: the value is noticed, and a new token got', async () => {
    const vendor = await countingServer((_, count) => success(`tok${count}`));
    const line = ['token', 'ropo', '--base-url', vendor.url];
    const env = (cid: string) => renewerEnv(server, user(cid));
    await output(line, { env: env('1') });
    const [first = ''] = names();
    await output(line, { env: env('2') });
    const second = names().find((name) => name !== first) ?? '';
    server.cli('HSET', keysOf(second)[0], ...fields(keysOf(first)[0]));
    const swapped = await authctl(line, { env: env('2') });
    expect([swapped.code, swapped.stdout]).toEqual([0, 'tok3\n']);
    expect(swapped.stderr).toContain('forged, or from another place');
    // A reader does not take it either.
    server.cli('HSET', keysOf(second)[0], ...fields(keysOf(first)[0]));
    const read = await authctl(line, { env: readerEnv(server, { ROPO_CID: '2' }) });
    expect([read.code, read.stdout]).toEqual([3, '']);
  });

  test('cannot make a machine go back to a token before the one that it had', async () => {
    server.cli('FLUSHALL');
    const vendor = await countingServer((_, count) => success(`tok${count}`));
    const line = ['token', 'ropo', '--base-url', vendor.url];
    const env = renewerEnv(server, user('3'));
    const home = newHome();
    await output(line, { home, env });
    const [name = ''] = names();
    const [t] = keysOf(name);
    const old = fields(t);
    await output([...line, '--rejected'], { home, env });
    server.cli('DEL', t);
    server.cli('HSET', t, ...old);
    // The copy here has ended, so that the store is asked.
    age(home, 100_000);
    expect(await output(line, { home, env })).toBe('tok3\n');
  });

  test('cannot make a token live longer than it was sealed for', async () => {
    server.cli('FLUSHALL');
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const vendor = await countingServer(() => {
      const now = Math.floor(Date.now() / 1000);
      return success(`${part({ alg: 'none' })}.${part({ iat: now, exp: now + 4 })}.x`);
    });
    const line = ['token', 'ropo', '--base-url', vendor.url];
    await output(line, { env: renewerEnv(server, user('4')) });
    const [name = ''] = names();
    const later = String(Date.now() + 3_600_000);
    server.cli('HSET', keysOf(name)[0], 'exp', later, 'renew', later);
    await new Promise((resolve) => setTimeout(resolve, 4500));
    const read = await authctl(line, { env: readerEnv(server, { ROPO_CID: '4' }) });
    expect([read.code, read.stdout]).toEqual([3, '']);
  });

  test('is not believed, whatever the store has in it', async () => {
    const vendor = await countingServer(() => success('tok'));
    const line = ['token', 'ropo', '--base-url', vendor.url];
    const env = renewerEnv(server, user('5'));
    await output(line, { env });
    const found = names();
    for (const value of ['', 'x', '1.x.y', '\x1b[31m', '{"token":"forged"}', 'x'.repeat(100_000)]) {
      for (const name of found) server.cli('HSET', keysOf(name)[0], 'sealed', value);
      const { code, stdout, stderr } = await authctl(line, { env });
      expect([code, ['tok\n', ''].includes(stdout)]).toEqual([code === 8 ? 8 : 0, true]);
      expect(stderr).not.toMatch(/\x1b|forged"/);
    }
  });

  test('who may write but has a reader’s key can forge tokens: the ACL is what keeps readers from it', () => {
    const dryRun = server.cli('ACL', 'DRYRUN', 'reader', 'HSET', 'authctl:1:{x}:t', 'sealed', 'x');
    expect(dryRun).toContain('no permissions');
  });
});

describe('a server that answers with what no store sends', () => {
  const closers: (() => void)[] = [];
  afterAll(() => {
    for (const close of closers.splice(0)) close();
  });

  /** The port of a server that answers everything with one text. */
  async function answering(text: string): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => socket.write(text));
    }).listen(0, '127.0.0.1');
    closers.push(() => server.close());
    await once(server, 'listening');
    const address = server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  test.each([
    ['a list that is too long', '*4294967297\r\n'],
    ['lists in lists', '*1\r\n'.repeat(200_000)],
  ])('%s: it is a store that is down', async (_, text) => {
    const vendor = await countingServer(() => success('tok'));
    const line = ['token', 'ropo', '--base-url', vendor.url];
    const home = newHome();
    const url = `redis://renewer@127.0.0.1:${await answering(text)}/0`;
    const store = { url, key_file: home.write('key', keyText) };
    home.setConfig({ store });
    const env = { ...accounts.ropo.env, AUTHCTL_STORE_PASSWORD: passwords.renewer };
    const { code, stdout, stderr } = await authctl(line, { home, env });
    expect([code, stdout, stderr]).toEqual([
      8,
      '',
      expect.stringContaining('ended the connection'),
    ]);
    home.setConfig({ store: { ...store, fallback: 'login' } });
    expect((await authctl(line, { home, env })).stdout).toBe('tok\n');
  });
});
