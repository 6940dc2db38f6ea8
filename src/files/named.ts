/** Reads a file whose path came from outside, with a limit on its size and on the time that a pipe may take. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import { systemErrorCode } from '../errors.ts';

/** The largest size that is read, in bytes: several times that of the largest certificate bundles. */
export const mostBytes = 4 * 1024 * 1024;

/** Milliseconds between two reads of a pipe that has no data yet. */
const pause = 10;

/** The time that a pipe may take. */
export interface ReadTimeout {
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  /** Milliseconds. */
  readonly timeout: number;
  /** The largest size that is read, in bytes. */
  readonly most?: number;
}

/** The bytes, or the reason why they cannot be read. */
export type NamedRead = { readonly bytes: Buffer } | { readonly problem: string };

/** What a user would call the most common errors. */
const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'you have no permission to read it',
};

/** Reads a file, a device, or a pipe such as that of a shell's `<(…)` to its end. */
export async function readNamed(path: string, limit: ReadTimeout): Promise<NamedRead> {
  let descriptor: number | undefined;
  try {
    // Without O_NONBLOCK a pipe that has no writer would hold the process, its signals included.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return await readAll(descriptor, isNamedPipe(path, descriptor), limit);
  } catch (error) {
    const code = systemErrorCode(error) ?? 'unknown error';
    return { problem: words[code] ?? code };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Whether the path is a named pipe: reading nothing from it may mean that its writer has not opened it yet. */
function isNamedPipe(path: string, descriptor: number): boolean {
  return fstatSync(descriptor).isFIFO() && !/^\/(?:dev|proc\/[^/]+)\/(?:fd\/|std)/.test(path);
}

async function readAll(
  descriptor: number,
  namedPipe: boolean,
  { clock, timeout, most = mostBytes }: ReadTimeout,
): Promise<NamedRead> {
  const deadline = clock.monotonic() + timeout;
  const chunks: Buffer[] = [];
  for (let size = 0; ; ) {
    const chunk = Buffer.alloc(65_536);
    const count = readSome(descriptor, chunk);
    if (count === 0 && !(namedPipe && size === 0)) return { bytes: Buffer.concat(chunks) };
    if (count) {
      size += count;
      if (size > most) return { problem: `it is over ${most / 2 ** 20} MiB` };
      chunks.push(chunk.subarray(0, count));
      continue;
    }
    if (clock.monotonic() >= deadline) {
      return { problem: `it did not end within ${Math.ceil(timeout / 100) / 10} s` };
    }
    await clock.sleep(pause);
  }
}

/** The number of bytes that were read, 0 at the end; undefined if there are none yet. */
function readSome(descriptor: number, chunk: Buffer): number | undefined {
  try {
    return readSync(descriptor, chunk);
  } catch (error) {
    if (systemErrorCode(error) === 'EAGAIN') return undefined;
    throw error;
  }
}
