/** Writes files through a scratch directory, and removes what killed processes left there. */
import { lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { systemErrorCode } from '../errors.ts';
import { writeFileAtomic } from './atomic.ts';
import { makeDirectory } from './plain-directory.ts';
import { uniqueId } from './unique.ts';

/** The names of this process's unfinished files. */
const inUse = new Set<string>();

/**
 * Writes a file atomically through a temporary file of this process in `scratch`. Temporary files of
 * processes that have ended are removed first.
 *
 * @param scratch on the same file system as `path`; others must not be able to change it
 * @param isAlive whether a process with this pid exists
 * @throws the system's error
 */
export async function writeThroughScratch(
  path: string,
  text: string,
  { scratch, pid, isAlive, clock }: Scratch,
): Promise<void> {
  // A file with this pid that is not in use is of an earlier run: in containers pids recur.
  sweep(scratch, (owner) => owner !== pid && isAlive(owner));
  // Processes in other containers cannot see that this one is alive, and may remove its file.
  for (let left = 20; ; left--) {
    const name = `${pid}-${uniqueId()}.tmp`;
    inUse.add(name);
    try {
      makeDirectory(scratch);
      return await writeFileAtomic(path, text, {
        mode: 0o600,
        clock,
        temporary: join(scratch, name),
      });
    } catch (error) {
      if (left === 0 || systemErrorCode(error) !== 'ENOENT') throw error;
    } finally {
      inUse.delete(name);
    }
  }
}

export interface Scratch {
  /** The scratch directory, on the same file system as the file. */
  readonly scratch: string;
  /** Of this process. */
  readonly pid: number;
  /** Whether a process with this pid exists. */
  readonly isAlive: (pid: number) => boolean;
  readonly clock: Clock;
}

/** The names of this program's temporary files: a pid and a UUID. Others are never removed. */
const ownName = /^(\d+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/**
 * Removes the temporary files of ended processes, and never a directory.
 *
 * @param scratch others must not be able to change it
 * @param isAlive whether a process may still need its file
 */
export function sweep(scratch: string, isAlive: Scratch['isAlive']): void {
  let names: string[];
  try {
    // Not through a link, which another user may have created.
    if (!lstatSync(scratch).isDirectory()) return;
    names = readdirSync(scratch);
  } catch {
    return;
  }
  for (const name of names) {
    const [, owner] = ownName.exec(name) ?? [];
    if (owner === undefined || inUse.has(name) || isAlive(Number(owner))) continue;
    try {
      unlinkSync(join(scratch, name));
    } catch {
      // A directory, or already removed: nothing depends on it.
    }
  }
}
