/** Writes files through a scratch directory, and removes what killed processes left there. */
import { lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { systemErrorCode } from '../errors.ts';
import { writeFileAtomic } from './atomic.ts';
import { uniqueId } from './unique.ts';

/** The names of the directories that this process is writing to. */
const inUse = new Set<string>();

/**
 * Writes a file atomically through a directory of this process under `scratch`. Directories of
 * processes that have ended are removed first.
 *
 * @throws the system's error
 */
export async function writeThroughScratch(
  path: string,
  text: string,
  { scratch, pid, isAlive, clock }: Scratch,
): Promise<void> {
  // A directory with this pid that is not in use is of an earlier run: in containers pids recur.
  sweep(scratch, (owner) => owner !== pid && isAlive(owner));
  // Processes in other containers cannot see that this one is alive, and may remove its directory.
  for (let left = 20; ; left--) {
    const name = `${pid}-${uniqueId()}`;
    const own = join(scratch, name);
    inUse.add(name);
    mkdirSync(own, { recursive: true, mode: 0o700 });
    try {
      return await writeFileAtomic(path, text, { mode: 0o600, clock, scratch: own });
    } catch (error) {
      if (left === 0 || systemErrorCode(error) !== 'ENOENT') throw error;
    } finally {
      clear(own);
      inUse.delete(name);
    }
  }
}

/** Removes a directory. It is empty unless writing failed, and rmdirSync loads faster than rmSync. */
function clear(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    rmSync(directory, { recursive: true, force: true });
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

/** The names of this program's directories: a pid and a UUID. Others are never removed. */
const ownName = /^(\d+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Removes the directories of ended processes.
 *
 * @param isAlive whether a process may still need its directory
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
      rmSync(join(scratch, name), { recursive: true, force: true });
    } catch {
      // Another user's, or already removed: nothing depends on it.
    }
  }
}
