/**
 * Directories that only the user can change: every directory and link on their way is checked, so that
 * others cannot put another directory in their place.
 */
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { join, parse, sep } from 'node:path';
import { systemErrorCode } from '../errors.ts';
import { groupName, isPrivateGroup, userName } from './accounts.ts';
import { makeDirectory } from './plain-directory.ts';

/** As many as Linux follows. */
const mostLinks = 40;

/** What a check found: neither field where the directory does not exist and others cannot make it. */
export interface DirectoryCheck {
  /** Set if the directory exists and only the user can change it. */
  readonly trusted?: true;
  /** Why it is not to be used, in a clause that names the place. */
  readonly problem?: string;
}

/**
 * Checks a directory. It must be the user's own, and only theirs to write to. What leads to it must be
 * the user's or root's; others may write to a directory on the way only if it is sticky.
 *
 * @param path absolute
 * @param uid the user's ID; undefined if files have no owner (Windows): then nothing is checked
 */
export function checkDirectory(path: string, uid: number | undefined): DirectoryCheck {
  if (uid === undefined) return { trusted: true };
  try {
    return walk(path, uid);
  } catch (error) {
    return { problem: `${path} cannot be checked (${systemErrorCode(error) ?? 'an error'})` };
  }
}

/**
 * Creates a directory as `makeDirectory` does, in a place and with a result that the check accepts.
 *
 * @param path absolute
 * @param uid as for `checkDirectory`
 * @throws an error with the problem as its message; the system's error
 */
export function makeTrustedDirectory(path: string, uid: number | undefined): void {
  let { trusted, problem } = checkDirectory(path, uid);
  if (!trusted && problem === undefined) {
    makeDirectory(path);
    // In a sticky directory others may have been quicker.
    ({ trusted, problem } = checkDirectory(path, uid));
  }
  if (!trusted) throw new Error(problem ?? `${path} has been removed`);
}

function walk(path: string, uid: number): DirectoryCheck {
  // Not normalised: after a link, `..` leads elsewhere than the text says.
  let here = parse(path).root;
  const rest = partsOf(path);
  let links = 0;
  let problem = problemOf(here, lstatSync(here), uid);
  for (let name = rest.pop(); name !== undefined && !problem; name = rest.pop()) {
    const next = join(here, name);
    // Its links lead to wherever the process is, such as a project that set the variable.
    if (here === '/proc') return { problem: `${path} leads into /proc` };
    const stat = lstatSync(next, { throwIfNoEntry: false });
    if (!stat) return {};
    problem = problemOf(next, stat, uid);
    if (!stat.isSymbolicLink()) {
      here = next;
      continue;
    }
    links += 1;
    if (links > mostLinks) return { problem: `${path} has too many symbolic links` };
    const target = readlinkSync(next);
    if (target.startsWith(sep)) here = parse(target).root;
    rest.push(...partsOf(target));
  }
  problem ??= ownProblem(here, lstatSync(here), uid);
  return problem === undefined ? { trusted: true } : { problem };
}

/** The names in a path, the last one first. */
function partsOf(path: string): string[] {
  return path
    .split(sep)
    .filter((name) => name !== '' && name !== '.')
    .reverse();
}

/** What is wrong with something on the way. */
function problemOf(place: string, stat: Stats, uid: number): string | undefined {
  if (stat.uid !== 0 && stat.uid !== uid) return belongs(place, stat);
  if (stat.isSymbolicLink()) return undefined;
  if (!stat.isDirectory()) return `${place} is not a directory`;
  return (stat.mode & 0o1000) === 0 ? writable(place, stat, uid) : undefined;
}

/** What is wrong with the directory itself. */
function ownProblem(place: string, stat: Stats, uid: number): string | undefined {
  return stat.uid === uid ? writable(place, stat, uid) : belongs(place, stat);
}

function belongs(place: string, { uid }: Stats): string {
  return `${place} belongs to ${userName(uid)}`;
}

function writable(place: string, { mode, gid }: Stats, uid: number): string | undefined {
  if ((mode & 0o002) !== 0) return `every user can write to ${place}`;
  if ((mode & 0o020) === 0 || isPrivateGroup(gid, uid)) return undefined;
  return `${groupName(gid)} can write to ${place}`;
}
