/** Follows a symlinked config file, as dotfile managers make them, to the file itself. */
import { readlinkSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
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
