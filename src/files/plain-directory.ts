/**
 * The quick check of a path, which follows no links and knows no groups. It accepts most paths that only
 * the user can change; `trusted-directory.ts` and the config's own check decide on the rest.
 */
import { lstatSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorCode } from '../errors.ts';

/**
 * Whether no part of a path is a link, every directory above belongs to the user or root and is writable
 * only by its owner or sticky, and what is at the end is accepted.
 *
 * @param path absolute
 * @param accepts receives the lstat result of the end
 * @returns undefined if the path does not exist, and what exists of it passes
 */
export function isPlainPath(
  path: string,
  uid: number,
  accepts: (end: Stats) => boolean,
): boolean | undefined {
  if (!path.startsWith('/')) return false;
  let exists: boolean | undefined;
  try {
    for (let at = path.length; at >= 0; at = at === 0 ? -1 : path.lastIndexOf('/', at - 1)) {
      const stat = lstatSync(path.slice(0, at) || '/', { throwIfNoEntry: false });
      if (stat) {
        const isEnd = at === path.length;
        if (!(isEnd ? accepts(stat) : isPlainParent(stat, uid))) return false;
        exists ??= isEnd;
      } else if (exists !== undefined) {
        // It was replaced while it was being checked.
        return false;
      }
    }
  } catch {
    return false;
  }
  return exists || undefined;
}

function isPlainParent({ uid: owner, mode }: Stats, uid: number): boolean {
  const isClosed = (mode & 0o170022) === 0o040000;
  const isSticky = (mode & 0o171000) === 0o041000;
  return (isClosed || isSticky) && (owner === uid || owner === 0);
}

/**
 * The quick check of a directory that must belong to the user.
 *
 * @param path absolute
 * @param uid the user's id; undefined if files have no owner (Windows): then nothing is checked
 * @returns undefined if it does not exist, and what exists of the path passes
 */
export function isPlainDirectory(path: string, uid: number | undefined): boolean | undefined {
  if (uid === undefined) return statSync(path, { throwIfNoEntry: false }) && true;
  return isPlainPath(path, uid, (end) => end.uid === uid && (end.mode & 0o170022) === 0o040000);
}

/**
 * Creates a directory and its missing parents (0700). One that exists is left as it is.
 *
 * @throws the system's error
 */
export function makeDirectory(path: string): void {
  // Not with mkdir's `recursive`, which never returns in /proc, where mkdir always fails with ENOENT.
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    // Another process may have created it in the meantime.
    if (systemErrorCode(error) !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}
