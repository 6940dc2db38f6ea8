/** A directory for files that are not finished: what a killed process leaves there is swept out. */
import { lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { systemErrorCode } from '../errors.ts';
import { writeFileAtomic } from './atomic.ts';
import { uniqueId } from './unique.ts';

/** The directories that this process is writing in, by name. */
const inUse = new Set<string>();

/**
 * Writes a file whole or not at all, by way of a directory of this process's own under `scratch`.
 * Directories of processes that are gone are removed first.
 *
 * @param scratch on the same file system as `path`
 * @param isAlive whether there is a process of that number
 * @throws the system's error
 */
export async function writeThroughScratch(
  path: string,
  text: string,
  { scratch, pid, isAlive, clock }: Scratch,
): Promise<void> {
  // One with our number that is not ours is of an earlier run: in a container all have the same.
  sweep(scratch, (owner) => owner !== pid && isAlive(owner));
  // Processes in other containers may not see that ours is alive, and each sweeps once in between.
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

/** Removes a directory, which is empty but for what went wrong: what removes full ones takes longer to load. */
function clear(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Where unfinished files go, and whose they are. */
export interface Scratch {
  readonly scratch: string;
  /** The number of this process. */
  readonly pid: number;
  readonly isAlive: (pid: number) => boolean;
  readonly clock: Clock;
}

/** The names that we give: a process's number and a UUID. What has another is not ours to remove. */
const ours = /^(\d+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Removes what was left unfinished. @param isAlive whether a process of that number may still need it */
export function sweep(scratch: string, isAlive: Scratch['isAlive']): void {
  let names: string[];
  try {
    // A link leads to a directory that somebody else has chosen.
    if (!lstatSync(scratch).isDirectory()) return;
    names = readdirSync(scratch);
  } catch {
    return;
  }
  for (const name of names) {
    const [, owner] = ours.exec(name) ?? [];
    if (owner === undefined || inUse.has(name) || isAlive(Number(owner))) continue;
    try {
      rmSync(join(scratch, name), { recursive: true, force: true });
    } catch {
      // Somebody else's, or gone already: nothing depends on it.
    }
  }
}
