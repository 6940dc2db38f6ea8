/** A directory for files that are not finished: what a killed process leaves there is swept out. */
import { lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { systemErrorCode } from '../errors.ts';
import { writeFileAtomic } from './atomic.ts';
import { makeDirectory } from './plain-directory.ts';
import { uniqueId } from './unique.ts';

/** The unfinished files of this process, by name. */
const inUse = new Set<string>();

/**
 * Writes a file whole or not at all, by way of a file of this process's own in `scratch`. Files
 * of processes that are gone are removed first.
 *
 * @param scratch on the same file system as `path`; others must not be able to change it
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

/** Where unfinished files go, and whose they are. */
export interface Scratch {
  readonly scratch: string;
  /** The number of this process. */
  readonly pid: number;
  readonly isAlive: (pid: number) => boolean;
  readonly clock: Clock;
}

/** The names that we give: a process's ID and a UUID. What has another is not ours to remove. */
const ours = /^(\d+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/**
 * Removes what was left unfinished: files with our names, and no directory.
 *
 * @param scratch others must not be able to change it
 * @param isAlive whether a process of that number may still need it
 */
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
      unlinkSync(join(scratch, name));
    } catch {
      // A directory, or gone already: nothing depends on it.
    }
  }
}
