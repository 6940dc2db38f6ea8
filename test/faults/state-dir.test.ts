/** The state directory as an attacker leaves it: who else could change what is stored, deleted or served. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { findDirectories } from '../../src/directories.ts';
import { isPrivateGroup } from '../../src/files/accounts.ts';
import { makeDirectory } from '../../src/files/plain-directory.ts';
import { checkDirectory, makeTrustedDirectory } from '../../src/files/trusted-directory.ts';
import { accounts } from '../e2e/accounts.ts';
import { authctl, failure, type Home, newHome, output } from '../e2e/harness.ts';
import { serve } from '../e2e/servers.ts';

const isRoot = process.getuid?.() === 0;
const uid = process.getuid?.() ?? 0;
const stranger = 65_534;
const { ropo } = accounts;
const { env: credentials, success } = accounts.verbit;
const testAsRoot = isRoot ? test : test.skip;

const root = mkdtempSync(join(tmpdir(), 'authctl-state-dir-'));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;

/** A new directory of the user's own. */
function place(): string {
  const path = join(root, `${++count}`);
  mkdirSync(path, { mode: 0o700 });
  return path;
}

/** What else could be done with a home so that others can change its state directory. */
const openings: readonly [string, (home: Home) => void, string][] = [
  ['is open to everybody', ({ state }) => chmodSync(state, 0o777), 'every user can write to '],
  [
    'is open to everybody, and sticky',
    ({ state }) => chmodSync(state, 0o1777),
    'every user can write to ',
  ],
  [
    'is in a directory that is open to everybody',
    ({ state }) => chmodSync(dirname(state), 0o777),
    'every user can write to ',
  ],
  [
    'is reached by a link through a directory that is open to everybody',
    ({ state, path }) => {
      const open = join(path, 'open');
      mkdirSync(open);
      chmodSync(open, 0o777);
      renameSync(state, join(open, 'state'));
      symlinkSync(join(open, 'state'), state);
    },
    'every user can write to ',
  ],
  ...(isRoot
    ? ([
        ["is another user's", ({ state }) => chownSync(state, stranger, stranger), ' belongs to '],
        [
          "is in another user's home",
          ({ path }) => chownSync(path, stranger, stranger),
          ' belongs to ',
        ],
        [
          'can be written to by a group with other members',
          ({ state }) => {
            chownSync(state, 0, stranger);
            chmodSync(state, 0o770);
          },
          ' can write to ',
        ],
      ] satisfies [string, (home: Home) => void, string][])
    : []),
];

describe.each(openings)('a state directory that %s', (_, open, problem) => {
  const notice = new RegExp(`^authctl: notice: sessions are not stored: .*${problem}.*\n$`);

  /** A home with a session, whose state directory others can change from now on. */
  async function opened() {
    const home = newHome();
    const server = await serve((_request, asked) => success(`tok${asked}`));
    const args = ['verbit', '--base-url', server.url];
    await output(['token', ...args], { home, env: credentials });
    // The launcher serves it: nothing but the session names the server.
    expect(await authctl(['token', 'verbit'], { home })).toMatchObject({ stdout: 'tok1\n' });
    open(home);
    return { home, args, server };
  }

  test('serves no token, and stores none, with one notice', async () => {
    const { home, args } = await opened();
    const before = tree(home.state);
    for (const token of ['tok2', 'tok3']) {
      const outcome = await authctl(['token', ...args], { home, env: credentials });
      expect(outcome).toMatchObject({ code: 0, stdout: `${token}\n` });
      expect(outcome.stderr).toMatch(notice);
    }
    expect(tree(home.state)).toEqual(before);
  });

  test('gives the launcher nothing to serve, and gets no file of a leader', async () => {
    const { home } = await opened();
    const before = tree(home.state);
    const { code, stdout, stderr } = await authctl(['token', 'verbit'], { home });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('notice: sessions are not stored: ');
    expect((await authctl(['token', 'ropo', '-p', 'other'], { home })).code).toBe(3);
    expect(tree(home.state)).toEqual(before);
  });

  test('fails the commands that are about it, which remove nothing', async () => {
    const { home } = await opened();
    const before = tree(home.state);
    for (const args of [['status'], ['logout', 'verbit'], ['logout', '--all']]) {
      const { code, stderr } = await failure(args, { home });
      expect([args, code]).toEqual([args, 8]);
      expect(stderr).toContain(problem);
    }
    expect(tree(home.state)).toEqual(before);
  });
});

describe('a link that leads elsewhere', () => {
  /** A directory that must stay as it is, with names that the program gives. */
  function precious(home: Home): string {
    const path = join(home.path, 'precious');
    const name = '99999999-00000000-0000-4000-8000-000000000000';
    mkdirSync(join(path, name), { recursive: true });
    writeFileSync(join(path, name, 'file'), '');
    mkdirSync(join(path, 'default'));
    writeFileSync(join(path, 'default', 'file'), '');
    return path;
  }

  test.each(['unfinished', 'sessions', 'sessions/verbit', 'outlines'])(
    'in the place of %s has nothing removed there by a login or logout',
    async (name) => {
      const home = newHome();
      const { url } = await serve(success('tok'));
      const login = () =>
        authctl(['login', 'verbit', '--base-url', url], { home, env: credentials });
      await login();
      const target = precious(home);
      const before = tree(target).filter((each) => /precious|file|9999/.test(each));
      // Another user can put it there only if the directory is open to them.
      rmSync(join(home.state, name), { recursive: true });
      symlinkSync(target, join(home.state, name));
      chmodSync(join(home.state, name, '..'), 0o777);
      await login();
      await authctl(['logout', 'verbit'], { home });
      await authctl(['logout', '--all'], { home });
      expect(tree(target)).toEqual(expect.arrayContaining(before));
    },
  );

  testAsRoot("in another user's home has nothing removed there by root", async () => {
    const home = newHome();
    const { url } = await serve(success('tok'));
    const victim = join(home.path, 'precious/state/authctl');
    const unfinished = '99999999-00000000-0000-4000-8000-000000000000';
    for (const name of [
      'sessions/verbit/default',
      'sessions/a/b/c/d',
      `unfinished/${unfinished}`,
    ]) {
      mkdirSync(join(victim, name), { recursive: true });
      writeFileSync(join(victim, name, 'file'), '');
    }
    symlinkSync(join(home.path, 'precious'), join(home.path, '.local'));
    chownSync(home.path, stranger, stranger);
    const before = tree(victim);
    const args = ['login', 'verbit', '--base-url', url];
    expect(await authctl(args, { home, env: credentials })).toMatchObject({ code: 0 });
    for (const rest of [['verbit'], ['--all']]) {
      expect((await failure(['logout', ...rest], { home })).code).toBe(8);
    }
    expect(tree(victim)).toEqual(before);
  });
});

test('directories that earlier versions left unfinished writes in stay', async () => {
  const home = newHome();
  const { url } = await serve(success('tok'));
  const left = join(home.state, 'unfinished', '99999999-00000000-0000-4000-8000-000000000000');
  mkdirSync(left, { recursive: true, mode: 0o700 });
  writeFileSync(join(left, 'file'), '');
  await output(['login', 'verbit', '--base-url', url], { home, env: credentials });
  await authctl(['logout', '--all'], { home });
  expect(readdirSync(left)).toEqual(['file']);
});

describe('a state directory that others cannot change is used', () => {
  test.each<[string, (path: string) => string]>([
    ['where it does not exist', (path) => join(path, 'a', 'state')],
    ['where others can read it', (path) => made(path, 'state', 0o755)],
    ['below a sticky directory', (path) => join(made(path, 'tmp', 0o1777), 'state')],
    [
      'by a link of the user',
      (path) => {
        symlinkSync(made(path, 'real', 0o700), join(path, 'link'));
        return join(path, 'link', 'state');
      },
    ],
  ])('%s', async (_, prepare) => {
    const home = newHome();
    const { url, requests } = await serve(success('tok'));
    const env = { ...credentials, AUTHCTL_STATE_DIR: prepare(home.path) };
    const args = ['token', 'verbit', '--base-url', url];
    for (const _attempt of [1, 2]) expect(await output(args, { home, env })).toBe('tok\n');
    expect(await output(['token', 'verbit', '-q'], { home, env })).toBe('tok\n');
    expect(requests).toHaveLength(1);
  });
});

describe('the check of a directory', () => {
  testAsRoot('refuses one that another user was quicker to make in a sticky directory', () => {
    const sticky = made(place(), 'tmp', 0o1777);
    const theirs = made(sticky, 'authctl', 0o777);
    chownSync(theirs, stranger, stranger);
    expect(checkDirectory(join(theirs, 'state'), uid).problem).toContain(' belongs to ');
    expect(() => makeTrustedDirectory(join(theirs, 'state'), uid)).toThrow(' belongs to ');
    expect(readdirSync(theirs)).toEqual([]);
  });

  testAsRoot("refuses another user's link in a sticky directory", () => {
    const sticky = made(place(), 'tmp', 0o1777);
    const link = join(sticky, 'authctl');
    symlinkSync(place(), link);
    spawnSync('chown', ['-h', `${stranger}`, link]);
    expect(checkDirectory(link, uid).problem).toContain(' belongs to ');
  });

  test('follows `..` after a link to where it leads', () => {
    const [here, elsewhere] = [place(), place()];
    symlinkSync(made(elsewhere, 'deep', 0o700), join(here, 'link'));
    chmodSync(elsewhere, 0o777);
    expect(checkDirectory(`${here}/link/..`, uid).problem).toContain('every user can write to');
    expect(checkDirectory(`${here}/.//`, uid)).toEqual({ trusted: true });
  });

  test('ends for links in a circle', () => {
    const path = place();
    symlinkSync('two', join(path, 'one'));
    symlinkSync('one', join(path, 'two'));
    expect(checkDirectory(join(path, 'one'), uid).problem).toContain('too many symbolic links');
  });

  test('takes a path through /proc for one that leads anywhere', () => {
    expect(checkDirectory('/proc/self/cwd/state', uid)).toEqual({
      problem: '/proc/self/cwd/state leads into /proc',
    });
  });

  test('takes a group for private only where the system’s files say so', () => {
    expect(isPrivateGroup(stranger - 1, uid)).toBe(false);
  });
});

describe.each(['config', 'state'])('a %s directory that cannot be made', (kind) => {
  test.each<[string, (home: Home) => string]>([
    ['/proc/x', () => '/proc/x'],
    ['/proc/self/x/y', () => '/proc/self/x/y'],
    ['/sys/x', () => '/sys/x'],
    ['/dev/full', () => '/dev/full'],
    ['/dev/null/x', () => '/dev/null/x'],
    ['a FIFO', (home) => fifo(home)],
    ['below a FIFO', (home) => join(fifo(home), 'x')],
    [
      'a link to nothing',
      (home) => {
        symlinkSync(join(home.path, 'none', 'at all'), join(home.path, 'link'));
        return join(home.path, 'link');
      },
    ],
  ])('such as %s, ends every command at once', async (_, pathIn) => {
    const home = newHome();
    const { url } = await serve(success('tok'));
    const env = { [`AUTHCTL_${kind.toUpperCase()}_DIR`]: pathIn(home) };
    if (kind === 'config') {
      const { code, stderr } = await failure(['config', 'set', 'ropo.cid', '1'], { home, env });
      expect([code, stderr]).toEqual([9, expect.stringContaining('authctl: ')]);
      return;
    }
    const args = ['token', 'verbit', '--base-url', url, '--timeout', '5s'];
    const outcome = await authctl(args, { home, env: { ...credentials, ...env } });
    expect(outcome).toMatchObject({ code: 0, stdout: 'tok\n' });
    expect(outcome.stderr).toMatch(
      /^authctl: notice: (sessions are not stored|the session cannot be stored): .*\n$/,
    );
    // Without a server in the command line: the launcher looks as well.
    expect((await authctl(['token', 'verbit'], { home, env })).code).toBe(3);
  });
});

describe('a relative directory', () => {
  /** A project whose files are in the place of every directory, with a command and a session. */
  async function project() {
    const home = newHome();
    const { url } = await serve(success('theirs'));
    await output(['login', 'verbit', '--base-url', url], { home, env: credentials });
    home.setConfig({ verbit: { api_key: { command: ['touch', join(home.path, 'ran')] } } });
    return { home, cwd: dirname(home.path), name: basename(home.path) };
  }

  test.each<[string, string]>([
    ['HOME', ''],
    ['XDG_CONFIG_HOME', '/.config'],
    ['AUTHCTL_CONFIG_DIR', '/.config/authctl'],
  ])('in %s gives no config, and is worth a notice', async (variable, below) => {
    const { home, cwd, name } = await project();
    const env = { [variable]: name + below, AUTHCTL_STATE_DIR: place() };
    // The user's own home: with a relative HOME, the one of the password database.
    const outcome = await authctl(['config', 'path'], { home: newHome(), cwd, env });
    expect(outcome).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\/.*\.config\/authctl\/config\.json\n$/),
      stderr: `authctl: notice: ${variable} is ignored, because its path is relative\n`,
    });
    expect(outcome.stdout).not.toContain(home.path);
    const login = await authctl(['login', 'verbit'], { home: newHome(), cwd, env });
    expect([login.code, login.stdout]).toEqual([3, '']);
    expect(existsSync(join(home.path, 'ran'))).toBe(false);
  });

  test.each<[string, string]>([
    ['XDG_STATE_HOME', '/.local/state'],
    ['AUTHCTL_STATE_DIR', '/.local/state/authctl'],
  ])(
    'in %s gives no session, and is worth a notice, of the launcher too',
    async (variable, below) => {
      const { cwd, name } = await project();
      const outcome = await authctl(['token', 'verbit'], {
        cwd,
        env: { [variable]: name + below },
      });
      expect([outcome.code, outcome.stdout]).toEqual([3, '']);
      expect(outcome.stderr).toContain(
        `authctl: notice: ${variable} is ignored, because its path is relative\n`,
      );
    },
  );

  test('is not what a stored token comes from, even where the token is found all the same', async () => {
    const { home, cwd } = await project();
    const env = { XDG_CONFIG_HOME: 'config' };
    expect(await authctl(['token', 'verbit'], { home, cwd, env })).toMatchObject({
      code: 0,
      stdout: 'theirs\n',
      stderr: expect.stringContaining('notice: XDG_CONFIG_HOME is ignored'),
    });
  });

  test.each([
    ['AUTHCTL_STATE_DIR', 'state'],
    ['AUTHCTL_STATE_DIR', 'C:state'],
    ['AUTHCTL_STATE_DIR', '\\state'],
    ['LOCALAPPDATA', '.\\state'],
  ])('is one on Windows as well: %s=%s', (variable, path) => {
    const ignored: string[] = [];
    const env = { USERPROFILE: 'C:\\Users\\me', [variable]: path };
    const fail = () => {
      throw new Error('USERPROFILE names the home');
    };
    const { state } = findDirectories(env, 'win32', fail, (name) => ignored.push(name));
    expect([state, ignored]).toEqual(['C:\\Users\\me\\AppData\\Local\\authctl', [variable]]);
  });

  test.each([
    ['C:\\state', 'C:\\state'],
    ['d:/state', 'd:\\state'],
    ['\\\\server\\share', '\\\\server\\share'],
    ['C:\\', 'C:\\'],
    ['C:\\a\\..\\b\\', 'C:\\b'],
  ])('is not what Windows makes of %s', (path, state) => {
    const fail = (name = '') => {
      throw new Error(name);
    };
    expect(findDirectories({ AUTHCTL_STATE_DIR: path }, 'win32', fail, fail).state).toBe(state);
  });
});

describe('directories that are spelt in an unusual way', () => {
  const spellings = (path: string) => [
    `${path}/`,
    `${path}//`,
    `${dirname(path)}//${basename(path)}`,
    `${dirname(path)}/./${basename(path)}`,
    `${path}/x/..`,
    `${path}/./`,
  ];

  test('hold the same sessions, for every command', async () => {
    const { url } = await serve(ropo.success('tok'));
    const home = newHome();
    for (const state of [...spellings(home.state), `${home.path}/x/../other`]) {
      const env = { ...ropo.env, AUTHCTL_STATE_DIR: state };
      await output(['login', 'ropo', '--base-url', url], { home, env });
      expect(await output(['token', 'ropo', '--quiet'], { home, env })).toBe('tok\n');
      const rows = await output(['status', '-o', 'json'], { home, env });
      expect(JSON.parse(rows)).toHaveLength(1);
      const logout = await authctl(['logout', 'ropo', '--local'], { home, env });
      expect(logout).toMatchObject({ code: 0, stderr: 'authctl: removed 1 session\n' });
      expect(JSON.parse(await output(['status', '-o', 'json'], { home, env }))).toEqual([]);
    }
    expect(home.sessions()).toEqual([]);
  });

  test('are one directory, whichever variable names it, or the home', () => {
    const fail = () => {
      throw new Error('a variable names it');
    };
    const find = (env: Record<string, string>) => findDirectories(env, 'linux', fail, fail);
    for (const path of spellings('/a/authctl')) {
      expect(find({ AUTHCTL_CONFIG_DIR: path }).config).toBe('/a/authctl');
      expect(find({ XDG_CONFIG_HOME: `${path}/..` }).config).toBe('/a/authctl');
      expect(find({ XDG_STATE_HOME: path }).state).toBe('/a/authctl/authctl');
      expect(find({ HOME: path }).state).toBe('/a/authctl/.local/state/authctl');
    }
    expect(find({ AUTHCTL_STATE_DIR: '/' }).state).toBe('/');
  });
});

describe('the temporary directory of a sandbox', () => {
  const args = ['sandbox', '--', process.execPath, '-p', 'process.env.AUTHCTL_STATE_DIR'];

  test('is not made where others could put another one in its place', async () => {
    const TMPDIR = made(place(), 'tmp', 0o777);
    const { code, stderr } = await failure(args, { env: { TMPDIR } });
    expect([code, stderr]).toEqual([3, expect.stringContaining('every user can write to')]);
    expect(readdirSync(TMPDIR)).toEqual([]);
  });

  test('may be in a sticky one, and is removed', async () => {
    const TMPDIR = made(place(), 'tmp', 0o1777);
    expect(await output(args, { env: { TMPDIR } })).toMatch(`${TMPDIR}/authctl-sandbox-`);
    expect(readdirSync(TMPDIR)).toEqual([]);
  });

  test('is an absolute path for its command, whatever TMPDIR is', async () => {
    const cwd = place();
    const stdout = await output(args, { cwd, env: { TMPDIR: 'tmp' } });
    expect(stdout).toMatch(`${cwd}/tmp/authctl-sandbox-`);
  });
});

test('makeDirectory makes what is missing, for the user alone, and takes what is there', () => {
  const path = join(place(), 'a', 'b');
  makeDirectory(path);
  makeDirectory(path);
  expect([dirname(path), path].map((each) => lstatSync(each).mode & 0o777)).toEqual([0o700, 0o700]);
  writeFileSync(join(path, 'file'), '');
  expect(() => makeDirectory(join(path, 'file'))).toThrow('EEXIST');
  expect(() => makeDirectory(join(path, 'file', 'x'))).toThrow('ENOTDIR');
});

function made(parent: string, name: string, mode: number): string {
  const path = join(parent, name);
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

function fifo(home: Home): string {
  const path = join(home.path, 'fifo');
  spawnSync('mkfifo', [path]);
  return path;
}

/** Every path below a directory, links not followed. */
function tree(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
}
