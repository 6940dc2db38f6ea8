/**
 * Of many callers that find no token at the same moment, one is the leader and the others wait here:
 * loading the program in each of them takes longer than the one login that is needed. This is a
 * delay and nothing more. Who asks the server is settled by the lock, and a file that a killed
 * leader left behind costs the next caller that delay, once.
 */
import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { claim } from '../files/claim.ts';
import { checkDirectory, makeTrustedDirectory } from '../files/trusted-directory.ts';

/** Milliseconds that anybody waits at most: a login that takes longer is waited for at the lock. */
const patience = 2000;
/** Milliseconds between two looks; those that wait must not all look at once. */
const pause = 40;

/**
 * Becomes the leader if there is none, else waits for what the leader brings.
 *
 * @param path the leader's file: one for each provider and profile, whose account is not known yet
 * @param uid the user's ID; undefined if files have no owner
 * @param look finds what is waited for
 * @param atEnd takes what is to be done when this process ends
 * @returns undefined for the leader, and for who waited for nothing: both go ahead
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
    // The state directory first: sessions are kept in it only if it can be trusted.
    makeTrustedDirectory(dirname(directory), uid);
    makeTrustedDirectory(directory, uid);
    isTaken = !claim(path, '');
  } catch {
    // Where nothing can be written, there is no leader to wait for.
    return undefined;
  }
  if (isTaken) return follow(path, look);
  atEnd(() => rmSync(path, { force: true }));
  return undefined;
}

/** Whether only the user can change a directory: of one that takes more than a look at each part. */
export function isTrusted(directory: string, uid: number | undefined): boolean {
  return checkDirectory(directory, uid).trusted ?? false;
}

/**
 * Waits while there is a leader.
 *
 * @param look finds what is waited for
 * @param sleep holds the process for so many milliseconds
 */
export function follow<T>(
  path: string,
  look: () => T | undefined,
  sleep: (milliseconds: number) => void = hold,
): T | undefined {
  for (let waited = 0; waited < patience; ) {
    const next = pause * (0.5 + Math.random());
    sleep(next);
    waited += next;
    // A hundred that wait and look into files keep the leader from getting on.
    if (!existsSync(path)) return look();
  }
  rmSync(path, { force: true });
  return look();
}

/** Without loading timers, and without letting anything else run. */
function hold(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
