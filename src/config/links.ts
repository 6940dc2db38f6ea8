/** Follows a symlinked config file, as dotfile managers make them, to the file itself. */
import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join, parse, resolve, sep } from 'node:path';
import { systemErrorCode } from '../errors.ts';
import { broken } from './document.ts';

/** As many as Linux follows. */
const most = 40;

/**
 * Where a path leads in the end, whether or not there is a file.
 *
 * @throws AuthctlError `config_broken` for links in a circle
 */
export function followLinks(path: string): string {
  let last = resolve(path);
  for (let links = 0; links <= most; links += 1) {
    try {
      const target = readlinkSync(last);
      // The directory may be a link too, and then `..` in the target starts elsewhere.
      last = resolve(realpathSync(dirname(last)), target);
    } catch (error) {
      const code = systemErrorCode(error);
      // EINVAL: it is no link. UNKNOWN is Windows' word for the same.
      if (code === 'EINVAL' || code === 'UNKNOWN' || code === 'ENOENT' || code === 'ENOTDIR') {
        return last;
      }
      throw broken(path, `cannot be reached: ${code ?? 'an error'}`, { cause: error });
    }
  }
  throw broken(path, 'is a symbolic link that leads in a circle');
}

/**
 * Every directory and every link that a path leads through, with what the system says of it; the
 * last is the file, or the directory that it is missing from.
 *
 * @throws AuthctlError `config_broken` for links in a circle
 */
export function placesOnTheWay(path: string): ReadonlyMap<string, Stats> {
  const places = new Map<string, Stats>();
  let links = 0;
  const walk = (way: string): boolean => {
    let here = parse(way).root;
    places.set(here, lstatSync(here));
    for (const name of way.slice(here.length).split(sep)) {
      const next = join(here, name);
      const stat = lstatSync(next, { throwIfNoEntry: false });
      if (!stat) return false;
      places.set(next, stat);
      here = next;
      if (!stat.isSymbolicLink()) continue;
      links += 1;
      if (links > most) throw broken(path, 'is a symbolic link that leads in a circle');
      if (!walk(resolve(dirname(next), readlinkSync(next)))) return false;
      here = realpathSync(next);
    }
    return true;
  };
  walk(resolve(path));
  return places;
}
