/** `--out-file`: writes the result to a file that only its owner can read. */
import { constants, writeFileSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Clock } from '../clock.ts';
import { AuthctlError, systemErrorCode } from '../errors.ts';
import { writeFileAtomic } from '../files/atomic.ts';

/**
 * Creates or replaces the file atomically, with the mode 0600. A symbolic link to a file is itself
 * replaced, so that another user's link in a shared directory cannot redirect the token. A device, a
 * FIFO or an open file (/dev/stdout, `>(…)`) is written to in place, unless it belongs to another
 * user, who could read the token.
 *
 * @param options.uid the user's id; undefined on systems without file owners
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
    if (target?.isBlockDevice()) throw failure(path, 'it is a block device');
    // Not by name, so that the text goes after what was written to the open file before.
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
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left',
  ENOTDIR: 'part of the path is not a directory',
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

/** The descriptor that a path stands for. Not all open files can be opened by name: a socket cannot. */
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
    // The path may have been replaced since it was checked.
    const opened = await stream.stat();
    if (opened.isFile()) throw failure(path, 'it was replaced while it was being opened');
    checkOwner(path, opened, uid);
    await writeAll(stream, Buffer.from(text), sleep);
  } finally {
    await stream.close();
  }
}

/** Milliseconds between two attempts to open or write to a FIFO that has no reader or is full. */
const pause = 20;

/** Waits for a reader of a FIFO without blocking, so that signals are handled. */
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
