/**
 * Directories of the plainest kind: of these a look at each part of the path tells that only the user
 * can change them. `trusted-directory.ts` decides on the rest.
 */
import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorCode } from '../errors.ts';

/**
 * Whether a directory is the user's, no part of its path is a link, and only the user or root can write
 * to each; above it a directory may also be sticky. Parts that do not exist are not held against it.
 *
 * @param path absolute
 * @param uid the user's ID; undefined if files have no owner (Windows): then nothing is checked
 */
export function isPlainDirectory(path: string, uid: number | undefined): boolean {
  if (uid === undefined) return true;
  try {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const stat = lstatSync(path.slice(0, end), { throwIfNoEntry: false });
      if (!stat) continue;
      const { uid: owner, mode } = stat;
      const above = end < path.length;
      const safe = (mode & 0o170022) === 0o040000 || (above && (mode & 0o171000) === 0o041000);
      if (!safe || (owner !== uid && !(above && owner === 0))) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * Creates a directory and its missing parents, 0700. One that exists is left as it is.
 *
 * @throws the system's error
 */
export function makeDirectory(path: string): void {
  // Not by mkdir's `recursive`: in /proc, where mkdir says ENOENT for ever, it never returns.
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    // Another process may have made it in the meantime.
    if (systemErrorCode(error) !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}
