/** `--out-file`: the result in a file that only its owner can read. */
import { constants, writeFileSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Clock } from '../clock.ts';
import { AuthctlError, systemErrorCode } from '../errors.ts';
import { writeFileAtomic } from '../files/atomic.ts';

/**
 * Replaces the file at `path` whole, with the mode 0600. A symbolic link to a file is replaced
 * itself, so that nobody's link in a shared directory decides where a token goes. What is no file
 * (/dev/stdout, a FIFO, `>(…)`) is written to as it stands, unless another user has put it there
 * to read what comes.
 * @param options.uid the user's number; undefined where files have no owner
 * @throws AuthctlError `output_failed` naming the path
 */
export async function writeOutFile(
  path: string,
  text: string,
  { clock, uid }: { readonly clock: Clock; readonly uid?: number | undefined },
): Promise<void> {
  try {
    const target = await stat(path).catch(absent);
    const descriptor = descriptorOf(path);
    if (target?.isDirectory()) throw failure(path, 'it is a directory');
    if (target?.isBlockDevice()) throw failure(path, 'it is a disk');
    // The open file itself: what others wrote there stays, and what they write comes after.
    if (target && descriptor !== undefined) writeFileSync(descriptor, text);
    else if (target && !target.isFile()) {
      checkOwner(path, target, uid);
      await writeInto(path, text, uid, clock);
    } else await writeFileAtomic(path, text, { mode: 0o600, clock });
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

function checkOwner(
  path: string,
  { uid: owner }: { readonly uid: number },
  uid: number | undefined,
): void {
  if (uid !== undefined && owner !== uid && owner !== 0) {
    throw failure(path, 'it belongs to another user');
  }
}

async function writeInto(
  path: string,
  text: string,
  uid: number | undefined,
  { sleep }: Clock,
): Promise<void> {
  const stream = await openToWrite(path, sleep);
  try {
    // Of what was opened: what lies at the path may have changed since it was looked at.
    const opened = await stream.stat();
    if (opened.isFile()) throw failure(path, 'it has changed meanwhile');
    checkOwner(path, opened, uid);
    await writeAll(stream, Buffer.from(text), sleep);
  } finally {
    await stream.close();
  }
}

/** Milliseconds between two looks at a pipe that nobody reads yet, or that is full. */
const pause = 20;

/** Waits for a reader of a pipe, in a way that a signal can end. */
async function openToWrite(path: string, sleep: Clock['sleep']): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(path, constants.O_WRONLY | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      if (systemErrorCode(error) !== 'ENXIO') throw error;
      await sleep(pause);
    }
  }
}

async function writeAll(stream: FileHandle, bytes: Buffer, sleep: Clock['sleep']): Promise<void> {
  for (let rest = bytes; rest.length > 0; ) {
    try {
      const { bytesWritten } = await stream.write(rest);
      rest = rest.subarray(bytesWritten);
    } catch (error) {
      if (systemErrorCode(error) !== 'EAGAIN') throw error;
      await sleep(pause);
    }
  }
}
