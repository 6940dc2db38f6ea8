/** A state directory for a test, and a store in it that remembers what it said. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import type { SessionKey } from '../../src/session/key.ts';
import type { Session } from '../../src/session/session.ts';
import { fileStore } from '../../src/store/file/store.ts';

const made: string[] = [];
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** A new directory; it goes when the tests of the file have ended. */
export function stateDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'authctl-state-'));
  made.push(path);
  return path;
}

/** A store of the user who runs the tests, with the reasons that it gave. */
export function openStore(state = stateDirectory()) {
  const details: string[] = [];
  const store = fileStore({
    state,
    uid: process.getuid?.(),
    pid: process.pid,
    isAlive: (pid) => pid === process.pid,
    clock: systemClock,
    detail: (text) => details.push(text),
  });
  return { state, store, details };
}

/** A session's key; what is not given is the same for all. */
export function keyOf(parts: Partial<SessionKey> = {}): SessionKey {
  return {
    provider: 'my-api',
    profile: 'default',
    baseUrl: 'https://api.example/v1',
    account: { fields: { user: 'ann' } },
    ...parts,
  };
}

/** A session under a key. */
export function sessionOf(key: SessionKey, accessToken = 'token'): Session {
  return { key, tokenSet: { accessToken, receivedAt: 1_800_000_000_000, lifetime: 3_600_000 } };
}
