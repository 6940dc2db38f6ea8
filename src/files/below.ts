/** Reads files below a folder, for documents that name each other. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { systemErrorCode } from '../errors.ts';

/** The bytes and the true path of a file, or the reason why it cannot be read. */
export type BelowRead =
  | { readonly bytes: Buffer; readonly path: string }
  | { readonly problem: string };

/** What a user would call the most common errors. */
const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'you have no permission to read it',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
};

/** Where a file really is, whatever links lead there. */
export interface RealPlace {
  readonly folder: string;
  /** Its name in the folder. */
  readonly name: string;
}

/** Finds the place of a file, or the reason why it has none. */
export function placeOf(path: string): RealPlace | { readonly problem: string } {
  try {
    const real = realpathSync(path);
    return { folder: dirname(real), name: basename(real) };
  } catch (error) {
    const code = systemErrorCode(error) ?? 'unknown error';
    // The end of a pipe in /dev/fd has no path.
    const isThere = code === 'ENOENT' && statSync(path, { throwIfNoEntry: false });
    return { problem: isThere ? 'it is no ordinary file' : (words[code] ?? code) };
  }
}

/**
 * Reads a regular file below a folder; a link may not lead out of it.
 *
 * @param folder as `placeOf` returns it
 * @param path relative to the folder, or absolute
 * @param most bytes; a larger file is not read at all
 */
export function readBelow(folder: string, path: string, most: number): BelowRead {
  const asked = resolve(folder, path);
  if (!isBelow(folder, asked)) return { problem: 'it lies outside of the folder' };
  let descriptor: number | undefined;
  try {
    const real = realpathSync(asked);
    if (!isBelow(folder, real)) return { problem: 'it lies outside of the folder' };
    const before = lstatSync(real);
    // A pipe or a device is not even opened.
    if (before.isDirectory()) return { problem: 'it is a directory' };
    if (!before.isFile()) return { problem: 'it is no ordinary file' };
    const flags = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    descriptor = openSync(real, constants.O_RDONLY | flags);
    const { dev, ino, size } = fstatSync(descriptor);
    if (dev !== before.dev || ino !== before.ino) return { problem: 'it was replaced just now' };
    if (size > most) return { problem: `it is over ${inWords(most)}` };
    const bytes = bytesIn(descriptor, most);
    return bytes ? { bytes, path: real } : { problem: `it is over ${inWords(most)}` };
  } catch (error) {
    const code = systemErrorCode(error) ?? 'unknown error';
    return { problem: words[code] ?? code };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Everything up to the end; undefined if that is more. */
function bytesIn(descriptor: number, most: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let size = 0; size <= most; ) {
    const chunk = Buffer.alloc(65_536);
    const count = readSync(descriptor, chunk);
    if (count === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, count));
    size += count;
  }
  return undefined;
}

function inWords(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.floor(bytes / 1024 / 1024)} MiB` : `${bytes} bytes`;
}
