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

test('a new file is for its owner alone', async () => {
  await write(path, 'new\n');
  expect([readFileSync(path, 'utf8'), mode(path)]).toEqual(['new\n', 0o600]);
});

test('a file that others could read is replaced by one that they cannot', async () => {
  writeFileSync(path, 'old, and longer than the new\n', { mode: 0o644 });
  await write(path, 'new\n');
  expect([readFileSync(path, 'utf8'), mode(path)]).toEqual(['new\n', 0o600]);
  expect(readdirSync(directory)).toEqual(['token']);
});

test('a link is replaced, and what it led to stays', async () => {
  const victim = join(directory, 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, path);
  await write(path, 'new\n');
  expect(lstatSync(path).isSymbolicLink()).toBe(false);
  expect([readFileSync(path, 'utf8'), readFileSync(victim, 'utf8')]).toEqual(['new\n', 'precious']);
});

test('a link to nothing is replaced too', async () => {
  symlinkSync(join(directory, 'nothing'), path);
  await write(path, 'new\n');
  expect(readdirSync(directory)).toEqual(['token']);
});

describe.each([
  ['a directory', () => directory, 'it is a directory'],
  ['a file in a directory that there is not', () => join(path, 'x'), 'there is no such directory'],
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

onPosix('what is no file', () => {
  test('/dev/null takes it and stays', async () => {
    await write('/dev/null', 'new\n');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('a FIFO passes it on and stays', async () => {
    execFileSync('mkfifo', [path]);
    const reader = promisify(execFile)('cat', [path]);
    await write(path, 'new\n');
    expect((await reader).stdout).toBe('new\n');
    expect(statSync(path).isFIFO()).toBe(true);
  });

  test('a FIFO that nobody reads yet is waited for, without holding the process up', async () => {
    execFileSync('mkfifo', [path]);
    const text = 'x'.repeat(200_000);
    const written = write(path, text);
    await sleep(100);
    const { stdout } = await promisify(execFile)('cat', [path], { maxBuffer: 1e6 });
    await written;
    expect(stdout).toBe(text);
  });

  test('a FIFO of another user is not even opened, and so not waited for', async () => {
    execFileSync('mkfifo', [path]);
    if (process.getuid?.() === 0) chownSync(path, 12_345, 12_345);
    const error = await refusal(() => write(path, 'new\n', 4_294_967_000));
    expect(error.message).toContain('it belongs to another user');
  });

  test('a FIFO of another user gets nothing', async () => {
    execFileSync('mkfifo', [path]);
    // What root owns is nobody's trap.
    if (process.getuid?.() === 0) chownSync(path, 12_345, 12_345);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const error = await refusal(() => write(path, 'new\n', 4_294_967_000));
    expect(error.message).toContain('it belongs to another user');
    // Nobody writes any more, and nothing was written.
    expect(readFileSync(reader, 'utf8')).toBe('');
    closeSync(reader);
    await write('/dev/null', 'new\n', 4_294_967_000);
  });

  test('an open file, as /dev/stdout is with a redirection, keeps what else is written', async () => {
    const open = openSync(path, 'w');
    writeSync(open, 'before\n');
    await write(`/dev/fd/${open}`, 'new\n');
    writeSync(open, 'after\n');
    closeSync(open);
    expect(readFileSync(path, 'utf8')).toBe('before\nnew\nafter\n');
  });

  const linux = process.platform === 'linux' ? test : test.skip;
  linux('a full device is an error', async () => {
    const error = await refusal(() => write('/dev/full', 'new\n'));
    expect(error.message).toBe('cannot write "/dev/full": no space left');
  });
});
