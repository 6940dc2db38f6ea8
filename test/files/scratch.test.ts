import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { writeThroughScratch } from '../../src/files/scratch.ts';

const own = 100;
const alive = 200;
const gone = 300;
const clock = systemClock;

let directory: string;
let scratch: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'authctl-scratch-'));
  scratch = join(directory, 'unfinished');
  path = join(directory, 'file');
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Writes as the process with the pid `own`. */
const write = (text: string, isAlive = (pid: number) => pid !== gone, to = path) =>
  writeThroughScratch(to, text, { scratch, pid: own, isAlive, clock });

/** Creates a temporary file as a killed process leaves it. */
function leave(name: string): string {
  const left = join(scratch, name);
  mkdirSync(scratch, { recursive: true });
  writeFileSync(left, 'half a tok');
  return left;
}

test('the file is readable only by its owner, and no other file is left', async () => {
  await write('one');
  await write('two');
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(scratch)).toEqual([]);
  expect(readdirSync(directory).sort()).toEqual(['file', 'unfinished']);
});

test.each([
  ['of an ended process', false, `${gone}-${randomUUID()}.tmp`],
  ['of a living process', true, `${alive}-${randomUUID()}.tmp`],
  // In a container every run may have the same pid.
  ['of a killed process with the same pid', false, `${own}-${randomUUID()}.tmp`],
  // The state directory may be a directory with files of the user.
  ['of the user', true, 'my-novel'],
  ['of the user that begins with a number', true, `${gone}-a`],
])('a file %s is kept: %s', async (_, kept, name) => {
  const left = leave(name);
  await write('text');
  expect(existsSync(left)).toBe(kept);
  expect(readFileSync(path, 'utf8')).toBe('text');
});

test('a directory is never removed, whatever its name', async () => {
  const left = ['', '.tmp'].map((end) => join(scratch, `${gone}-${randomUUID()}${end}`));
  for (const each of left) {
    mkdirSync(each, { recursive: true });
    writeFileSync(join(each, 'precious'), '');
  }
  await write('text');
  expect(left.map((each) => readdirSync(each))).toEqual([['precious'], ['precious']]);
});

test('a link in place of a temporary file is removed, and its target is kept', async () => {
  const target = join(directory, 'target');
  writeFileSync(target, 'precious');
  mkdirSync(scratch);
  symlinkSync(target, join(scratch, `${gone}-${randomUUID()}.tmp`));
  await write('text');
  expect(readdirSync(scratch)).toEqual([]);
  expect(readFileSync(target, 'utf8')).toBe('precious');
});

test('nothing is removed if the scratch directory is a link', async () => {
  const elsewhere = join(directory, 'elsewhere');
  const name = `${gone}-${randomUUID()}.tmp`;
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, name), '');
  symlinkSync(elsewhere, scratch);
  await write('text');
  expect(readdirSync(elsewhere)).toEqual([name]);
  expect(readFileSync(path, 'utf8')).toBe('text');
});

test('concurrent writes of one process do not remove one another’s directories', async () => {
  const paths = Array.from({ length: 20 }, (_, i) => join(directory, `file-${i}`));
  await Promise.all(paths.map((each) => write('text', undefined, each)));
  expect(paths.map((each) => readFileSync(each, 'utf8'))).toEqual(paths.map(() => 'text'));
  expect(readdirSync(scratch)).toEqual([]);
});

test('a process whose directory others remove still writes its file', async () => {
  // As in different containers, where processes cannot see one another.
  const paths = Array.from({ length: 5 }, (_, i) => join(directory, `file-${i}`));
  const writes = paths.map((each, i) =>
    writeThroughScratch(each, 'text', { scratch, pid: own + i, isAlive: () => false, clock }),
  );
  await Promise.all(writes);
  expect(paths.map((each) => readFileSync(each, 'utf8'))).toEqual(paths.map(() => 'text'));
});

test('a failure leaves no temporary file', async () => {
  mkdirSync(path);
  await expect(write('text')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(readdirSync(scratch)).toEqual([]);
  await expect(write('text', undefined, join(directory, 'none', 'file'))).rejects.toMatchObject({
    code: 'ENOENT',
  });
  expect(readdirSync(scratch)).toEqual([]);
});
