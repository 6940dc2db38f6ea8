/** Whose config is read, and whose may name commands. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { homeOnRecord } from '../../src/child/user-record.ts';
import { recordedHome } from '../../src/config/home.ts';
import { isUsersOwn, readTrustedConfig, withoutCommands } from '../../src/config/trust.ts';
import { isPrivateGroup } from '../../src/files/accounts.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'authctl-trust-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const home = join(root, 'home');
const path = join(home, 'config.json');
beforeEach(() => {
  chmodSync(root, 0o700);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(path, '{}', { mode: 0o600 });
});

const uid = process.getuid?.();
const read = () => readTrustedConfig(path, uid).settings;
function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const onPosix = process.platform === 'win32' ? describe.skip : describe;
const asRoot = uid === 0 ? test : test.skip;

onPosix('a config is not read', () => {
  const withMode = (place: string, mode: number) => () => {
    chmodSync(place, mode);
    return place;
  };
  const cases: [string, () => string, who: string, mend: string][] = [
    ['where others can write to the file', withMode(path, 0o602), 'every user', 'o-w'],
    ['where others can write to its directory', withMode(home, 0o702), 'every user', 'o-w'],
    [
      'where others can write to a directory further up',
      withMode(dirname(home), 0o703),
      'every user',
      'o-w',
    ],
    [
      'where others can write to where a directory leads that is a link',
      () => {
        const real = join(root, 'open');
        mkdirSync(join(real, 'config'), { recursive: true });
        chownSync(real, uid ?? 0, 4711);
        chmodSync(real, 0o777);
        writeFileSync(join(real, 'config', 'config.json'), '{}', { mode: 0o600 });
        rmSync(home, { recursive: true });
        symlinkSync(join(real, 'config'), home);
        return real;
      },
      'every user',
      'go-w',
    ],
    [
      "where others can write to the directory of a link's target",
      () => {
        const dotfiles = join(home, 'dotfiles');
        mkdirSync(dotfiles);
        chmodSync(dotfiles, 0o707);
        writeFileSync(join(dotfiles, 'authctl.json'), '{}', { mode: 0o600 });
        rmSync(path);
        symlinkSync('dotfiles/authctl.json', path);
        return dotfiles;
      },
      'every user',
      'o-w',
    ],
  ];
  test.each(cases)('%s', (_what, prepare, who, mend) => {
    const place = prepare();
    expect(errorOf(read)).toMatchObject({
      exitCode: 9,
      message: `the config file ${path} is not read, because ${who} can write to ${place}`,
      details: { hint: `chmod ${mend} ${place}` },
    });
  });

  asRoot('where a group with unknown members can write to a directory (needs root)', () => {
    chownSync(home, 0, 4711);
    chmodSync(home, 0o770);
    expect(errorOf(read)).toMatchObject({
      message: `the config file ${path} is not read, because group 4711 can write to ${home}`,
      details: { hint: `chmod g-w ${home}` },
    });
  });

  asRoot('where another user owns the file or a directory (needs root)', () => {
    for (const place of [path, home]) {
      chownSync(place, 4711, 4711);
      expect(errorOf(read)).toMatchObject({
        exitCode: 9,
        message: `the config file ${path} is not read, because ${place} belongs to user 4711`,
        details: { hint: 'export AUTHCTL_CONFIG_DIR=/root/.config/authctl' },
      });
      chownSync(place, 0, 0);
    }
  });

  asRoot('where another user owns a link on its way (needs root)', () => {
    const link = join(root, 'link');
    symlinkSync(home, link);
    execFileSync('chown', ['-h', '4711', link]);
    const there = join(link, 'config.json');
    expect(errorOf(() => readTrustedConfig(there, uid))).toMatchObject({
      message: `the config file ${there} is not read, because ${link} belongs to user 4711`,
    });
  });
});

onPosix('a config is read', () => {
  test('where a link leads to a file that only the user can write to', () => {
    const dotfiles = join(home, 'dotfiles');
    mkdirSync(dotfiles, { mode: 0o755 });
    writeFileSync(join(dotfiles, 'authctl.json'), '{"a": 1}', { mode: 0o644 });
    rmSync(path);
    symlinkSync('dotfiles/authctl.json', path);
    expect(read()).toEqual({ a: 1 });
  });

  test('in a sticky directory', () => {
    chmodSync(root, 0o1777);
    expect(read()).toEqual({});
  });

  test('as an empty one where there is none, wherever it would be', () => {
    chmodSync(home, 0o777);
    rmSync(path);
    expect(read()).toEqual({});
  });

  asRoot('where it is of a group that is private to the user (needs root)', () => {
    chmodSync(home, 0o770);
    chmodSync(path, 0o660);
    // The group root, of root alone.
    expect(isPrivateGroup(0, 0)).toBe(true);
    expect(read()).toEqual({});
  });
});

onPosix('a group is private', () => {
  test('to no other user, and to none who is not in the files', () => {
    expect(isPrivateGroup(0, 4711)).toBe(false);
    expect(isPrivateGroup(4711, 4711)).toBe(false);
    // It has another name than the user: daemon's group is 1, and nogroup is nobody's.
    expect(isPrivateGroup(1, 0)).toBe(false);
  });
});

onPosix('the home directory of a user', () => {
  test("is the password database's, and not HOME's", () => {
    const before = process.env['HOME'];
    process.env['HOME'] = root;
    try {
      if (uid !== undefined) expect(recordedHome(uid)).not.toBe(root);
    } finally {
      process.env['HOME'] = before;
    }
  });

  test('is found by the system where /etc/passwd does not list the user', () => {
    if (uid !== undefined) expect(homeOnRecord(uid)).toBe(recordedHome(uid));
    expect(homeOnRecord(4_000_000)).toBeUndefined();
    expect(recordedHome(4_000_000)).toBeUndefined();
  });
});

describe("a config is the user's own", () => {
  test('in the home of the password database', () => {
    const own = recordedHome(uid) ?? homedir();
    expect(isUsersOwn(join(own, '.config/authctl/config.json'), uid)).toBe(true);
    expect(isUsersOwn(join(own, '../elsewhere/config.json'), 4711)).toBe(false);
  });

  asRoot("elsewhere only where it is root's, file and directory (needs root)", () => {
    expect(isUsersOwn(path, 65534)).toBe(true);
    for (const place of [path, home]) {
      chownSync(place, 65534, 0);
      expect(isUsersOwn(path, 65534)).toBe(false);
      chownSync(place, 0, 0);
    }
  });

  asRoot('but not in a checkout (needs root)', () => {
    const place = join(home, 'project', '.settings');
    mkdirSync(place, { recursive: true });
    const inProject = join(place, 'config.json');
    writeFileSync(inProject, '{}');
    expect(isUsersOwn(inProject, 0)).toBe(true);
    for (const mark of ['.git', '.hg', '.svn', '.jj']) {
      const top = join(home, 'project', mark);
      // In a worktree, it is a file.
      writeFileSync(top, '');
      expect(isUsersOwn(inProject, 0)).toBe(false);
      rmSync(top);
    }
  });

  test('and loses its commands otherwise, and nothing else', () => {
    const command = { command: ['x'] };
    const settings = {
      command: { command: 'a value of a provider of that name' },
      ropo: { cid: '1', apicode: command, servers: { 'https://x': { cid: command } } },
      profiles: { work: { ropo: { cid: '2', apicode: command } } },
      keychain_accounts: ['a'],
    };
    expect(withoutCommands({ path, settings }).settings).toEqual({
      command: { command: 'a value of a provider of that name' },
      ropo: { cid: '1', servers: { 'https://x': {} } },
      profiles: { work: { ropo: { cid: '2' } } },
      keychain_accounts: ['a'],
    });
    const plain = { path, settings: { ropo: { cid: '1' } } };
    expect(withoutCommands(plain)).toBe(plain);
  });
});
