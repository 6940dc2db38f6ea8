/** The way to a file: every directory and link that its path leads through, and who could change them. */
import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';
import { isPrivateGroup } from './accounts.ts';

/** As many links as Linux follows. */
const most = 40;

/** The way to a file. */
export interface Way {
  /** By path, in the order in which they are passed; the last is the file. */
  readonly places: ReadonlyMap<string, Stats>;
  /** The path without links; undefined where there is nothing at its end. */
  readonly real: string | undefined;
}

/**
 * Follows a path as the system does.
 *
 * @throws an error with the code ELOOP for links in a circle; the system's error, such as EACCES
 */
export function wayTo(path: string): Way {
  const places = new Map<string, Stats>();
  let links = 0;
  const walk = (way: string): string | undefined => {
    let here = parse(way).root;
    places.set(here, lstatSync(here));
    for (const name of way.slice(here.length).split(sep)) {
      const next = join(here, name);
      const stat = lstatSync(next, { throwIfNoEntry: false });
      if (!stat) return undefined;
      places.set(next, stat);
      here = next;
      if (!stat.isSymbolicLink()) continue;
      links += 1;
      if (links > most) throw Object.assign(new Error('links in a circle'), { code: 'ELOOP' });
      if (walk(absolute(dirname(next), readlinkSync(next))) === undefined) return undefined;
      here = realpathSync(next);
    }
    return here;
  };
  const real = walk(absolute(resolve(), path));
  return { places, real };
}

/**
 * The first link on a way that another user could have made: its own owner is one, or the owner of
 * a directory before it, or others can write there. A sticky directory leaves each user's links alone.
 *
 * @param uid the user's number; undefined where files have no owner (Windows)
 * @returns its path
 */
export function foreignLink({ places }: Way, uid: number | undefined): string | undefined {
  let open = false;
  for (const [place, stat] of places) {
    if (uid === undefined) return undefined;
    const foreign = stat.uid !== 0 && stat.uid !== uid;
    if (!stat.isSymbolicLink()) open ||= foreign || writers(stat, uid) !== undefined;
    else if (open || foreign) return place;
  }
  return undefined;
}

/**
 * Whether only the user and root own and can change what is on a way, its end included. A socket's mode
 * says who may connect, so it does not count.
 */
export function isShut({ places }: Way, uid: number): boolean {
  return [...places.values()].every((stat) => {
    if (stat.uid !== 0 && stat.uid !== uid) return false;
    return stat.isSymbolicLink() || stat.isSocket() || writers(stat, uid) === undefined;
  });
}

/**
 * Whether others can write to a file or directory: every user, or a group that is not private.
 * In a sticky directory each user may touch only their own.
 */
export function writers(
  stat: Stats,
  uid: number,
): { readonly everybody: boolean; readonly group: boolean } | undefined {
  if (stat.isDirectory() && (stat.mode & 0o1000) !== 0) return undefined;
  const everybody = (stat.mode & 0o002) !== 0;
  const group = (stat.mode & 0o020) !== 0 && !isPrivateGroup(stat.gid, uid);
  return everybody || group ? { everybody, group } : undefined;
}

/** The path, with `..` left to the system: after a link it is the parent of what the link leads to. */
function absolute(base: string, path: string): string {
  if (isAbsolute(path)) return sep === '/' ? path : resolve(path);
  return sep === '/' ? `${base}/${path}` : resolve(base, path);
}
