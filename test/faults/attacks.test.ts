/** Attacks on the built program: who may see a secret, and who decides where it goes. */
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { accounts } from '../e2e/accounts.ts';
import {
  authctl,
  type Env,
  exitStatus,
  type Home,
  newHome,
  output,
  program,
  run,
} from '../e2e/harness.ts';
import { serve, type TestServer } from '../e2e/servers.ts';
import { age } from '../e2e/stored.ts';

const canary = 'c4nary-secret';
const account = accounts['datarhei by password'];
const { ropo } = accounts;

const command = { command: [process.execPath, '-p', JSON.stringify(canary)] };
const onPosix = process.platform === 'win32' ? test.skip : test;
const seen = (server: TestServer) => JSON.stringify(server.requests);

describe('a command of the config', () => {
  test.each<[string, Record<string, unknown>]>([
    ['of a secret', { username: 'me', password: command }],
    ['of a field that is no secret', { username: command, password: command }],
  ])('%s is not run for a server that a variable chose', async (_, fields) => {
    const server = await serve(account.success('tok'));
    const chosen: readonly Env[] = [
      { DATARHEI_BASE_URL: server.url },
      // The environment `local` is loopback, where anybody may listen.
      { DATARHEI_ENVIRONMENT: 'local' },
    ];
    for (const env of chosen) {
      const home = newHome();
      home.setConfig({ datarhei: fields });
      const { code, stdout, stderr } = await authctl(['login', 'datarhei'], { home, env });
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toContain(`is not run while ${Object.keys(env)[0]} chooses the server`);
    }
    expect(seen(server)).not.toContain(canary);
  });
});

describe('a server that only the last session names', () => {
  /** A home whose last session is at a server that nothing names any more. */
  async function visited() {
    const home = newHome();
    const server = await serve({
      body: { access_token: 'a', refresh_token: 'r', id: 'x', name: 'y', auths: ['x'] },
    });
    await output(['login', 'datarhei', '--base-url', server.url], { home, env: account.env });
    return { home, server };
  }

  test.each<[string, readonly string[], Env, string | undefined]>([
    ['of --refresh-token', ['refresh', '--refresh-token', canary], {}, undefined],
    ['on stdin', ['refresh', '--refresh-token-stdin'], {}, canary],
    ['of a variable', ['refresh'], { DATARHEI_REFRESH_TOKEN: canary }, undefined],
  ])('gets no refresh token %s', async (_, args, env, stdin) => {
    const { home, server } = await visited();
    const outcome = await authctl(args, { home, env, ...(stdin !== undefined && { stdin }) });
    expect([outcome.code, outcome.stdout]).toEqual([3, '']);
    expect(outcome.stderr).toContain('--base-url');
    expect(seen(server)).not.toContain(canary);
  });

  test('gets no token of --token-stdin', async () => {
    const { home, server } = await visited();
    const outcome = await authctl(['verify', 'datarhei', '--token-stdin'], { home, stdin: canary });
    expect([outcome.code, outcome.stdout]).toEqual([3, '']);
    expect(seen(server)).not.toContain(canary);
  });

  test('gets its own tokens', async () => {
    const { home, server } = await visited();
    const asked = await authctl(['verify', 'datarhei'], { home });
    expect(asked.code).toBe(0);
    expect((await authctl(['refresh'], { home })).code).toBe(0);
    expect(server.requests).toHaveLength(3);
  });
});

test('a stored token that a server echoes is redacted', async () => {
  const home = newHome();
  const env = { NETNUT_EMAIL: 'me', NETNUT_PASSWORD: 'x' };
  const server = await serve((_, count) =>
    count === 1
      ? accounts.netnut.success('stored-t0ken')
      : { status: 401, body: { message: 'old: stored-t0ken' } },
  );
  const at = ['netnut', '--base-url', server.url];
  await output(['token', ...at], { home, env });
  const { code, stderr } = await authctl(['verify', ...at, '--token-stdin'], {
    home,
    env,
    stdin: 'other-t0ken\n',
  });
  expect([code, stderr]).toEqual([4, expect.not.stringContaining('stored-t0ken')]);
});

describe('a session of a server that a variable chose', () => {
  test('is not the one that a bare command means', async () => {
    const home = newHome();
    const [mine, other] = await Promise.all([
      serve(ropo.success('mine')),
      serve(ropo.success('other')),
    ]);
    home.setConfig({ ropo: { base_url: mine.url, cid: '1' } });
    const secret = { ROPO_APICODE: 'x' };
    await output(['login', 'ropo'], { home, env: secret });
    const env = { ...secret, ROPO_BASE_URL: other.url };
    expect(await output(['token', 'ropo'], { home, env })).toBe('other\n');
    expect(await output(['token', 'ropo'], { home })).toBe('mine\n');
    // With the variable it is found again, without a login.
    expect(await output(['token', 'ropo'], { home, env: { ROPO_BASE_URL: other.url } })).toBe(
      'other\n',
    );
    expect(other.requests).toHaveLength(1);
  });

  test('is not served later, when the variable is gone', async () => {
    const home = newHome();
    const { url } = await serve(ropo.success('other'));
    const env = { ROPO_BASE_URL: url, ROPO_CID: '1', ROPO_APICODE: 'x' };
    await output(['token', 'ropo'], { home, env });
    const { code, stdout } = await authctl(['token', 'ropo'], { home });
    expect([code, stdout]).toEqual([3, '']);
  });
});

test('a session at a server that neither config nor declaration names is served with a notice', async () => {
  const home = newHome();
  const { url } = await serve(ropo.success('tok'));
  const args = ['login', 'ropo', '--base-url', url, '--cid', '1'];
  await output(args, { home, env: { ROPO_APICODE: 'x' } });
  const { code, stdout, stderr } = await authctl(['token', 'ropo'], { home });
  expect([code, stdout]).toEqual([0, 'tok\n']);
  expect(stderr).toContain(`the token is for ${url}, a server known only from the last session`);
  home.setConfig({ ropo: { base_url: url } });
  expect(await output(['token', 'ropo'], { home })).toBe('tok\n');
});

test('a session from --base-url that has ended needs --base-url again', async () => {
  const home = newHome();
  const { url, requests } = await serve(ropo.success('tok'));
  const env = { ROPO_APICODE: 'x' };
  await output(['login', 'ropo', '--base-url', url, '--cid', '1'], { home, env });
  age(home, 1_000_000);
  const { code, stderr } = await authctl(['token', 'ropo'], { home, env });
  expect(code).toBe(3);
  expect(stderr).toContain('--base-url');
  expect(requests).toHaveLength(1);
});

describe('a config in a checkout, which a variable names', () => {
  /** A project below the home. */
  function project(home: Home, settings: unknown): string {
    const place = join(home.path, 'src', 'project', '.settings');
    mkdirSync(place, { recursive: true, mode: 0o700 });
    mkdirSync(join(home.path, 'src', 'project', '.git'));
    writeFileSync(join(place, 'config.json'), JSON.stringify(settings), { mode: 0o600 });
    return place;
  }

  test('runs no command', async () => {
    const home = newHome();
    const server = await serve(ropo.success('tok'));
    const touched = join(home.path, 'touched');
    const place = project(home, {
      ropo: { base_url: server.url, cid: '1', apicode: { command: ['touch', touched] } },
    });
    const env = { AUTHCTL_CONFIG_DIR: place };
    const { code, stderr } = await authctl(['token', 'ropo'], { home, env });
    expect(code).toBe(3);
    expect(stderr).toContain(`the commands of the config file ${place}/config.json are ignored`);
    expect(existsSync(touched)).toBe(false);
  });

  test('leaves no session behind that a bare command means', async () => {
    const home = newHome();
    const server = await serve(ropo.success('theirs'));
    const place = project(home, { ropo: { base_url: server.url, cid: '7' } });
    const env = { AUTHCTL_CONFIG_DIR: place, ROPO_APICODE: 'x' };
    expect(await output(['token', 'ropo'], { home, env })).toBe('theirs\n');
    home.setConfig({ ropo: { cid: '7', apicode: command } });
    const { code, stdout } = await authctl(['exec', 'ropo', '--', 'env'], { home });
    expect([code, stdout]).not.toEqual([0, expect.stringContaining('theirs')]);
    expect(stdout).not.toContain('theirs');
    expect(seen(server)).not.toContain(canary);
  });
});

test.each<[string, (socket: Socket) => void]>([
  ['breaks off', (socket) => socket.end('HTTP/1.1 401 No\r\nContent-Length: 100\r\n\r\n{')],
  [
    'is compressed',
    (socket) =>
      socket.end('HTTP/1.1 403 No\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\n{'),
  ],
  ['is too long', (socket) => socket.end('HTTP/1.1 401 No\r\nContent-Length: 9999999\r\n\r\n{')],
  ['stalls', (socket) => socket.write('HTTP/1.1 401 No\r\nContent-Length: 100\r\n\r\n{')],
])('a refusal whose body %s is a refusal, and is remembered', async (_, answer) => {
  let asked = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      asked += 1;
      answer(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const home = newHome();
    const { port } = server.address() as AddressInfo;
    const args = ['token', 'ropo', '--base-url', `http://127.0.0.1:${port}`, '--timeout', '2s'];
    for (const _ of [1, 2, 3]) {
      const { code, stdout } = await authctl(args, { home, env: ropo.env });
      expect([code, stdout]).toEqual([4, '']);
    }
    expect(asked).toBe(1);
  } finally {
    server.close();
  }
});

describe('a secret that a flag gives', () => {
  // Of documentation (RFC 5737): nothing answers there.
  const url = 'http://192.0.2.1';
  const reach = ['--allow-http', '--timeout', '1s', '--retries', '0'];

  test.each<[string, readonly string[]]>([
    ['login', ['login', 'datarhei', '--username', 'me', '--password-stdin']],
    ['refresh', ['refresh', '--refresh-token-stdin']],
    ['verify', ['verify', 'datarhei', '--token-stdin']],
  ])('goes to a server of a variable only with a notice: %s', async (_, args) => {
    const env = { DATARHEI_BASE_URL: url };
    const { stderr } = await authctl([...args, ...reach], { env, stdin: canary });
    expect(stderr).toContain(`stdin is sent to ${url}, which DATARHEI_BASE_URL chose`);
  });

  test('goes to a server that a flag names without one', async () => {
    const args = ['login', 'datarhei', '--username', 'me', '--password-stdin', '--base-url', url];
    const { stderr } = await authctl([...args, ...reach], { stdin: canary });
    expect(stderr).not.toContain('is sent to');
  });
});

describe('a link in a state directory that a variable chose', () => {
  test.each<[string, (state: string, mine: string) => void, readonly (readonly string[])[]]>([
    [
      'to a directory of sessions',
      (state, mine) => symlinkSync(mine, join(state, 'sessions', 'ropo')),
      [['token', 'ropo'], ['logout', '--all'], ['logout', 'ropo'], ['status']],
    ],
    [
      'to a directory of one profile',
      (state, mine) => {
        mkdirSync(join(state, 'sessions', 'ropo'), { mode: 0o700 });
        symlinkSync(join(mine, 'default'), join(state, 'sessions', 'ropo', 'default'));
      },
      [
        ['login', 'ropo'],
        ['logout', '--all'],
      ],
    ],
    [
      'to the outlines',
      (state, mine) => symlinkSync(mine, join(state, 'outlines')),
      [
        ['token', 'ropo'],
        ['logout', '--all'],
      ],
    ],
    [
      'to the unfinished files',
      (state, mine) => symlinkSync(mine, join(state, 'unfinished')),
      [
        ['token', 'ropo'],
        ['logout', '--all'],
      ],
    ],
  ])('%s changes nothing there', async (_, plant, commands) => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    const mine = join(home.path, 'mine');
    mkdirSync(join(mine, 'default', 'empty'), { recursive: true });
    mkdirSync(join(mine, 'empty'));
    symlinkSync('default', join(mine, 'current'));
    for (const name of ['ropo.json', 'default/current', 'default/0123456789abcdef.json'])
      writeFileSync(join(mine, name), 'precious');
    const before = readdirSync(mine, { recursive: true, encoding: 'utf8' }).sort();
    const state = join(home.path, 'project');
    mkdirSync(join(state, 'sessions'), { recursive: true, mode: 0o700 });
    plant(state, mine);
    const env = { ...ropo.env, ROPO_BASE_URL: url, AUTHCTL_STATE_DIR: state };
    for (const args of commands) {
      const { code } = await authctl(args, { home, env });
      expect([args, code]).toEqual([args, 0]);
    }
    expect(readdirSync(mine, { recursive: true, encoding: 'utf8' }).sort()).toEqual(before);
    for (const name of ['ropo.json', 'default/current', 'default/0123456789abcdef.json'])
      expect(readFileSync(join(mine, name), 'utf8')).toBe('precious');
  });
});

test('an accepted login ends the memory of a refusal', async () => {
  const home = newHome();
  let refuses = true;
  const right = ropo.success('tok');
  const server = await serve(() => (refuses ? { status: 401, body: {} } : right));
  const options = { home, env: { ...ropo.env, ROPO_BASE_URL: server.url } };
  expect(await authctl(['token', 'ropo'], options)).toMatchObject({ code: 4 });
  refuses = false;
  expect(await authctl(['login', 'ropo'], options)).toMatchObject({ code: 0 });
  expect(await authctl(['token', 'ropo', '--min-ttl', '3h'], options)).toMatchObject({ code: 0 });
});

onPosix('a variable that is not UTF-8 is not sent in another form', async () => {
  const server = await serve(account.success('tok'));
  const shell = `DATARHEI_PASSWORD=$(printf 'p\\304ss') exec "$@"`;
  const args = ['login', 'datarhei', '--username', 'me', '--base-url', server.url];
  const { code, stderr } = await run(['sh', '-c', shell, 'sh', ...program, ...args]);
  expect([code, stderr]).toEqual([
    2,
    'authctl: password from DATARHEI_PASSWORD is not UTF-8 text\n',
  ]);
  expect(server.requests).toEqual([]);
});

onPosix('SIGUSR1 opens no debugger', async () => {
  const home = newHome();
  const server = await serve(ropo.success('tok'));
  const file = join(home.path, 'token');
  const args = ['token', 'ropo', '--watch', '--out-file', file, '--base-url', server.url];
  const outcome = await authctl(args, {
    home,
    env: ropo.env,
    onStart: async (pid) => {
      while (!existsSync(file)) await sleep(50);
      process.kill(pid, 'SIGUSR1');
      await sleep(500);
      process.kill(pid, 'SIGTERM');
    },
  });
  expect([exitStatus(outcome), outcome.stderr]).toEqual([
    143,
    expect.not.stringContaining('ebugger'),
  ]);
});
