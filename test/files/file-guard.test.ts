/** When a file that was written counts as lost. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { guardFile } from '../../src/files/file-guard.ts';
import { fakeClock } from '../clock.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'authctl-guard-'));
  path = join(directory, 'file');
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a file that another program changes each time is written once a minute in the long run', async () => {
  const clock = fakeClock();
  const guard = guardFile(path, clock);
  let writes = 0;
  const write = () => {
    writes += 1;
    writeFileSync(path, `${writes}`);
    guard.keep();
    rmSync(path);
  };
  write();
  for (let seconds = 0; seconds < 3600; seconds++) {
    await clock.advance(1000);
    if (guard.isLost()) write();
  }
  expect(writes).toBeGreaterThan(55);
  expect(writes).toBeLessThan(70);
});

test('what is no plain file is not guarded', async () => {
  const clock = fakeClock();
  execFileSync('mkfifo', [path]);
  const guard = guardFile(path, clock);
  guard.keep();
  rmSync(path);
  await clock.advance(60_000);
  expect(guard.isLost()).toBe(false);
});
