/**
 * Elects a leader among callers that find no token at the same time. The others wait for it here, since
 * loading the program in each of them would take longer than the one login that is needed. This only
 * delays them: the session's lock decides who asks the server, and the file of a leader that was killed
 * delays the next caller once.
 */
import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createLockFile } from '../files/lock-file.ts';
import { checkDirectory, makeTrustedDirectory } from '../files/trusted-directory.ts';

/** Milliseconds that a caller waits at most: after that, it waits for the lock like any process. */
const maxWait = 2000;
/** Milliseconds between checks, before jitter. */
const pause = 40;

/**
 * Becomes the leader, or waits for the leader and looks for its result.
 *
 * @param path the leader's file, per provider and profile since the account is not known yet
 * @param uid the user's ID; undefined if files have no owner
 * @param look returns the result, if it is there
 * @param atEnd registers a function to be called when this process ends
 * @returns undefined for the leader, and for a follower without a result: both load the program
 */
export function leadOrFollow<T>(
  path: string,
  uid: number | undefined,
  look: () => T | undefined,
  atEnd: (done: () => void) => void,
): T | undefined {
  let isTaken: boolean;
  try {
    const directory = dirname(path);
    // The state directory first: sessions are stored in it only if it can be trusted.
    makeTrustedDirectory(dirname(directory), uid);
    makeTrustedDirectory(directory, uid);
    isTaken = !createLockFile(path, '');
  } catch {
    // Without a writable directory there can be no leader.
    return undefined;
  }
  if (isTaken) return follow(path, look);
  atEnd(() => rmSync(path, { force: true }));
  return undefined;
}

/** Whether only the user can change a directory, and the directories that lead to it. */
export function isTrusted(directory: string, uid: number | undefined): boolean {
  return checkDirectory(directory, uid).trusted ?? false;
}

/**
 * Waits until the leader has ended, then looks for its result once.
 *
 * @param sleep blocks the process for a number of milliseconds
 */
export function follow<T>(
  path: string,
  look: () => T | undefined,
  sleep: (milliseconds: number) => void = sleepSync,
): T | undefined {
  for (let waited = 0; waited < maxWait; ) {
    const next = pause * (0.5 + Math.random());
    sleep(next);
    waited += next;
    // Only the leader's file is checked: a hundred followers reading session files would slow it down.
    if (!existsSync(path)) return look();
  }
  rmSync(path, { force: true });
  return look();
}

/** Blocks the process, without loading timers. */
function sleepSync(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
