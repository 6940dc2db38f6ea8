/** Reads files that only their owner can read and write, and rejects all others with a reason. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { systemErrorCode } from '../errors.ts';

/** In bytes. A session has two tokens of at most 64 KiB, and a key. */
const maxSize = 512 * 1024;

/** The text, or the problem in words that follow "it is"; neither if the file does not exist. */
export interface PrivateRead {
  readonly text?: string;
  readonly problem?: string;
}

/** @param uid the user's id; undefined on Windows, where owner and mode are not checked */
export function readPrivate(path: string, uid: number | undefined): PrivateRead {
  let descriptor: number;
  try {
    // Without O_NONBLOCK, opening a FIFO would block.
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
    if (!stat.isFile()) return { problem: 'not a regular file' };
    if (uid !== undefined) {
      if (stat.uid !== uid) return { problem: "another user's" };
      if ((stat.mode & 0o077) !== 0) return { problem: 'open to other users' };
    }
    if (stat.nlink > 1) return { problem: 'a file with other hard links' };
    if (stat.size > maxSize) return { problem: 'too large' };
    return { text: readFileSync(descriptor, 'utf8') };
  } catch (error) {
    const code = systemErrorCode(error);
    return { problem: `unreadable (${String(code)})` };
  } finally {
    closeSync(descriptor);
  }
}
