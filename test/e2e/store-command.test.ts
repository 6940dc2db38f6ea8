/** `authctl store`, the settings of the store, and what doctor says of it, with a real server. */
import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parseKeyRing } from '../../src/store/shared/key-ring.ts';
import { describeWith } from '../parts.ts';
import { type RedisServer, startRedis } from '../store/shared/server.ts';
import { accounts } from './accounts.ts';
import { countingServer } from './counting.ts';
import { keyText, readerEnv, renewerEnv } from './fleet.ts';
import { authctl, failure, newHome, output } from './harness.ts';
import { start, until } from './start.ts';

const kids = (text: string) => parseKeyRing(text, 'the test').keys.map(({ kid }) => kid);

describe('store key', () => {
  test('new prints a key, and writes nothing', async () => {
    const home = newHome();
    const text = await output(['store', 'key', 'new'], { home });
    expect(kids(text)).toHaveLength(1);
    expect(home.sessions()).toEqual([]);
  });

  test('a rotation goes on from what it printed, in three steps', async () => {
    const home = newHome();
    const file = home.write('key', keyText);
    const env = { AUTHCTL_STORE_KEY_FILE: file };
    const [old] = kids(keyText);
    for (const [step, expected] of [
      [[], (fresh?: string) => [old, fresh]],
      [['seal'], (fresh?: string) => [fresh, old]],
      [['drop'], (fresh?: string) => [fresh]],
    ] as const) {
      const text = await output(['store', 'key', 'rotate', ...step], { home, env });
      const fresh = kids(text).find((kid) => kid !== old);
      expect(kids(text)).toEqual(expected(fresh));
      writeFileSync(file, text);
    }
    const reader = await output(['store', 'key', 'reader'], { home, env });
    expect(reader).toMatch(/^name:\S+\nread\.[0-9a-f]{8}:\S+\n$/);
  });

  test.each<[string, string[], Record<string, string>, number]>([
    ['without a key', ['reader'], {}, 3],
    ['of what is no key', ['rotate'], { AUTHCTL_STORE_KEY: 'no key' }, 3],
    ['a step before the first', ['rotate', 'seal'], { AUTHCTL_STORE_KEY: keyText }, 2],
    ['a step of nothing', ['new', 'drop'], {}, 2],
    ['another word', ['old'], {}, 2],
    ['a file that is not there', ['reader'], { AUTHCTL_STORE_KEY_FILE: '/none' }, 2],
  ])('%s is told', async (_, words, env, code) => {
    expect((await failure(['store', 'key', ...words], { env })).code).toBe(code);
  });
});

describe('the settings of the store', () => {
  test('are set, shown and removed like others, without a password', async () => {
    const home = newHome();
    const set = (...words: string[]) => authctl(['config', 'set', ...words], { home });
    expect((await set('store.url', 'rediss://renewer@host:6380/0')).code).toBe(0);
    expect((await set('store.lease', '5s')).code).toBe(0);
    expect((await set('store.password', '--command', 'print-it')).code).toBe(0);
    expect(await output(['config', 'list'], { home })).toBe(
      'store.url=rediss://renewer@host:6380/0\nstore.lease=5s\nstore.password=(command)\n',
    );
    expect(await output(['config', 'get', 'store.url'], { home })).toBe(
      'rediss://renewer@host:6380/0\n',
    );
    expect((await authctl(['config', 'unset', 'store.lease'], { home })).code).toBe(0);
  });

  test.each<[string[], string]>([
    [['store.password', 'secret'], 'is a secret'],
    [['store.url', 'rediss://a:secret@host'], 'has a password'],
    [['store.url', 'http://host'], 'not a valid one'],
    [['store.url', 'redis+sentinel://a,b/name'], 'not supported yet'],
    [['store.role', 'boss'], 'renewer or reader'],
    [['store.lease', 'long'], 'a duration from'],
    [['store.urll', 'x'], 'did you mean url'],
    [['profiles.work.store.url', 'rediss://host'], 'the same for all profiles'],
    [['store.url', '--command', 'x'], 'cannot be a command'],
  ])('%j is refused: %s', async (words, said) => {
    const { code, stderr } = await failure(['config', 'set', ...words]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect(stderr).not.toContain('secret@');
  });

  test('a plain address of another machine is refused before anything is sent, and where it is used only', async () => {
    const env = { AUTHCTL_STORE: 'redis://store.example', AUTHCTL_STORE_KEY: keyText };
    const used = await failure(['store', 'status'], { env });
    expect([used.code, used.stderr]).toEqual([2, expect.stringContaining('is not encrypted')]);
    expect((await authctl(['status'], { env })).code).toBe(0);
  });
});

test('what is wrong with the settings is told by what gets a token, and by nothing else', async () => {
  const env = { AUTHCTL_STORE: 'rediss://host', ...accounts.ropo.env };
  for (const words of [['status'], ['profile', 'list'], ['config', 'list'], ['logout', '--all']]) {
    expect((await authctl(words, { env })).code).toBe(0);
  }
  for (const command of ['token', 'login']) {
    const { code, stderr } = await failure([command, 'ropo'], { env });
    expect([code, stderr]).toEqual([3, expect.stringContaining('missing for the shared store')]);
  }
});

describeWith(['redis-server', 'redis-cli', 'openssl'], 'with a store', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  const { env: credentials, success } = accounts.ropo;

  test('store status shows it, and what it has of the sessions here', async () => {
    const vendor = await countingServer((_, count) => success(`tok${count}`));
    const env = renewerEnv(server, credentials);
    const home = newHome();
    const line = ['token', 'ropo', '--base-url', vendor.url];
    await output(line, { home, env });
    // Another machine has the next token.
    await output(['login', 'ropo', '--base-url', vendor.url], { env });
    const text = await output(['store', 'status'], { home, env });
    expect(text).toMatch(
      /^store {3}rediss:\/\/127\.0\.0\.1:\d+\/0, which AUTHCTL_STORE chose\nuser {4}renewer\nrole {4}renewer\n/,
    );
    expect(text).toMatch(/^ropo +default +cid=4711 +\S.* +of an earlier token/m);
    const { sessions, ...rest } = JSON.parse(
      await output(['store', 'status', '-o', 'json'], { home, env }),
    );
    expect(rest).toMatchObject({
      user: 'renewer',
      variable: 'AUTHCTL_STORE',
      role: 'renewer',
      keys: kids(keyText),
    });
    expect(sessions).toEqual([
      expect.objectContaining({ provider: 'ropo', shared: true, behind: true, asking: false }),
    ]);
    expect(text + JSON.stringify(sessions)).not.toMatch(/tok\d/);
  });

  test('store status without a store is exit 3, and of one that is down exit 8', async () => {
    const none = await failure(['store', 'status']);
    expect(none).toEqual({
      code: 3,
      stderr: expect.stringContaining('hint: authctl config set store.url'),
    });
    const env = { ...renewerEnv(server), AUTHCTL_STORE: 'redis://127.0.0.1:9' };
    const down = await failure(['store', 'status'], { env });
    expect(down).toEqual({ code: 8, stderr: expect.stringContaining('hint: authctl doctor') });
  });

  test('store password needs a terminal, and the store of the config', async () => {
    expect((await failure(['store', 'password'], { env: renewerEnv(server) })).code).toBe(2);
    const home = newHome();
    home.setConfig({ store: { url: 'rediss://host', key_file: home.write('key', keyText) } });
    const { code, stderr } = await failure(['store', 'password'], { home });
    expect([code, stderr]).toEqual([3, expect.stringContaining('has to be typed')]);
  });

  const shared = async (env: Parameters<typeof renewerEnv>[1]) => {
    const { stdout } = await authctl(['doctor', '-o', 'json', 'ropo'], { env: { ...env } });
    const rows: { check: string; state: string; message: string }[] = JSON.parse(stdout);
    return rows
      .filter(({ check }) => check === 'shared store')
      .map(({ state, message }) => `${state}: ${message}`);
  };

  test('doctor tries it', async () => {
    const found = await shared(renewerEnv(server));
    expect(found).toEqual([
      expect.stringMatching(
        /^ok: rediss:.* with TLS; redis 7\.\d.* grants a lease, and takes it back$/,
      ),
      expect.stringMatching(/^skipped: its user may not ask which keys it drops/),
      expect.stringMatching(/^ok: the key from AUTHCTL_STORE_KEY seals with [0-9a-f]{8}$/),
      'ok: this machine is a renewer',
      expect.stringMatching(/^ok: AUTHCTL_STORE chose the store/),
    ]);
    const admin = await shared({
      ...renewerEnv(server),
      AUTHCTL_STORE: server.url('admin'),
      AUTHCTL_STORE_PASSWORD: 'admin-pass',
    });
    expect(admin).toContainEqual('ok: it has no replica');
    server.cli('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const dropping = await shared({
      ...renewerEnv(server),
      AUTHCTL_STORE: server.url('admin'),
      AUTHCTL_STORE_PASSWORD: 'admin-pass',
    });
    expect(dropping.join('\n')).toMatch(/warning: it drops any key when it is full/);
    server.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  });

  test('doctor says what a reader has that it should not have', async () => {
    const reader = await shared(readerEnv(server));
    expect(reader).toContainEqual('ok: this machine is a reader, which never logs in');
    const whole = await shared({
      ...readerEnv(server),
      AUTHCTL_STORE_KEY: keyText,
      AUTHCTL_STORE_ROLE: 'reader',
      ...credentials,
    });
    expect(whole.join('\n')).toMatch(/warning: this reader has the whole key/);
    expect(whole.join('\n')).toMatch(/warning: this reader has a password, in ROPO_APICODE/);
  });

  test('doctor says which part failed', async () => {
    expect(await shared({ ...renewerEnv(server), AUTHCTL_STORE_PASSWORD: 'wrong' })).toEqual([
      expect.stringMatching(/^failed: .* refuses the user or its password$/),
    ]);
    expect(await shared({ ...renewerEnv(server), AUTHCTL_STORE_KEY: undefined })).toEqual([
      expect.stringMatching(/^failed: missing for the shared store: its key/),
    ]);
  });

  test('a holder that is interrupted leaves at once', async () => {
    const vendor = await countingServer((_, count) => success(`tok${count}`));
    const env = renewerEnv(server, { ...credentials, ROPO_CID: 'interrupted' });
    const line = ['token', 'ropo', '--base-url', vendor.url];
    vendor.shut();
    const holder = start(line, { home: newHome(), env });
    await until(() => vendor.total() === 1);
    holder.signal('SIGINT');
    await holder.ended;
    vendor.shut();
    vendor.open();
    const began = performance.now();
    expect(await output(line, { env })).toBe('tok1\n');
    // The lease would have been 10 s.
    expect(performance.now() - began).toBeLessThan(6000);
  });

  test('a sandbox knows nothing of the store', async () => {
    const before = server.cli('DBSIZE');
    const env = renewerEnv(server);
    const script = '"$NODE" "$AUTHCTL" token ropo && env';
    const { code, stdout } = await authctl(['sandbox', '--', 'sh', '-c', script], { env });
    expect([code, stdout]).toEqual([0, expect.not.stringContaining('AUTHCTL_STORE=')]);
    expect(server.cli('DBSIZE')).toBe(before);
  });
});
