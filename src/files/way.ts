/** Follows a path, and tells who could change where it leads. */
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { isAbsolute, join, parse, resolve, sep } from 'node:path';
import { groupName, isPrivateGroup } from './accounts.ts';

/** Linux has the same limit. */
const maxLinks = 40;

/** Its links depend on the process, such as /proc/self/cwd: a path through it can lead anywhere. */
export const processDirectory = '/proc';

/**
 * Follows a path as the system does, `..` after a link included.
 *
 * @returns each directory and link on the way with its lstat result, and last the file; if something is
 *   missing, its path without a result, and nothing after it
 * @throws an error with the code ELOOP for too many links; the system's error, such as EACCES
 */
export function* followPath(path: string): Generator<readonly [string, Stats | undefined]> {
  const start = absolute(path);
  let here = parse(start).root;
  const rest = namesIn(start.slice(here.length));
  yield [here, lstatSync(here)];
  for (let links = 0, name = rest.pop(); name !== undefined; name = rest.pop()) {
    const next = join(here, name);
    const stat = lstatSync(next, { throwIfNoEntry: false });
    yield [next, stat];
    if (!stat) return;
    if (!stat.isSymbolicLink()) {
      here = next;
      continue;
    }
    links += 1;
    if (links > maxLinks) throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
    const target = readlinkSync(next);
    const { root } = parse(target);
    if (isAbsolute(target)) here = root;
    rest.push(...namesIn(isAbsolute(target) ? target.slice(root.length) : target));
  }
}

/** The path from the root. On POSIX `..` stays in it: after a link, it is the parent of the link's target. */
function absolute(path: string): string {
  if (sep !== '/') return resolve(path);
  return isAbsolute(path) ? path : `${resolve()}/${path}`;
}

/** The names in a path, the last one first. */
function namesIn(path: string): string[] {
  return path
    .split(sep)
    .filter((name) => name !== '' && name !== '.')
    .reverse();
}

/** All of the way to a file. */
export interface Way {
  /** Every directory and link on the way, and the file, by path. */
  readonly places: ReadonlyMap<string, Stats>;
  /** The path without links; undefined if something is missing. */
  readonly real: string | undefined;
  /** The path of what is missing, in a directory without links. */
  readonly missing: string | undefined;
}

/** @throws as `followPath` */
export function wayTo(path: string): Way {
  const places = new Map<string, Stats>();
  let real: string | undefined;
  for (const [place, stat] of followPath(path)) {
    if (!stat) return { places, real: undefined, missing: place };
    places.set(place, stat);
    real = place;
  }
  return { places, real, missing: undefined };
}

/**
 * The first link on a way that another user could have made: one that another user owns, or in a
 * directory that another user owns or can write to. In a sticky directory, users can only make their own.
 *
 * @param uid the user's id; undefined if files have no owner (Windows)
 * @returns its path
 */
export function foreignLink({ places }: Way, uid: number | undefined): string | undefined {
  if (uid === undefined) return undefined;
  let open = false;
  for (const [place, stat] of places) {
    const foreign = isForeign(stat, uid);
    if (!stat.isSymbolicLink()) open ||= foreign || replacers(stat, uid) !== undefined;
    else if (open || foreign) return place;
  }
  return undefined;
}

/**
 * Whether only the user and root own and can change what is on a way, the file included. The mode of a
 * socket does not count: it says who may connect.
 */
export function isShut({ places }: Way, uid: number): boolean {
  return [...places.values()].every(
    (stat) =>
      !isForeign(stat, uid) &&
      (stat.isSymbolicLink() || stat.isSocket() || replacers(stat, uid) === undefined),
  );
}

/** Whether something belongs to another user, and not to root. */
export function isForeign({ uid: owner }: Pick<Stats, 'uid'>, uid: number): boolean {
  return owner !== 0 && owner !== uid;
}

/** The users who can write to a file or directory besides its owner and root. */
export interface Writers {
  readonly everybody: boolean;
  /** A group that is not private to the user. */
  readonly group: boolean;
  /** In words, such as `every user`. */
  readonly who: string;
}

/** @returns undefined if there are none */
export function writers({ mode, gid }: Stats, uid: number): Writers | undefined {
  const everybody = (mode & 0o002) !== 0;
  const group = (mode & 0o020) !== 0 && !isPrivateGroup(gid, uid);
  if (!everybody && !group) return undefined;
  return { everybody, group, who: everybody ? 'every user' : groupName(gid) };
}

/**
 * The writers of a file, or those who can replace what is in a directory: in a sticky one, each user
 * can only replace their own.
 */
export function replacers(stat: Stats, uid: number): Writers | undefined {
  return stat.isDirectory() && (stat.mode & 0o1000) !== 0 ? undefined : writers(stat, uid);
}
