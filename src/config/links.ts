/** Resolves symbolic links on the path of the config file, which dotfile managers create. */
import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join, parse, resolve, sep } from 'node:path';
import { systemErrorCode } from '../errors.ts';
import { broken } from './document.ts';

/** Linux has the same limit. */
const maxLinks = 40;

/**
 * The final target of a path, whether or not it exists.
 *
 * @throws AuthctlError `config_broken` for too many links
 */
export function followLinks(path: string): string {
  let last = resolve(path);
  for (let links = 0; links <= maxLinks; links += 1) {
    try {
      const target = readlinkSync(last);
      // If the directory is a link too, `..` in the target is relative to where that leads.
      last = resolve(realpathSync(dirname(last)), target);
    } catch (error) {
      const code = systemErrorCode(error);
      // EINVAL: not a link. On Windows that is UNKNOWN.
      if (code === 'EINVAL' || code === 'UNKNOWN' || code === 'ENOENT' || code === 'ENOTDIR') {
        return last;
      }
      throw broken(path, `cannot be reached: ${code ?? 'an error'}`, { cause: error });
    }
  }
  throw broken(path, 'is behind too many symbolic links');
}

/**
 * Every directory and link on a path, and the file itself, with their lstat results.
 *
 * @throws AuthctlError `config_broken` for too many links
 */
export function pathComponents(path: string): ReadonlyMap<string, Stats> {
  const components = new Map<string, Stats>();
  let links = 0;
  const walk = (start: string) => {
    let here = parse(start).root;
    components.set(here, lstatSync(here));
    for (const name of start.slice(here.length).split(sep)) {
      const next = join(here, name);
      const stat = lstatSync(next);
      components.set(next, stat);
      here = next;
      if (!stat.isSymbolicLink()) continue;
      links += 1;
      if (links > maxLinks) throw broken(path, 'is behind too many symbolic links');
      walk(resolve(dirname(next), readlinkSync(next)));
      here = realpathSync(next);
    }
  };
  walk(resolve(path));
  return components;
}
