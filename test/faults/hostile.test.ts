/** Tests hostile environments: programs on PATH, files in the working directory, variables, umasks. */
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { accounts, expectNoSecret, secret } from '../e2e/accounts.ts';
import {
  authctl,
  type Env,
  type Home,
  newHome,
  output,
  program,
  run,
  testUnderNode,
} from '../e2e/harness.ts';
import { serve } from '../e2e/servers.ts';
import { age } from '../e2e/stored.ts';

const account = accounts['datarhei by password'];
const { ropo } = accounts;
const { PATH } = process.env;

/** A program that does nothing but record that it was run. */
function trap(home: Home, name: string): string {
  const path = home.write(name, `#!/bin/sh\necho "$0" >> ${home.path}/sprung\n`);
  chmodSync(path, 0o755);
  return path;
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

const sprung = (home: Home) => {
  const path = join(home.path, 'sprung');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

const commands = [
  ['login', 'datarhei', '-o', 'env'],
  ['login', 'datarhei', '-v'],
  ['token', 'datarhei', '--min-ttl', '1h'],
  ['status'],
  ['credentials', 'list'],
] as const;

describe('nothing is loaded or run from', () => {
  test('a PATH that has other programs under common names', async () => {
    const home = newHome();
    mkdirSync(join(home.path, 'bin'));
    const names = ['node', 'sh', 'bash', 'ps', 'openssl', 'curl', 'tasklist', 'security', 'id'];
    for (const name of [...names, 'secret-tool', 'pass', 'getent', 'uname'])
      trap(home, `bin/${name}`);
    const { url } = await serve(account.success('tok'));
    const env = { ...account.env, DATARHEI_BASE_URL: url, PATH: `${home.path}/bin:${PATH}` };
    for (const args of commands) expect((await authctl(args, { home, env })).code).toBe(0);
    // With the keychain as well, which may be missing.
    await authctl(['login', 'datarhei', '--username', 'me', '--base-url', url], {
      home,
      env: { PATH: env.PATH, AUTHCTL_NO_KEYCHAIN: undefined, CI: '1' },
    });
    expect(sprung(home)).toBe('');
  });

  test('the working directory', async () => {
    const home = newHome();
    const cwd = join(home.path, 'project');
    const record = `require('node:fs').appendFileSync(${JSON.stringify(join(home.path, 'sprung'))}, __filename)`;
    for (const name of ['keytar', 'undici', 'conf', 'commander', 'chalk'])
      write(join(cwd, 'node_modules', name, 'index.js'), record);
    for (const name of ['authctl.config.js', 'authctl.js', '.authctlrc.js', 'keytar.js'])
      write(join(cwd, name), record);
    const evil = '{"datarhei":{"base_url":"https://evil.example"}}';
    for (const name of [
      'config.json',
      '.config/authctl/config.json',
      'authctl/config.json',
      '.authctl.json',
    ])
      write(join(cwd, name), evil);
    write(join(cwd, '.env'), 'DATARHEI_BASE_URL=https://evil.example\nAUTHCTL_CONFIG_DIR=.\n');
    write(join(cwd, 'package.json'), `{"authctl":${evil},"type":"commonjs"}`);
    const { url } = await serve(account.success('tok'));
    home.setConfig({ datarhei: { base_url: url } });
    for (const args of commands)
      expect((await authctl(args, { home, cwd, env: account.env })).code).toBe(0);
    await authctl(['login', 'datarhei', '--username', 'me'], {
      home,
      cwd,
      env: { AUTHCTL_NO_KEYCHAIN: undefined, CI: '1' },
    });
    expect(sprung(home)).toBe('');
  });
});

testUnderNode(
  'NODE_OPTIONS reaches the program, but not the process that reads the keychain',
  async () => {
    const home = newHome();
    const hook = home.write(
      'hook.cjs',
      `require('node:fs').appendFileSync(${JSON.stringify(join(home.path, 'sprung'))}, process.argv[1] + '\\n')`,
    );
    const { url } = await serve(account.success('tok'));
    const env = { AUTHCTL_NO_KEYCHAIN: undefined, CI: '1', NODE_OPTIONS: `--require=${hook}` };
    const args = ['login', 'datarhei', '--username', 'me', '--base-url', url];
    const { code } = await authctl(args, { home, env });
    expect(code).toBe(3);
    expect(
      sprung(home)
        .split('\n')
        .filter((line) => line.includes('keychain-child')),
    ).toEqual([]);
    expect(sprung(home)).toContain('authctl.cjs');
  },
);

describe('a stored token is not sent to another server that a variable names:', () => {
  const attempts: readonly (readonly string[])[] = [
    ['token', 'datarhei'],
    ['refresh'],
    ['refresh', 'datarhei', '-o', 'json'],
    ['verify', 'datarhei'],
    ['exec', 'datarhei', '--', 'true'],
    ['status'],
    ['logout', 'datarhei'],
  ];

  test.each(attempts.map((args) => [args.join(' '), args] as const))('%s', async (_, args) => {
    const tokens = { access_token: 'stored-access', refresh_token: 'stored-refresh' };
    const [good, evil] = await Promise.all([
      serve({ body: tokens }),
      serve({
        body: { access_token: 'evil', refresh_token: 'evil', id: 'x', name: 'y', auths: ['x'] },
      }),
    ]);
    const home = newHome();
    home.setConfig({
      datarhei: {
        username: 'me',
        password: { command: [process.execPath, '-p', JSON.stringify(secret)] },
      },
    });
    await output(['login', 'datarhei', '--base-url', good.url], { home });
    for (const env of [{ DATARHEI_BASE_URL: evil.url }, { DATARHEI_BASE_URL: `${evil.url}/.` }]) {
      const { stdout, stderr } = await authctl(args, { home, env });
      expect(`${stdout}${stderr}${JSON.stringify(evil.requests)}`).not.toContain('stored-');
      expectNoSecret(`${stderr}${JSON.stringify(evil.requests)}`);
    }
  });
});

describe('a server that only a flag named, in an earlier run,', () => {
  const config = { ropo: { cid: '1', apicode: { command: [process.execPath, '-p', '"c4nary"'] } } };

  /** A home with an expired session at a server that only a flag named. */
  async function homeWithSession() {
    const home = newHome();
    home.setConfig(config);
    const server = await serve((_, count) => ropo.success(`tok${count}`));
    const args = ['token', 'ropo', '--base-url', server.url];
    await output(args, { home, env: { ROPO_APICODE: 'fake' } });
    age(home, 100_000);
    return { home, server };
  }

  test.each<[string, readonly string[], Env, string]>([
    ["the config's command", [], {}, "the config's command"],
    ['a variable', [], { ROPO_APICODE: 'c4nary' }, 'ROPO_APICODE'],
    ['a flag', ['--apicode', 'c4nary'], {}, '--apicode'],
  ])('is not sent a secret from %s later', async (_, args, env, source) => {
    const { home, server } = await homeWithSession();
    const outcome = await authctl(['token', 'ropo', ...args], { home, env });
    expect(outcome).toMatchObject({ code: 3, stdout: '' });
    expect(outcome.stderr).toContain(`${source} is not sent to ${server.url}, a server known`);
    // No command that trusts the server: it may be of somebody else's choice.
    expect(outcome.stderr).toContain('hint: name your server with --base-url');
    expect(JSON.stringify(server.requests)).not.toContain('c4nary');
  });

  test('is used again once the config names it', async () => {
    const { home, server } = await homeWithSession();
    home.setConfig({ ropo: { ...config.ropo, base_url: server.url } });
    expect(await output(['token', 'ropo'], { home })).toBe('tok2\n');
  });
});

test.each([500, 429, 418, 401])(
  'a stored refresh token that the server repeats in a %s answer is printed and stored as ***',
  async (status) => {
    const refreshToken = 'kept-refresh-c4nary';
    const server = await serve((_, count) =>
      count === 1
        ? { body: { access_token: 'tok', refresh_token: refreshToken } }
        : { status, body: { code: status, message: `cannot use ${refreshToken}` } },
    );
    const home = newHome();
    const env = { ...account.env, DATARHEI_BASE_URL: server.url };
    await output(['token', 'datarhei'], { home, env });
    age(home, 100_000);
    const { code, stderr } = await authctl(['token', 'datarhei', '--retries', '0'], { home, env });
    expect(code).not.toBe(0);
    expect(stderr).not.toContain('c4nary');
    if (status !== 401) expect(stderr).toContain('cannot use ***');
    for (const { name, parentPath } of readdirSync(home.state, {
      recursive: true,
      withFileTypes: true,
    })) {
      if (!name.endsWith('.failure')) continue;
      expect(readFileSync(join(parentPath, name), 'utf8')).not.toContain('c4nary');
    }
  },
);

test('logout --all removes the unfinished files of a killed process', async () => {
  const { url } = await serve(ropo.success('tok'));
  const home = newHome();
  await output(['login', 'ropo', '--base-url', url], { home, env: ropo.env });
  const left = join(home.state, 'unfinished', `${process.pid}-${randomUUID()}.tmp`);
  write(left, 'tok');
  await authctl(['logout', '--all'], { home });
  expect(existsSync(left)).toBe(false);
});

describe('Node prints no error report', () => {
  test.each([['--help'], ['status'], ['token', 'ropo', '-v']])(
    'when the reader of stdout has gone: %s',
    async (...args) => {
      const { url } = await serve(ropo.success('tok'));
      const closed =
        'import { spawn } from "node:child_process"; const [file, ...args] = process.argv.slice(1); const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] }); child.stdout.destroy(); child.on("exit", (code) => process.exit(code ?? 99));';
      const command = [process.execPath, '--input-type=module', '-e', closed, ...program];
      const env = { ...ropo.env, ROPO_BASE_URL: url };
      const { code, stderr } = await run([...command, ...args], { env });
      expect([0, 1]).toContain(code);
      expect(stderr).not.toMatch(/node:|Unhandled|\n {4}at /);
    },
  );

  testUnderNode(
    'of an uncaught error: the program prints its class, but not its message',
    async () => {
      const home = newHome();
      const hook = home.write(
        'hook.cjs',
        'setImmediate(() => { throw Object.assign(new TypeError(process.env.ROPO_APICODE), { secret: process.env.ROPO_APICODE }); });',
      );
      for (const flags of [[], ['--report-uncaught-exception']]) {
        const NODE_OPTIONS = [...flags, `--require=${hook}`].join(' ');
        const { url } = await serve(ropo.success('tok'));
        const args = ['login', 'ropo', '--base-url', url];
        const outcome = await authctl(args, { home, env: { ...ropo.env, NODE_OPTIONS } });
        expect([outcome.code, outcome.stdout]).toEqual([1, '']);
        expect(outcome.stderr).toMatch(
          /^authctl: something unexpected happened: TypeError at .*\nhint: this is a bug/,
        );
        expectNoSecret(outcome.stderr);
        expect(readdirSync(home.path).filter((name) => name.startsWith('report'))).toEqual([]);
      }
    },
  );
});

const onPosix = process.platform === 'win32' ? describe.skip : describe;
onPosix('with the umask', () => {
  test.each(['000', '022', '077', '777'])('%s only the owner can read files', async (umask) => {
    const { url } = await serve(accounts.verbit.success('tok'));
    const home = newHome();
    const args = `login verbit --out-file ${home.path}/out`;
    const script = `umask ${umask}; "$NODE" "$AUTHCTL" ${args} && "$NODE" "$AUTHCTL" config set ropo.cid 1`;
    const env = { ...accounts.verbit.env, VERBIT_BASE_URL: url };
    const outcome = await run(['/bin/sh', '-c', script], { home, env });
    expect(outcome).toMatchObject({ code: umask === '777' ? expect.any(Number) : 0, stdout: '' });
    const paths = readdirSync(home.path, { recursive: true, encoding: 'utf8' });
    if (umask !== '777') expect(paths).toContain('out');
    for (const path of paths) {
      // Other programs share `.config` and `.local/state`: their mode follows the umask.
      if (/^(\.config|\.local|\.local\/state)$/.test(path)) continue;
      expect([path, statSync(join(home.path, path)).mode & 0o077]).toEqual([path, 0]);
    }
  });
});
