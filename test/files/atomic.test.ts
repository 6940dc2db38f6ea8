import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { writeFileAtomic } from '../../src/files/atomic.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'authctl-atomic-'));
  path = join(directory, 'file');
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (to: string, text: string, mode: number) =>
  writeFileAtomic(to, text, { mode, clock: systemClock });
const mode = () => statSync(path).mode & 0o777;

test.each([0o600, 0o644])(
  'the mode is %d, whatever the umask and the old file',
  async (expected) => {
    const umask = process.umask(0o077);
    try {
      await write(path, 'one', expected);
      expect(mode()).toBe(expected);
      rmSync(path);
      process.umask(0);
      writeFileSync(path, 'old', { mode: 0o666 });
      await write(path, 'two', expected);
      expect([mode(), readFileSync(path, 'utf8')]).toEqual([expected, 'two']);
    } finally {
      process.umask(umask);
    }
  },
);

test('a symbolic link is replaced, not followed', async () => {
  const target = join(directory, 'target');
  writeFileSync(target, 'kept');
  symlinkSync(target, path);
  await write(path, 'new', 0o600);
  expect(lstatSync(path).isFile()).toBe(true);
  expect(readFileSync(target, 'utf8')).toBe('kept');
});

test('a file name may have the maximum length', async () => {
  path = join(directory, 'x'.repeat(255));
  await write(path, 'new', 0o600);
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test('a failure leaves no temporary file', async () => {
  mkdirSync(path);
  writeFileSync(join(path, 'inside'), '');
  await expect(write(path, 'new', 0o600)).rejects.toMatchObject({
    code: 'EISDIR',
  });
  expect(readdirSync(directory)).toEqual(['file']);
});

test('a missing directory is a system error', async () => {
  await expect(write(join(path, 'file'), 'new', 0o600)).rejects.toMatchObject({
    code: 'ENOENT',
  });
});

test('concurrent readers always see a complete text', async () => {
  const texts = ['a', 'b'].map((letter) => letter.repeat(200_000));
  await write(path, texts[0] ?? '', 0o600);
  let done = false;
  const writer = Promise.all(
    Array.from({ length: 20 }, (_, i) => write(path, texts[i % 2] ?? '', 0o600)),
  ).finally(() => {
    done = true;
  });
  do expect(texts).toContain(await readFile(path, 'utf8'));
  while (!done);
  await writer;
  expect(readdirSync(directory)).toEqual(['file']);
});
