/**
 * Checks and creates directories that only the user can change. Every directory and link on the path is
 * checked too, so that others cannot replace the directory.
 */
import type { Stats } from 'node:fs';
import { systemErrorCode } from '../errors.ts';
import { userName } from './accounts.ts';
import { makeDirectory } from './plain-directory.ts';
import {
  followPath,
  isForeign,
  processDirectory,
  replacers,
  type Writers,
  writers,
} from './way.ts';

/** The result of a check: empty if the directory does not exist, and others cannot create it. */
export interface DirectoryCheck {
  /** Set if the directory exists and only the user can change it. */
  readonly trusted?: true;
  /** Why it must not be used, as a clause that names the place. */
  readonly problem?: string;
}

/**
 * Checks a directory. It must belong to the user, and only the user may be able to write to it. What
 * leads to it must belong to the user or root, and others may write to a parent only if it is sticky.
 *
 * @param path absolute
 * @param uid the user's ID; undefined if files have no owner (Windows): then nothing is checked
 */
export function checkDirectory(path: string, uid: number | undefined): DirectoryCheck {
  if (uid === undefined) return { trusted: true };
  try {
    return check(path, uid);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ELOOP') return { problem: `${path} has too many symbolic links` };
    return { problem: `${path} cannot be checked (${code ?? 'an error'})` };
  }
}

/**
 * Creates a directory as `makeDirectory` does, if the check accepts its parents and then the result.
 *
 * @param path absolute
 * @param uid as for `checkDirectory`
 * @throws an error with the problem as its message; the system's error
 */
export function makeTrustedDirectory(path: string, uid: number | undefined): void {
  let { trusted, problem } = checkDirectory(path, uid);
  if (!trusted && problem === undefined) {
    makeDirectory(path);
    // In a sticky directory others may have created it first.
    ({ trusted, problem } = checkDirectory(path, uid));
  }
  if (!trusted) throw new Error(problem ?? `${path} has been removed`);
}

function check(path: string, uid: number): DirectoryCheck {
  let end: readonly [string, Stats] | undefined;
  for (const [place, stat] of followPath(path)) {
    if (!stat) return {};
    const problem = problemOf(place, stat, uid);
    if (problem !== undefined) return { problem };
    // A project could have set the variable that names it.
    if (place === processDirectory) return { problem: `${path} leads into ${place}` };
    end = [place, stat];
  }
  const problem = end && ownProblem(...end, uid);
  return problem === undefined ? { trusted: true } : { problem };
}

/** What is wrong with a directory or link on the path. */
function problemOf(place: string, stat: Stats, uid: number): string | undefined {
  if (isForeign(stat, uid)) return belongs(place, stat);
  if (stat.isSymbolicLink()) return undefined;
  return stat.isDirectory() ? writable(place, replacers(stat, uid)) : `${place} is not a directory`;
}

/** What is wrong with the directory itself. */
function ownProblem(place: string, stat: Stats, uid: number): string | undefined {
  return stat.uid === uid ? writable(place, writers(stat, uid)) : belongs(place, stat);
}

function belongs(place: string, { uid }: Stats): string {
  return `${place} belongs to ${userName(uid)}`;
}

function writable(place: string, others: Writers | undefined): string | undefined {
  return others && `${others.who} can write to ${place}`;
}
