/** `--out-file`: the result in a file that only its owner can read. */
import { constants, writeFileSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AuthctlError, systemErrorCode } from '../errors.ts';
import { writeFileAtomic } from '../files/atomic.ts';

/**
 * Replaces the file at `path` whole, with the mode 0600. A symbolic link to a file is replaced
 * itself, so that nobody's link in a shared directory decides where a token goes. What is no file
 * (/dev/stdout, a FIFO, `>(…)`) is written to as it stands, unless another user has put it there
 * to read what comes.
 * @param uid the user's number; undefined where files have no owner
 * @throws AuthctlError `output_failed` naming the path
 */
export async function writeOutFile(
  path: string,
  text: string,
  uid?: number | undefined,
): Promise<void> {
  try {
    const target = await stat(path).catch(absent);
    const descriptor = descriptorOf(path);
    if (target?.isDirectory()) throw failure(path, 'it is a directory');
    if (target?.isBlockDevice()) throw failure(path, 'it is a disk');
    // The open file itself: what others wrote there stays, and what they write comes after.
    if (target && descriptor !== undefined) writeFileSync(descriptor, text);
    else if (target && !target.isFile()) await writeInto(path, text, uid);
    else await writeFileAtomic(path, text, { mode: 0o600 });
  } catch (cause) {
    if (cause instanceof AuthctlError) throw cause;
    const code = systemErrorCode(cause) ?? 'an error';
    throw failure(path, reasons[code] ?? code, cause);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ENOENT: 'there is no such directory',
  ENOSPC: 'no space left',
  ENOTDIR: 'a part of the path is not a directory',
  EROFS: 'the file system is read-only',
};

function failure(path: string, reason: string, cause?: unknown): AuthctlError {
  return new AuthctlError('output_failed', `cannot write ${JSON.stringify(path)}: ${reason}`, {
    cause,
  });
}

function absent(error: unknown): undefined {
  if (systemErrorCode(error) !== 'ENOENT') throw error;
}

/** The open file that a path is another name for; a socket, for one, cannot be opened by name. */
function descriptorOf(path: string): number | undefined {
  const name = resolve(path);
  if (name === '/dev/stdout') return 1;
  if (name === '/dev/stderr') return 2;
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

async function writeInto(path: string, text: string, uid: number | undefined): Promise<void> {
  const stream = await open(path, constants.O_WRONLY);
  try {
    // Of what was opened: what lies at the path may have changed since it was looked at.
    const { uid: owner } = await stream.stat();
    if (uid !== undefined && owner !== uid && owner !== 0) {
      throw failure(path, 'it belongs to another user');
    }
    await stream.writeFile(text);
  } finally {
    await stream.close();
  }
}
