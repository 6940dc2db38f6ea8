import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { deliver } from '../../src/output/deliver.ts';
import { refusal } from './sample.ts';

const clock = systemClock;
let directory: string;
let path: string;
let written: string[];
const stdout = {
  isTTY: false,
  write: async (text: string) => {
    written.push(text);
  },
};
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'authctl-deliver-'));
  path = join(directory, 'file');
  written = [];
});
afterEach(() => rmSync(directory, { recursive: true }));

test('the result goes to stdout', async () => {
  await deliver({ stdout: 'token\n' }, { stdout, clock });
  expect(written).toEqual(['token\n']);
});

test('the result goes to --out-file instead of stdout', async () => {
  await deliver({ stdout: 'token\n' }, { stdout, outFile: path, clock });
  expect([written, readFileSync(path, 'utf8')]).toEqual([[], 'token\n']);
});

describe('text appended to a file', () => {
  const outcome = () => ({ stdout: 'masks\n', append: { path, text: 'A<<x\n1\nx\n' } });

  test.each([
    ['to an empty file', '', 'A<<x\n1\nx\n'],
    ['after the lines in it', 'B=2\n', 'B=2\nA<<x\n1\nx\n'],
    ['after a last line without a newline', 'B=2', 'B=2\nA<<x\n1\nx\n'],
  ])('is written %s', async (_, before, after) => {
    writeFileSync(path, before);
    await deliver(outcome(), { stdout, clock });
    expect([readFileSync(path, 'utf8'), written]).toEqual([after, ['masks\n']]);
  });

  test('creates a missing file with permissions for its owner only', async () => {
    await deliver(outcome(), { stdout, clock });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('leaves stdout empty if it cannot be written', async () => {
    const error = await refusal(() =>
      deliver({ stdout: 'masks\n', append: { path: directory, text: 'A=1\n' } }, { stdout, clock }),
    );
    expect([error.code, error.message]).toEqual([
      'output_failed',
      `cannot append to ${JSON.stringify(directory)}: it is a directory`,
    ]);
    expect(written).toEqual([]);
  });
});
