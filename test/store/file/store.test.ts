/** How the file store treats files that were damaged, replaced or exposed. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Outline } from '../../../src/declaration/outline.ts';
import { AuthctlError } from '../../../src/errors.ts';
import { selectedKey } from '../../../src/session/selector.ts';
import { outlinePath, pointerPath, sessionPath } from '../../../src/store/file/paths.ts';
import { parseOutline } from '../../../src/store/outline-format.ts';
import { keyOf, sessionOf } from '../../session/sample.ts';
import { openStore, stateDirectory, version } from '../directory.ts';

const root = process.getuid?.() === 0;
const text = (path: string) => readFileSync(path, 'utf8');
const edit = (change: (record: Record<string, unknown>) => unknown) => (path: string) => {
  const record: Record<string, unknown> = JSON.parse(text(path));
  writeFileSync(path, JSON.stringify(change(record)));
};
const tokens = (change: Record<string, unknown>) =>
  edit((record) => ({ ...record, token_set: { ...Object(record['token_set']), ...change } }));

const outline: Outline = {
  name: 'my-api',
  fields: [{ name: 'user', secret: false }],
  login: [{ fields: ['user'] }],
};
const refusal = {
  holder: 'holder',
  fingerprint: 'mine',
  at: 1_800_000_000_000,
  error: new AuthctlError('refused', 'My API refused the credentials'),
};

/** Changes of a file, and the reason why it is ignored. */
const damages: readonly [string, (path: string) => void, string][] = [
  ['emptied', (path) => writeFileSync(path, ''), 'empty'],
  ['cut off', (path) => writeFileSync(path, text(path).slice(0, -20)), 'damaged'],
  ['overwritten', (path) => writeFileSync(path, '\0\xff'), 'damaged'],
  ['made a list', (path) => writeFileSync(path, '[]'), 'damaged'],
  ['made null', (path) => writeFileSync(path, 'null'), 'damaged'],
  ['of a newer version', edit((record) => ({ ...record, version: 99 })), 'in an unknown format'],
  ['without a version', edit(({ version: _, ...record }) => record), 'in an unknown format'],
  ['without a provider', edit(({ provider: _, ...record }) => record), 'damaged'],
  ['without an account', edit(({ account: _, ...record }) => record), 'damaged'],
  ['with an invalid account', edit((record) => ({ ...record, account: 'ann' })), 'damaged'],
  ['replaced by a symbolic link', symlinked, 'a symbolic link'],
  ['replaced by a broken symbolic link', (path) => relink(path, `${path}.gone`), 'a symbolic link'],
  [
    'with a second hard link',
    (path) => linkSync(path, `${path}.twin`),
    'a file with other hard links',
  ],
  ['readable by the group', (path) => chmodSync(path, 0o640), 'open to other users'],
  ['readable by all', (path) => chmodSync(path, 0o604), 'open to other users'],
  ['writable by the group', (path) => chmodSync(path, 0o620), 'open to other users'],
  ['too large', (path) => writeFileSync(path, ' '.repeat(600_000)), 'too large'],
  ['made a FIFO', fifo, 'not a regular file'],
  ...(root
    ? [["another user's", disown, "another user's"] as [string, (path: string) => void, string]]
    : []),
];
const damagedTokens: readonly [string, (path: string) => void, string][] = [
  ['without tokens', edit(({ token_set: _, ...record }) => record), 'damaged'],
  ['with an empty token', tokens({ access_token: '' }), 'damaged'],
  ['with an invalid token', tokens({ access_token: 'a\nb' }), 'damaged'],
  ['with a number for a token', tokens({ access_token: 1 }), 'damaged'],
  ['with an invalid refresh token', tokens({ refresh_token: '\x1b' }), 'damaged'],
  ['with an invalid time', tokens({ received_at: 'now' }), 'damaged'],
  ['without a time', tokens({ received_at: undefined }), 'damaged'],
  ['with an invalid lifetime', tokens({ lifetime: '1' }), 'damaged'],
  ['without a lifetime', tokens({ lifetime: undefined }), 'damaged'],
];

describe('a session’s file', () => {
  test.each([...damages, ...damagedTokens])(
    '%s is a miss, and replaced',
    async (_what, damage, reason) => {
      const { state, store, details } = openStore();
      const key = keyOf();
      await store.save(sessionOf(key, 'old'));
      const path = sessionPath(state, key);
      damage(path);
      expect(await store.read(key)).toBeUndefined();
      expect(await store.list()).toEqual([]);
      expect(details).toContain(`ignored ${path}: it is ${reason}`);
      await store.save(sessionOf(key, 'new'));
      expect((await store.read(key))?.tokenSet.accessToken).toBe('new');
      expect(lstatSync(path).mode & 0o777).toBe(0o600);
    },
  );

  test('of another session in its place is a miss', async () => {
    const { state, store, details } = openStore();
    const [mine, other] = [keyOf(), keyOf({ account: { fields: { user: 'bob' } } })];
    await store.save(sessionOf(other, 'secret of bob'));
    copyFileSync(sessionPath(state, other), sessionPath(state, mine));
    expect(await store.read(mine)).toBeUndefined();
    expect(details).toEqual([expect.stringContaining("another session's")]);
    expect(await store.list()).toHaveLength(1);
  });

  test('replaced by a directory is a miss, and saving is an error', async () => {
    const { state, store, details } = openStore();
    const path = sessionPath(state, keyOf());
    mkdirSync(path, { recursive: true, mode: 0o700 });
    expect(await store.read(keyOf())).toBeUndefined();
    expect(details).toEqual([`ignored ${path}: it is not a regular file`]);
    await expect(store.save(sessionOf(keyOf()))).rejects.toMatchObject({ code: 'store' });
  });

  test('is replaced without changing the target of a symbolic link', async () => {
    const { state, store } = openStore();
    await store.save(sessionOf(keyOf()));
    const path = sessionPath(state, keyOf());
    const target = join(state, 'target');
    writeFileSync(target, 'precious');
    relink(path, target);
    await store.save(sessionOf(keyOf()));
    expect(text(target)).toBe('precious');
  });
});

describe('the pointer to the current session', () => {
  test.each(damages)('%s is a miss, and replaced', async (_what, damage, reason) => {
    const { state, store, details } = openStore();
    await store.save(sessionOf(keyOf()));
    const path = pointerPath(state, 'my-api', 'default');
    damage(path);
    expect(await store.latest('my-api', 'default')).toBeUndefined();
    expect(details).toEqual([`ignored ${path}: it is ${reason}`]);
    await store.save(sessionOf(keyOf()));
    expect(await store.latest('my-api', 'default')).toEqual(keyOf());
  });

  test('of another profile in its place is a miss', async () => {
    const { state, store } = openStore();
    await store.save(sessionOf(keyOf({ profile: 'work' })));
    await store.save(sessionOf(keyOf()));
    copyFileSync(pointerPath(state, 'my-api', 'work'), pointerPath(state, 'my-api', 'default'));
    const selector = { provider: 'my-api', profile: 'default' };
    expect(await selectedKey(store, selector)).toBeUndefined();
  });
});

describe('the outline of a provider', () => {
  const readOutline = (path: string) => parseOutline(text(path), version);

  test('is written only if it changes', async () => {
    const { state, store } = openStore();
    const path = outlinePath(state, 'my-api');
    await store.saveOutline(outline);
    expect(readOutline(path)).toEqual(outline);
    const { ino } = lstatSync(path);
    await store.saveOutline(outline);
    expect(lstatSync(path).ino).toBe(ino);
    const other = { ...outline, login: [] };
    await store.saveOutline(other);
    expect(readOutline(path)).toEqual(other);
  });

  test.each(damages)('%s is replaced', async (_what, damage) => {
    const { state, store } = openStore();
    const path = outlinePath(state, 'my-api');
    await store.saveOutline(outline);
    damage(path);
    await store.saveOutline(outline);
    expect(readOutline(path)).toEqual(outline);
    const { mode, nlink } = lstatSync(path);
    expect([mode & 0o777, nlink]).toEqual([0o600, 1]);
  });

  test('is removed with all sessions of the provider, but not with those of one profile', async () => {
    const { state, store } = openStore();
    await store.save(sessionOf(keyOf()));
    await store.saveOutline(outline);
    await store.clear({ provider: 'my-api', profile: 'default' });
    expect(readOutline(outlinePath(state, 'my-api'))).toEqual(outline);
    await store.clear({ provider: 'my-api' });
    expect(() => lstatSync(outlinePath(state, 'my-api'))).toThrow('ENOENT');
  });
});

test('every file and directory is accessible to its owner only', async () => {
  const state = join(stateDirectory(), 'authctl');
  const { store } = openStore(state);
  await store.save(sessionOf(keyOf()));
  await store.saveFailure(keyOf(), refusal);
  await store.saveOutline(outline);
  await store.fingerprintKey();
  const paths = readdirSync(state, { recursive: true, encoding: 'utf8' });
  expect(paths.length).toBeGreaterThan(4);
  for (const path of [state, ...paths.map((name) => join(state, name))]) {
    const stat = lstatSync(path);
    expect([path, stat.mode & 0o777]).toEqual([path, stat.isDirectory() ? 0o700 : 0o600]);
  }
});

test('a damaged file is cleared too, since it may contain a token', async () => {
  const { state, store } = openStore();
  await store.save(sessionOf(keyOf()));
  const path = sessionPath(state, keyOf());
  writeFileSync(path, '{"token_set":');
  await store.clear({ provider: 'my-api' });
  expect(() => lstatSync(path)).toThrow('ENOENT');
});

test('clearing keeps directories in a profile’s directory, and the targets of links', async () => {
  const { state, store } = openStore();
  await store.save(sessionOf(keyOf()));
  const directory = dirname(sessionPath(state, keyOf()));
  const precious = join(state, 'precious');
  mkdirSync(precious);
  writeFileSync(join(precious, 'file'), '');
  mkdirSync(join(directory, 'other'));
  symlinkSync(precious, join(directory, 'link'));
  symlinkSync(precious, join(dirname(directory), 'linked'));
  writeFileSync(join(dirname(directory), 'note'), '');
  await store.clear({});
  expect(readdirSync(directory).sort()).toEqual(['link', 'other']);
  expect(readdirSync(dirname(directory)).sort()).toEqual(['default', 'linked', 'note']);
  expect(readdirSync(precious)).toEqual(['file']);
});

describe('a store that is not writable', () => {
  const blocked = () => {
    const file = join(stateDirectory(), 'a file');
    writeFileSync(file, '');
    return openStore(file);
  };

  test('names the file and the reason', async () => {
    const { state, store } = blocked();
    await expect(store.save(sessionOf(keyOf()))).rejects.toMatchObject({
      code: 'store',
      message: expect.stringMatching(
        new RegExp(`^cannot write ${state}/.* \\(.* is not a directory\\)$`),
      ),
    });
  });

  test('is empty, and does not fail', async () => {
    const { store, details } = blocked();
    expect(await store.read(keyOf())).toBeUndefined();
    expect(await store.latest('my-api', 'default')).toBeUndefined();
    expect(await store.list()).toEqual([]);
    expect(await store.fingerprintKey()).toHaveLength(32);
    expect(details).toEqual([
      expect.stringMatching(
        /^cannot read or create the fingerprint key \(.+ is not a directory\)$/,
      ),
    ]);
  });

  test('has no lock, and loses failures and outlines, which only -v reports', async () => {
    const { store, details } = blocked();
    expect(await store.lock(keyOf())).toBeUndefined();
    await store.saveFailure(keyOf(), refusal);
    await store.saveOutline(outline);
    expect(await store.failure(keyOf())).toBeUndefined();
    expect(details).toEqual([
      expect.stringMatching(/^cannot create .*\.lock \(.+ is not a directory\)$/),
      expect.stringMatching(/^cannot write .*\.failure/),
      expect.stringMatching(/^cannot write .*outlines\/my-api\.json/),
    ]);
  });
});

function symlinked(path: string): void {
  renameSync(path, `${path}.real`);
  symlinkSync(`${path}.real`, path);
}

function relink(path: string, target: string): void {
  rmSync(path);
  symlinkSync(target, path);
}

function fifo(path: string): void {
  rmSync(path);
  mkdirSync(dirname(path), { recursive: true });
  execFileSync('mkfifo', ['-m', '600', path]);
}

function disown(path: string): void {
  chownSync(path, 12_345, 12_345);
}
