/** Attacks by files: what other users of the machine, and a project's variables, put in the way. */
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { accounts } from '../e2e/accounts.ts';
import {
  authctl,
  exitStatus,
  type Home,
  newHome,
  output,
  program,
  project,
  type RunOptions,
  run,
  testUnderNode,
} from '../e2e/harness.ts';
import { serve } from '../e2e/servers.ts';

const { ropo } = accounts;
const secret = 'c4nary-secret';
/** The ID of a user who is neither root nor the one who runs the tests. */
const nobody = 65534;
const asOther = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
/** Runs the program as that user. */
const asNobody = (args: readonly string[], options: RunOptions) =>
  run([...asOther, ...program, ...args], options);

const asRoot = process.getuid?.() === 0 ? test : test.skip;
const onPosix = process.platform === 'win32' ? describe.skip : describe;

onPosix('a config that others could write to', () => {
  const places: readonly [string, (home: Home) => string][] = [
    ['the file', ({ config }) => config],
    ['its directory', ({ config }) => dirname(config)],
    ['a directory further up', ({ path }) => path],
  ];

  test.each(places)('names no server for a secret: %s', async (_, placeIn) => {
    const home = newHome();
    const other = await serve(ropo.success('other'));
    home.setConfig({ ropo: { base_url: other.url, cid: '1' } });
    const place = placeIn(home);
    chmodSync(place, 0o707);
    const { code, stdout, stderr } = await authctl(['login', 'ropo'], { home, env: ropo.env });
    expect([code, stdout]).toEqual([9, '']);
    expect(stderr).toContain(
      `because every user can write to ${place}\nhint: chmod o-w ${place}\n`,
    );
    expect(other.requests).toEqual([]);
  });

  test.each(places)('picks no stored session: %s', async (_, placeIn) => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    home.setConfig({ ropo: { base_url: url, cid: '1' } });
    await output(['login', 'ropo'], { home, env: { ROPO_APICODE: secret } });
    expect(await output(['token', 'ropo'], { home })).toBe('tok\n');
    chmodSync(placeIn(home), 0o707);
    expect(await authctl(['token', 'ropo'], { home })).toMatchObject({ code: 9, stdout: '' });
    // As the hint has it.
    chmodSync(placeIn(home), 0o700);
    expect(await output(['token', 'ropo'], { home })).toBe('tok\n');
  });

  asRoot.each(places)('is not read where another user owns %s (needs root)', async (_, placeIn) => {
    const home = newHome();
    const { url, requests } = await serve(ropo.success('tok'));
    home.setConfig({ ropo: { base_url: url, cid: '1' } });
    const place = placeIn(home);
    chownSync(place, nobody, nobody);
    for (const args of [
      ['login', 'ropo'],
      ['token', 'ropo'],
      ['config', 'list'],
      ['config', 'get', 'ropo.cid'],
      ['config', 'set', 'ropo.cid', '2'],
    ]) {
      const { code, stdout, stderr } = await authctl(args, { home, env: ropo.env });
      expect([args, code, stdout]).toEqual([args, 9, '']);
      expect(stderr).toContain(`because ${place} belongs to nobody\n`);
    }
    expect(requests).toEqual([]);
    expect(await output(['config', 'path'], { home })).toBe(`${home.config}\n`);
  });

  asRoot('is no error where there is no file (needs root)', async () => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    mkdirSync(dirname(home.config), { recursive: true });
    chownSync(dirname(home.config), nobody, nobody);
    const args = ['login', 'ropo', '--base-url', url, '--no-store'];
    expect(await output(args, { home, env: ropo.env })).toBe('tok\n');
    const set = await authctl(['config', 'set', 'ropo.cid', '2'], { home });
    expect(set).toMatchObject({ code: 9, stdout: '' });
  });
});

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('a config whose path leads through /proc is not read', async () => {
  const home = newHome();
  home.setConfig({ ropo: { cid: '1', apicode: { command: ['touch', 'mark'] } } });
  const env = { AUTHCTL_CONFIG_DIR: '/proc/self/cwd/.config/authctl' };
  const { code, stderr } = await authctl(['login', 'ropo'], { home, env, cwd: home.path });
  expect([code, stderr]).toEqual([9, expect.stringContaining('leads through /proc')]);
  expect(existsSync(join(home.path, 'mark'))).toBe(false);
});

asRoot('a refused change of the config creates no directory (needs root)', async () => {
  const home = newHome();
  chownSync(home.path, nobody, nobody);
  expect(await authctl(['config', 'set', 'ropo.cid', '1'], { home })).toMatchObject({ code: 9 });
  expect(existsSync(join(home.path, '.config'))).toBe(false);
});

onPosix('a config that a variable chose', () => {
  asRoot("runs no command outside of the user's home (needs root)", async () => {
    const home = newHome();
    const { url, requests } = await serve(ropo.success('tok'));
    const mark = join(home.path, 'mark');
    home.setConfig({ ropo: { base_url: url, cid: '1', apicode: { command: ['touch', mark] } } });
    // The home that the password database has for this user is another one.
    const places = [home.path, join(home.path, '.config'), dirname(home.config), home.config];
    for (const place of places) chownSync(place, nobody, nobody);
    chmodSync(dirname(home.path), 0o755);
    const args = ['login', 'ropo', '--no-store'];
    const ignored = await asNobody(args, { home });
    expect(ignored).toMatchObject({ code: 3, stdout: '' });
    expect(ignored.stderr).toContain(
      `notice: the commands of the config file ${home.config} are ignored`,
    );
    expect(existsSync(mark)).toBe(false);
    expect(requests).toEqual([]);
    // The rest of it is obeyed.
    const { code, stdout } = await asNobody(args, { home, env: { ROPO_APICODE: secret } });
    expect([code, stdout]).toEqual([0, 'tok\n']);
    // A place of root's may hold commands.
    home.setConfig({ ropo: { base_url: url, cid: '1', apicode: { command: ['echo', secret] } } });
    for (const place of places) {
      chownSync(place, 0, 0);
      chmodSync(place, 0o755);
    }
    expect(await asNobody(args, { home })).toMatchObject({ code: 0, stdout: 'tok\n' });
  });
});

onPosix('where a token is written', () => {
  /** A login that writes its token to a path. */
  async function writeTo(path: string, options: RunOptions = {}, args: readonly string[] = []) {
    const { url } = await serve(ropo.success('tok-to-keep'));
    const all = ['login', 'ropo', '--base-url', url, '--out-file', path, ...args];
    return authctl(all, { ...options, env: { ...ropo.env, ...options.env } });
  }

  /** A directory like /tmp. */
  function shared(home: Home): string {
    const directory = join(home.path, 'shared');
    mkdirSync(directory);
    chmodSync(directory, 0o1777);
    return directory;
  }

  function fifo(path: string, mode: number): string {
    execFileSync('mkfifo', [`--mode=${mode.toString(8)}`, path]);
    return path;
  }

  asRoot.each(['a device', 'a FIFO'])(
    'is not where a link of another user leads: %s (needs root)',
    async (what) => {
      const home = newHome();
      const target = what === 'a device' ? '/dev/null' : fifo(join(home.path, 'fifo'), 0o600);
      const link = join(shared(home), 'token');
      symlinkSync(target, link);
      lchownSync(link, nobody, nobody);
      const { code, stdout, stderr } = await writeTo(link, { home });
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('another user could have made the link');
    },
  );

  asRoot('is not in a directory that a link of another user leads to (needs root)', async () => {
    const home = newHome();
    const real = join(home.path, 'real');
    mkdirSync(real);
    const link = join(shared(home), 'directory');
    symlinkSync(real, link);
    lchownSync(link, nobody, nobody);
    const { code, stderr } = await writeTo(join(link, 'token'), { home });
    expect([code, stderr]).toEqual([1, expect.stringContaining('could have made the link')]);
    expect(readdirSync(real)).toEqual([]);
    lchownSync(link, 0, 0);
    expect(await writeTo(join(link, 'token'), { home })).toMatchObject({ code: 0, stderr: '' });
  });

  test('is not where a link in a directory leads that others can write to', async () => {
    const home = newHome();
    const directory = shared(home);
    chmodSync(directory, 0o777);
    const link = join(directory, 'token');
    symlinkSync('/dev/null', link);
    const { code, stderr } = await writeTo(link, { home });
    expect([code, stderr]).toEqual([1, expect.stringContaining('could have made the link')]);
    // It is a link of the user's own where each may only touch their own.
    chmodSync(directory, 0o1777);
    expect(await writeTo(link, { home })).toMatchObject({ code: 0, stderr: '' });
  });

  test('is stdout where the user says so, by a link of their own too', async () => {
    const home = newHome();
    const link = join(home.path, 'out');
    symlinkSync('/dev/stdout', link);
    for (const path of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', link]) {
      expect(await writeTo(path, { home })).toMatchObject({ code: 0, stdout: 'tok-to-keep\n' });
    }
  });

  test('is no FIFO that others could read', async () => {
    const home = newHome();
    chmodSync(home.path, 0o755);
    chmodSync(dirname(home.path), 0o755);
    const path = fifo(join(home.path, 'fifo'), 0o644);
    const { code, stderr } = await writeTo(path, { home });
    expect(code).toBe(1);
    expect(stderr).toContain(`another user could read it\nhint: chmod go-r ${path}\n`);
    chmodSync(path, 0o600);
    const reader = promisify(execFile)('cat', [path]);
    expect(await writeTo(path, { home })).toMatchObject({ code: 0, stderr: '' });
    expect((await reader).stdout).toBe('tok-to-keep\n');
  });

  test('is no socket', async () => {
    const home = newHome();
    const path = join(home.path, 's');
    const server = createServer().listen(path);
    await once(server, 'listening');
    const { code, stderr } = await writeTo(path, { home });
    server.close();
    expect([code, stderr]).toEqual([1, expect.stringContaining('it is a socket')]);
  });

  const withKernelLog = existsSync('/dev/kmsg') && process.getuid?.() === 0 ? test : test.skip;
  withKernelLog('is not the kernel log, which others could read (needs root)', async () => {
    // In some containers it is /dev/null by another name, or for root alone.
    if ((statSync('/dev/kmsg').mode & 0o044) === 0) return;
    const { code, stderr } = await writeTo('/dev/kmsg');
    expect([code, stderr]).toEqual([1, expect.stringContaining('another user could read it')]);
  });

  test('is a FIFO that nothing reads for --timeout, or until a signal', async () => {
    const home = newHome();
    const path = fifo(join(home.path, 'fifo'), 0o600);
    const { code, stderr } = await writeTo(path, { home }, ['--timeout', '1s']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('nothing is reading from it')]);
    const ended = await writeTo(path, {
      home,
      onStart: (pid) => setTimeout(() => process.kill(pid, 'SIGTERM'), 2000),
    });
    expect(exitStatus(ended)).toBe(143);
  });

  const append = ['login', 'ropo', '-o', 'github', '--base-url'];
  asRoot.each(['token', 'directory/token'])(
    'is no file that a link of another user puts behind GITHUB_ENV: %s (needs root)',
    async (name) => {
      const home = newHome();
      const { url } = await serve(ropo.success('tok-to-keep'));
      const directory = join(home.path, 'mine');
      mkdirSync(directory);
      const victim = join(directory, 'token');
      writeFileSync(victim, '');
      const path = join(shared(home), name);
      const link = name === 'token' ? path : dirname(path);
      symlinkSync(name === 'token' ? victim : directory, link);
      const env = { ...ropo.env, GITHUB_ENV: path };
      expect(await authctl([...append, url], { home, env })).toMatchObject({ code: 0 });
      expect(readFileSync(victim, 'utf8')).toContain('tok-to-keep');
      writeFileSync(victim, '');
      lchownSync(link, nobody, nobody);
      const { code, stdout, stderr } = await authctl([...append, url], { home, env });
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('another user could have made the link');
      expect(readFileSync(victim, 'utf8')).toBe('');
    },
  );

  asRoot('is no file of another user behind GITHUB_ENV (needs root)', async () => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok-to-keep'));
    for (const directory of [home.path, dirname(home.path)]) chmodSync(directory, 0o755);
    const path = join(home.path, 'env');
    writeFileSync(path, '');
    chmodSync(path, 0o666);
    chownSync(path, 4711, 4711);
    const env = { ...ropo.env, GITHUB_ENV: path };
    const { code, stdout, stderr } = await asNobody([...append, url, '--no-store'], { home, env });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('it belongs to another user');
    expect(readFileSync(path, 'utf8')).toBe('');
  });
});

describe('the keychain', () => {
  const seeing = { AUTHCTL_NO_KEYCHAIN: undefined, CI: '1' };
  const set = ['credentials', 'set', 'ropo', '--cid', '1', '--apicode-stdin'];

  testUnderNode(
    'has its library from where the package was installed, and no further up',
    async () => {
      const home = newHome();
      const mark = join(home.path, 'mark');
      const installed = join(home.path, 'app/node_modules/authctl');
      for (const part of ['bin/authctl.cjs', 'dist']) {
        cpSync(join(project, part), join(installed, part), { recursive: true });
      }
      const plant = (directory: string) => {
        mkdirSync(join(directory, 'keytar'), { recursive: true });
        const code = `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`;
        writeFileSync(join(directory, 'keytar/index.js'), code);
      };
      const command = [process.execPath, join(installed, 'bin/authctl.cjs'), ...set];
      plant(join(home.path, 'node_modules'));
      plant(join(home.path, 'app/node_modules/authctl/dist/node_modules'));
      const { code, stderr } = await run(command, { home, env: seeing, stdin: secret });
      expect([code, stderr]).toEqual([8, expect.stringContaining('keytar is not installed')]);
      expect(existsSync(mark)).toBe(false);
      // npm puts it there.
      plant(join(home.path, 'app/node_modules'));
      await run(command, { home, env: seeing, stdin: secret });
      expect(existsSync(mark)).toBe(true);
    },
  );

  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('is not reached over the network, nor by starting a program', async () => {
    const home = newHome();
    const mark = join(home.path, 'mark');
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    for (const bus of [
      `tcp:host=127.0.0.1,port=${port}`,
      `unix:path=/nowhere;tcp:host=127.0.0.1,port=${port}`,
      `unixexec:path=/usr/bin/touch,argv1=${mark}`,
      'autolaunch:',
    ]) {
      const env = { ...seeing, DBUS_SESSION_BUS_ADDRESS: bus };
      const { code, stdout, stderr } = await authctl(set, { home, env, stdin: secret });
      expect([bus, code, stdout]).toEqual([bus, 8, '']);
      expect(stderr).toContain('the D-Bus session is not used: DBUS_SESSION_BUS_ADDRESS must name');
    }
    server.close();
    expect([connections, existsSync(mark)]).toEqual([0, false]);
  });

  asRoot('is not reached by a socket of another user (needs root)', async () => {
    const home = newHome();
    const path = join(home.path, 'bus');
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(path);
    await once(server, 'listening');
    lchownSync(path, nobody, nobody);
    const env = { ...seeing, DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` };
    const { code, stderr } = await authctl(set, { home, env, stdin: secret });
    server.close();
    expect([code, stderr]).toEqual([8, expect.stringContaining('another user could have put')]);
    expect(connections).toBe(0);
  });
});
