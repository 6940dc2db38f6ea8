/** A state directory for a test, and a file store in it that records its details. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { fileStore } from '../../src/store/file/store.ts';

const made: string[] = [];
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** The program version of the stores. */
export const version = '1.2.3';

/** Creates a directory, which is removed after the tests of the file. */
export function stateDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'authctl-state-'));
  made.push(path);
  return path;
}

/** A store of the current user, with the details that it printed. */
export function openStore(state = stateDirectory()) {
  const details: string[] = [];
  const store = fileStore({
    state,
    uid: process.getuid?.(),
    pid: process.pid,
    isAlive: (pid) => pid === process.pid,
    clock: systemClock,
    version,
    detail: (text) => details.push(text),
  });
  return { state, store, details };
}
