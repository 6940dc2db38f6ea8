/**
 * The standalone executable: the same program without Node, what it takes from where it is run, and
 * what an environment can do to it. That it does all else that the program does is for the end-to-end
 * tests, with AUTHCTL_TEST_PROGRAM=build/authctl.
 */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { accounts, expectNoSecret, secret } from '../e2e/accounts.ts';
import { authctl, type Env, type Home, newHome, project, run } from '../e2e/harness.ts';
import { serve } from '../e2e/servers.ts';
import { describeWith, part } from '../parts.ts';

const executable = part('build/authctl') ?? '';
const { ropo } = accounts;
const login = ['login', 'ropo', '--base-url'];

/** Code that leaves a mark, and a token that is none, whoever loads it. */
const evil = (home: Home) =>
  `require('node:fs').appendFileSync(${JSON.stringify(mark(home))}, 'loaded'); console.log('evil');`;
const mark = (home: Home) => join(home.path, 'mark');

function write(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A directory with everything in it that a runtime may load of its own accord. */
function hostileDirectory(home: Home): string {
  const cwd = join(home.path, 'project');
  const code = write(join(cwd, 'evil.cjs'), evil(home));
  const preload = `preload = [${JSON.stringify(code)}]\n[run]\npreload = [${JSON.stringify(code)}]\n`;
  write(join(cwd, 'bunfig.toml'), preload);
  for (const name of ['.env', '.env.local', '.env.production', '.env.development'])
    write(
      join(cwd, name),
      'ROPO_BASE_URL=https://evil.example\nAUTHCTL_CONFIG_DIR=.\nROPO_CID=2\n',
    );
  const paths = { '*': ['./evil.cjs'], 'node:*': ['./evil.cjs'] };
  write(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions: { baseUrl: '.', paths } }));
  const imports = { '#*': './evil.cjs', fs: './evil.cjs' };
  write(join(cwd, 'package.json'), JSON.stringify({ main: 'evil.cjs', imports, type: 'commonjs' }));
  for (const name of ['keytar', 'undici', 'conf', 'commander', 'chalk', 'bun'])
    write(join(cwd, 'node_modules', name, 'index.js'), evil(home));
  write(join(cwd, 'authctl.cjs'), evil(home));
  return cwd;
}

const untouched = (home: Home) => expect(readdirSync(home.path)).not.toContain('mark');

describeWith(['build/authctl'], 'the standalone executable', () => {
  const standalone = (args: readonly string[], options: Parameters<typeof run>[1] = {}) =>
    run([executable, ...args], options);

  test.each([
    '--version',
    '--help',
    'login ropo --help',
    'completion bash',
    'completion powershell',
    'login',
    'nonsense',
  ])('says what the program under Node says: %s', async (line) => {
    const args = line.split(' ');
    expect(await standalone(args)).toEqual(
      await run([process.execPath, join(project, 'bin/authctl.cjs'), ...args]),
    );
  });

  test('needs neither Node nor anything else on PATH, nor files beside it', async () => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    const alone = join(home.path, 'elsewhere');
    symlinkSync(executable, alone);
    const env = { ...ropo.env, PATH: '/nonexistent' };
    const printed = { code: 0, signal: null, stdout: 'tok\n', stderr: '' };
    expect(await run([alone, ...login, url], { home, env })).toEqual(printed);
    const again = { PATH: undefined, ROPO_BASE_URL: url };
    expect(await run([alone, 'token', 'ropo'], { home, env: again })).toEqual(printed);
  });

  describe('takes nothing from the directory that it is run in', () => {
    test.each([
      ['a login', login],
      ['a stored token', ['token', 'ropo']],
      ['the sandbox', ['sandbox', '--', 'true']],
      ['what only the keychain has', ['login', 'verbit']],
    ])('%s', async (_, args) => {
      const home = newHome();
      const cwd = hostileDirectory(home);
      const { url } = await serve(ropo.success('tok'));
      const env = { ...ropo.env, AUTHCTL_NO_KEYCHAIN: undefined, CI: '1' };
      await standalone([...login, url], { home, env });
      const command = args === login ? [...login, url] : args;
      const [there, elsewhere] = await Promise.all([
        standalone(command, { home, cwd, env }),
        standalone(command, { home, env }),
      ]);
      expect(there.code).toBe(args[1] === 'verbit' ? 3 : 0);
      expect(there).toEqual(elsewhere);
      untouched(home);
    });
  });

  describe('with an environment that names code for a runtime', () => {
    const evilIn = (home: Home) => join(hostileDirectory(home), 'evil.cjs');

    // docs/standalone.md says so: Bun has no switch against it.
    test.each<readonly [string, (file: string) => Env]>([
      ['BUN_OPTIONS', (file) => ({ BUN_OPTIONS: `--preload ${file}` })],
      ['BUN_INSPECT_PRELOAD', (file) => ({ BUN_INSPECT_PRELOAD: file })],
    ])('loads that of %s, unless it is started with a clean one', async (_, variable) => {
      const home = newHome();
      const { url } = await serve(ropo.success('tok'));
      const env = { ...ropo.env, ...variable(evilIn(home)) };
      const clean = Object.entries({ ...ropo.env, HOME: home.path }).map((pair) => pair.join('='));
      expect(
        await run(['env', '-i', ...clean, executable, ...login, url], { home, env }),
      ).toMatchObject({ code: 0, stdout: 'tok\n' });
      untouched(home);
      await standalone(['--version'], { home, env });
      expect(readdirSync(home.path)).toContain('mark');
    });

    test('is Bun itself with BUN_BE_BUN', async () => {
      const { stdout } = await standalone(['-e', 'console.log(6 * 7)'], {
        env: { BUN_BE_BUN: '1' },
      });
      expect(stdout).toBe('42\n');
    });

    test.each<readonly [string, (file: string) => Env]>([
      ['NODE_OPTIONS', (file) => ({ NODE_OPTIONS: `--require=${file}` })],
      ['NODE_PATH', (file) => ({ NODE_PATH: join(dirname(file), 'node_modules') })],
    ])('does not know %s, which is for Node', async (_, variable) => {
      const home = newHome();
      const env = variable(evilIn(home));
      expect(await standalone(['--version'], { home, env })).toEqual(
        await standalone(['--version'], { home }),
      );
      // The process with the keychain is one of ours as well.
      const { code } = await standalone(['login', 'verbit'], {
        home,
        env: { ...env, AUTHCTL_NO_KEYCHAIN: undefined, CI: '1' },
      });
      expect(code).toBe(3);
      untouched(home);
    });
  });

  describe('has the keychain of this system', () => {
    const env: Env = { AUTHCTL_NO_KEYCHAIN: undefined, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/no' };
    const set = ['credentials', 'set', 'ropo', '--cid', '1', '--apicode-stdin'];

    test('whose library it carries, loads from a directory of its own, and removes', async () => {
      const home = newHome();
      const temporary = join(home.path, 'tmp');
      mkdirSync(temporary);
      const world = { home, env: { ...env, TMPDIR: temporary }, stdin: secret };
      const { code, stderr } = await standalone(set, world);
      expect([code, stderr]).toEqual([8, expect.stringMatching(/D-Bus session/)]);
      expectNoSecret(stderr);
      expect(readdirSync(temporary)).toEqual([]);
    });

    test('whose library goes to no directory that others can change', async () => {
      const home = newHome();
      const temporary = join(home.path, 'tmp');
      mkdirSync(temporary);
      chmodSync(temporary, 0o777);
      const world = { home, env: { ...env, TMPDIR: temporary }, stdin: secret };
      const refused = await standalone(set, world);
      expect(refused).toMatchObject({ code: 8, stdout: '' });
      expect(refused.stderr).toContain(
        'every directory for temporary files is open to other users',
      );
      // Another place of the user's serves as well, and so does a sticky one.
      mkdirSync(join(home.path, '.cache'), { mode: 0o700 });
      expect((await standalone(set, world)).stderr).toContain('D-Bus session');
      rmdirSync(join(home.path, '.cache'));
      chmodSync(temporary, 0o1777);
      expect((await standalone(set, world)).stderr).toContain('D-Bus session');
      expect(readdirSync(temporary)).toEqual([]);
    });

    test('and says so where the library cannot be loaded', async () => {
      const home = newHome();
      const { code, stderr } = await standalone(set, {
        home,
        env: { ...env, TMPDIR: join(home.path, 'none'), BUN_TMPDIR: join(home.path, 'none') },
        stdin: secret,
      });
      expect([code, stderr]).toEqual([8, expect.stringMatching(/^authctl: .*keytar.*$/m)]);
    });

    test('whose process is no command, and ends where nobody asks it anything', async () => {
      const asked = await standalone(['__keychain'], { stdin: '' });
      expect({ ...asked, signal: '' }).toEqual({ code: null, signal: '', stdout: '', stderr: '' });
      const { code } = await standalone(['__keychain', 'get']);
      expect(code).toBe(2);
      const { stdout } = await authctl(['--help']);
      expect(stdout).not.toContain('__');
    });
  });
});

describeWith(['build/authctl', 'strace'], 'the standalone executable, watched', () => {
  test('opens no file of the directory that it is run in', async () => {
    const home = newHome();
    const cwd = hostileDirectory(home);
    const { url } = await serve(ropo.success('tok'));
    const trace = home.write('trace', '');
    const strace = [part('strace') ?? '', '-f', '-y', '-e', 'trace=%file', '-o', trace];
    const env = { ...ropo.env, AUTHCTL_NO_KEYCHAIN: undefined };
    const outcome = await run([...strace, executable, ...login, url], { home, cwd, env });
    expect(outcome).toMatchObject({ code: 0, stdout: 'tok\n' });
    const calls = readFileSync(trace, 'utf8').split('\n');
    expect(calls.length).toBeGreaterThan(10);
    const names = /evil|bunfig|\.env|tsconfig|package\.json|node_modules/;
    expect(calls.filter((call) => names.test(call))).toEqual([]);
  });
});
