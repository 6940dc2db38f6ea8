/** Holds a directory open, so that files in it are not written elsewhere when its path is replaced. */
import { closeSync, constants, existsSync, fstatSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Way } from './way.ts';

/** Linux's flag for a descriptor that only names a place, so that no read permission is needed. */
const O_PATH = 0o10000000;

/** Each descriptor of the process, as a path. Only Linux has it. */
const descriptors = '/proc/self/fd';

/**
 * Calls a function with a path that stays in the directory at the end of a way, or for a file, in the
 * directory of the file. Elsewhere than on Linux it is the directory's own.
 *
 * @throws an error with the code ENOENT if something is missing on the way, and ESTALE if the directory
 *   was replaced after the way was followed; the system's error, and what the function throws
 */
export async function inDirectory<T>(way: Way, use: (directory: string) => Promise<T>): Promise<T> {
  const { real } = way;
  if (real === undefined) throw failure('ENOENT', 'something on the way is missing');
  const directory = way.places.get(real)?.isDirectory() ? real : dirname(real);
  if (!existsSync(descriptors)) return await use(directory);
  const { O_DIRECTORY, O_NOFOLLOW } = constants;
  const descriptor = openSync(directory, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  try {
    const seen = way.places.get(directory);
    const held = fstatSync(descriptor);
    if (held.ino !== seen?.ino || held.dev !== seen.dev) {
      throw failure('ESTALE', 'the directory was replaced');
    }
    return await use(`${descriptors}/${descriptor}`);
  } finally {
    closeSync(descriptor);
  }
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
