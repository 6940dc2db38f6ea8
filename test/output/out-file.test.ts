import { execFile, execFileSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  constants,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { writeOutFile } from '../../src/output/out-file.ts';
import { refusal } from './sample.ts';

const write = (path: string, text: string, uid?: number) =>
  writeOutFile(path, text, { clock: systemClock, uid });

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'authctl-out-'));
  path = join(directory, 'token');
});
afterEach(() => rmSync(directory, { recursive: true }));

const mode = (file: string) => statSync(file).mode & 0o777;

test('only its owner can read a new file', async () => {
  await write(path, 'new\n');
  expect([readFileSync(path, 'utf8'), mode(path)]).toEqual(['new\n', 0o600]);
});

test('a file that others can read is replaced by one that they cannot read', async () => {
  writeFileSync(path, 'old, and longer than the new\n', { mode: 0o644 });
  await write(path, 'new\n');
  expect([readFileSync(path, 'utf8'), mode(path)]).toEqual(['new\n', 0o600]);
  expect(readdirSync(directory)).toEqual(['token']);
});

test('a link is replaced, and its target is kept', async () => {
  const victim = join(directory, 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, path);
  await write(path, 'new\n');
  expect(lstatSync(path).isSymbolicLink()).toBe(false);
  expect([readFileSync(path, 'utf8'), readFileSync(victim, 'utf8')]).toEqual(['new\n', 'precious']);
});

test('a dangling link is replaced too', async () => {
  symlinkSync(join(directory, 'nothing'), path);
  await write(path, 'new\n');
  expect(readdirSync(directory)).toEqual(['token']);
});

describe.each([
  ['a directory', () => directory, 'it is a directory'],
  ['a file in a missing directory', () => join(path, 'x'), 'no such file or directory'],
  ['a closed descriptor', () => '/dev/fd/99', 'it is not an open file'],
])('%s', (_, where, reason) => {
  test('is an error that names the path', async () => {
    const error = await refusal(() => write(where(), 'new\n'));
    expect([error.code, error.message]).toEqual([
      'output_failed',
      `cannot write ${JSON.stringify(where())}: ${reason}`,
    ]);
    expect(readdirSync(directory)).toEqual([]);
  });
});

const onPosix = process.platform === 'win32' ? describe.skip : describe;

onPosix('a path that is not a regular file', () => {
  test('may be /dev/null', async () => {
    await write('/dev/null', 'new\n');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('may be a FIFO', async () => {
    execFileSync('mkfifo', [path]);
    const reader = promisify(execFile)('cat', [path]);
    await write(path, 'new\n');
    expect((await reader).stdout).toBe('new\n');
    expect(statSync(path).isFIFO()).toBe(true);
  });

  test('may be a FIFO without a reader, for which it waits without blocking', async () => {
    execFileSync('mkfifo', [path]);
    const text = 'x'.repeat(200_000);
    const written = write(path, text);
    await sleep(100);
    const { stdout } = await promisify(execFile)('cat', [path], { maxBuffer: 1e6 });
    await written;
    expect(stdout).toBe(text);
  });

  test('may not be a FIFO of another user, which is not opened', async () => {
    execFileSync('mkfifo', [path]);
    if (process.getuid?.() === 0) chownSync(path, 12_345, 12_345);
    const error = await refusal(() => write(path, 'new\n', 4_294_967_000));
    expect(error.message).toContain('it belongs to another user');
  });

  test('may not be a FIFO of another user, to which nothing is written', async () => {
    execFileSync('mkfifo', [path]);
    // Root's files are trusted.
    if (process.getuid?.() === 0) chownSync(path, 12_345, 12_345);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const error = await refusal(() => write(path, 'new\n', 4_294_967_000));
    expect(error.message).toContain('it belongs to another user');
    // The FIFO is closed and empty.
    expect(readFileSync(reader, 'utf8')).toBe('');
    closeSync(reader);
    await write('/dev/null', 'new\n', 4_294_967_000);
  });

  test('may be an open file, as /dev/stdout with a redirection, whose text is kept', async () => {
    const open = openSync(path, 'w');
    writeSync(open, 'before\n');
    await write(`/dev/fd/${open}`, 'new\n');
    writeSync(open, 'after\n');
    closeSync(open);
    expect(readFileSync(path, 'utf8')).toBe('before\nnew\nafter\n');
  });

  const linux = process.platform === 'linux' ? test : test.skip;
  linux('may not be full', async () => {
    const error = await refusal(() => write('/dev/full', 'new\n'));
    expect(error.message).toBe('cannot write "/dev/full": no space left');
  });
});
