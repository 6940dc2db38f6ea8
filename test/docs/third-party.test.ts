import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

test('THIRD_PARTY has the licence of every package in the bundle (npm run third-party)', async () => {
  const { stderr } = await promisify(execFile)(process.execPath, [
    'scripts/third-party.js',
    '--check',
  ]);
  expect(stderr).toBe('');
});
