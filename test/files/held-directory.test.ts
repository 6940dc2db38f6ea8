/** Files do not go elsewhere when the path of their directory is replaced. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { inDirectory } from '../../src/files/held-directory.ts';
import { wayTo } from '../../src/files/way.ts';

let root: string;
let mine: string;
let theirs: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'authctl-held-'));
  mine = join(root, 'mine');
  theirs = join(root, 'theirs');
  mkdirSync(mine);
  mkdirSync(theirs);
});
afterEach(() => rmSync(root, { recursive: true }));

/** What another user can do who owns the parent. */
const swap = () => {
  renameSync(mine, join(root, 'moved'));
  symlinkSync(theirs, mine);
};

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a directory that is replaced by a link', () => {
  test('before it is opened is not written to', async () => {
    const way = wayTo(mine);
    swap();
    const write = inDirectory(way, async (directory) =>
      writeFileSync(join(directory, 'token'), 'tok'),
    );
    await expect(write).rejects.toMatchObject({ code: 'ENOTDIR' });
    expect(existsSync(join(theirs, 'token'))).toBe(false);
  });

  test('or by another directory', async () => {
    const way = wayTo(mine);
    renameSync(mine, join(root, 'moved'));
    renameSync(theirs, mine);
    const write = inDirectory(way, async (directory) =>
      writeFileSync(join(directory, 'token'), 'tok'),
    );
    await expect(write).rejects.toMatchObject({ code: 'ESTALE' });
    expect(existsSync(join(mine, 'token'))).toBe(false);
  });

  test('while it is open is still the one that was checked', async () => {
    await inDirectory(wayTo(mine), async (directory) => {
      swap();
      writeFileSync(join(directory, 'token'), 'tok');
    });
    expect(readFileSync(join(root, 'moved', 'token'), 'utf8')).toBe('tok');
    expect(existsSync(join(theirs, 'token'))).toBe(false);
  });

  test('is the directory of a file too', async () => {
    const file = join(mine, 'env');
    writeFileSync(file, '');
    await inDirectory(wayTo(file), async (directory) => {
      swap();
      writeFileSync(join(directory, 'env'), 'tok');
    });
    expect(readFileSync(join(root, 'moved', 'env'), 'utf8')).toBe('tok');
    expect(existsSync(join(theirs, 'env'))).toBe(false);
  });
});

test('a directory that does not exist is not written to', async () => {
  const way = wayTo(join(root, 'none', 'deeper'));
  await expect(inDirectory(way, () => Promise.resolve())).rejects.toMatchObject({ code: 'ENOENT' });
});
