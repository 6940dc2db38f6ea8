/** Resolves a symbolic link in place of the config file, which dotfile managers create. */
import { readlinkSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
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
