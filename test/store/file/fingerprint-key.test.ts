import { chmodSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { systemClock } from '../../../src/cli/context.ts';
import { fingerprintKey } from '../../../src/store/file/fingerprint-key.ts';
import { stateDirectory } from '../directory.ts';

const uid = process.getuid?.();
const keyAt = (path: string) => fingerprintKey(path, uid, systemClock);
const hex = (key: Uint8Array) => Buffer.from(key).toString('hex');

test('many processes at once end up with one key, which stays', async () => {
  const path = join(stateDirectory(), 'deep', 'down', 'key');
  const keys = await Promise.all(Array.from({ length: 50 }, () => keyAt(path)));
  expect(new Set(keys.map(hex)).size).toBe(1);
  expect(hex(await keyAt(path))).toBe(hex(keys[0] ?? new Uint8Array()));
  expect(keys[0]).toHaveLength(32);
  expect(lstatSync(path).mode & 0o777).toBe(0o600);
});

test('every store has a key of its own', async () => {
  const keys = [stateDirectory(), stateDirectory()].map((state) => keyAt(join(state, 'k')));
  const [one, other] = (await Promise.all(keys)).map(hex);
  expect(one).not.toBe(other);
});

const known = `${'ab'.repeat(32)}\n`;

test.each<[string, (path: string) => void]>([
  ['empty', (path) => writeFileSync(path, '', { mode: 0o600 })],
  ['cut off', (path) => writeFileSync(path, known.slice(0, 20), { mode: 0o600 })],
  ['invalid', (path) => writeFileSync(path, 'x'.repeat(65), { mode: 0o600 })],
  [
    'readable by others',
    (path) => {
      writeFileSync(path, known);
      chmodSync(path, 0o644);
    },
  ],
  [
    'a symbolic link',
    (path) => {
      writeFileSync(`${path}.real`, known, { mode: 0o600 });
      symlinkSync(`${path}.real`, path);
    },
  ],
])('a key that is %s is replaced', async (_what, plant) => {
  const path = join(stateDirectory(), 'key');
  plant(path);
  const key = hex(await keyAt(path));
  expect(key).not.toBe(known.trim());
  expect(hex(await keyAt(path))).toBe(key);
  expect(lstatSync(path).isFile()).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe(`${key}\n`);
});

test('a key that cannot be stored is a system error', async () => {
  const file = join(stateDirectory(), 'file');
  writeFileSync(file, '');
  await expect(keyAt(join(file, 'key'))).rejects.toMatchObject({
    code: expect.stringMatching(/^E[A-Z]+$/),
  });
});
