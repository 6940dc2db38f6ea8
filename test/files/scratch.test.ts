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

/** Writes as the process of some number. */
const write = (text: string, isAlive = (pid: number) => pid !== gone, to = path) =>
  writeThroughScratch(to, text, { scratch, pid: own, isAlive, clock });

/** What a process left behind that was killed. */
function leave(name: string): string {
  const left = join(scratch, name);
  mkdirSync(scratch, { recursive: true });
  writeFileSync(left, 'half a tok');
  return left;
}

test('the file is there, for its owner alone, and nothing beside it', async () => {
  await write('one');
  await write('two');
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(scratch)).toEqual([]);
  expect(readdirSync(directory).sort()).toEqual(['file', 'unfinished']);
});

test.each([
  ['by a process that is gone', `${gone}-${randomUUID()}.tmp`, false],
  ['by a process that lives', `${alive}-${randomUUID()}.tmp`, true],
  // In a container every run may have the same number.
  ['by a process that was killed and had our number', `${own}-${randomUUID()}.tmp`, false],
  // Who points the state directory at a directory of theirs loses nothing.
  ['by somebody else', 'my-novel', true],
  ['by somebody else who likes numbers', `${gone}-a`, true],
])('what was left %s: is it kept?', async (_, name, kept) => {
  const left = leave(name);
  await write('text');
  expect(existsSync(left)).toBe(kept);
  expect(readFileSync(path, 'utf8')).toBe('text');
});

test('a directory is never removed, whatever its name is', async () => {
  const left = ['', '.tmp'].map((end) => join(scratch, `${gone}-${randomUUID()}${end}`));
  for (const each of left) {
    mkdirSync(each, { recursive: true });
    writeFileSync(join(each, 'precious'), '');
  }
  await write('text');
  expect(left.map((each) => readdirSync(each))).toEqual([['precious'], ['precious']]);
});

test('of a link among what was left, the link is removed', async () => {
  const target = join(directory, 'target');
  writeFileSync(target, 'precious');
  mkdirSync(scratch);
  symlinkSync(target, join(scratch, `${gone}-${randomUUID()}.tmp`));
  await write('text');
  expect(readdirSync(scratch)).toEqual([]);
  expect(readFileSync(target, 'utf8')).toBe('precious');
});

test('a link that leads elsewhere has nothing swept out there', async () => {
  const elsewhere = join(directory, 'elsewhere');
  const name = `${gone}-${randomUUID()}.tmp`;
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, name), '');
  symlinkSync(elsewhere, scratch);
  await write('text');
  expect(readdirSync(elsewhere)).toEqual([name]);
  expect(readFileSync(path, 'utf8')).toBe('text');
});

test('many writes of one process do not sweep one another out', async () => {
  const paths = Array.from({ length: 20 }, (_, i) => join(directory, `file-${i}`));
  await Promise.all(paths.map((each) => write('text', undefined, each)));
  expect(paths.map((each) => readFileSync(each, 'utf8'))).toEqual(paths.map(() => 'text'));
  expect(readdirSync(scratch)).toEqual([]);
});

test('a process that others take for a dead one gets its file written all the same', async () => {
  // Each looks at the others from a container where they cannot be seen.
  const paths = Array.from({ length: 5 }, (_, i) => join(directory, `file-${i}`));
  const strangers = paths.map((each, i) =>
    writeThroughScratch(each, 'text', { scratch, pid: own + i, isAlive: () => false, clock }),
  );
  await Promise.all(strangers);
  expect(paths.map((each) => readFileSync(each, 'utf8'))).toEqual(paths.map(() => 'text'));
});

test('a file that cannot be written leaves nothing behind', async () => {
  mkdirSync(path);
  await expect(write('text')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(readdirSync(scratch)).toEqual([]);
  await expect(write('text', undefined, join(directory, 'none', 'file'))).rejects.toMatchObject({
    code: 'ENOENT',
  });
  expect(readdirSync(scratch)).toEqual([]);
});
