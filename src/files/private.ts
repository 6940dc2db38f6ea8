/** Reads a file that only its owner may have written or read: anything else is a miss, with the reason. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { systemErrorCode } from '../errors.ts';

/** A session is two tokens of 64 KiB at most, and a key. */
const largest = 512 * 1024;

/** What became of reading: the text, or in words why there is none; neither where there is no file. */
export interface PrivateRead {
  readonly text?: string;
  readonly problem?: string;
}

/**
 * @param uid the user's number; undefined where files have no owner (Windows)
 */
export function readPrivate(path: string, uid: number | undefined): PrivateRead {
  let descriptor: number;
  try {
    // Without O_NONBLOCK a FIFO put in its place would hold us for ever.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    descriptor = openSync(path, flags);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    if (code === 'ELOOP') return { problem: 'a symbolic link' };
    return { problem: `unreadable (${String(code)})` };
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { problem: 'no regular file' };
    if (uid !== undefined) {
      if (stat.uid !== uid) return { problem: "another user's" };
      if ((stat.mode & 0o077) !== 0) return { problem: 'open to other users' };
    }
    if (stat.nlink > 1) return { problem: 'linked from elsewhere' };
    if (stat.size > largest) return { problem: 'too large' };
    return { text: readFileSync(descriptor, 'utf8') };
  } catch (error) {
    const code = systemErrorCode(error);
    return { problem: `unreadable (${String(code)})` };
  } finally {
    closeSync(descriptor);
  }
}
