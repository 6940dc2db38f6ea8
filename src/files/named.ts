/** Reads a file that was named from outside, whatever lies there: no more of it than makes sense, and not for ever. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import { systemErrorCode } from '../errors.ts';

/** The most that is read, in bytes: several times what the largest bundles of certificates take. */
export const mostBytes = 4 * 1024 * 1024;

/** Milliseconds between two looks at a pipe that has nothing yet. */
const pause = 10;

/** How long a pipe is waited for. */
export interface Patience {
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  /** Milliseconds. */
  readonly timeout: number;
}

/** The bytes; or in words why there are none. */
export type NamedRead = { readonly bytes: Buffer } | { readonly problem: string };

/** Reads a file, a device, or a pipe such as that of a shell's `<(…)` to its end. */
export async function readNamed(path: string, patience: Patience): Promise<NamedRead> {
  let descriptor: number | undefined;
  try {
    // Without O_NONBLOCK a pipe that has no writer would hold the process, its signals included.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return await readAll(descriptor, isLasting(path, descriptor), patience);
  } catch (error) {
    return { problem: systemErrorCode(error) ?? 'an error' };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Whether a pipe lasts: then its end may mean that its writer is still to come. */
function isLasting(path: string, descriptor: number): boolean {
  return fstatSync(descriptor).isFIFO() && !/^\/(?:dev|proc\/[^/]+)\/(?:fd\/|std)/.test(path);
}

async function readAll(
  descriptor: number,
  lasting: boolean,
  { clock, timeout }: Patience,
): Promise<NamedRead> {
  const deadline = clock.monotonic() + timeout;
  const chunks: Buffer[] = [];
  for (let size = 0; ; ) {
    const chunk = Buffer.alloc(65_536);
    const count = readSome(descriptor, chunk);
    if (count === 0 && !(lasting && size === 0)) return { bytes: Buffer.concat(chunks) };
    if (count) {
      size += count;
      if (size > mostBytes) return { problem: 'it is over 4 MiB' };
      chunks.push(chunk.subarray(0, count));
      continue;
    }
    if (clock.monotonic() >= deadline) {
      return { problem: `it did not end within ${Math.ceil(timeout / 100) / 10} s` };
    }
    await clock.sleep(pause);
  }
}

/** The number of bytes that were read, 0 at the end; undefined where there are none yet. */
function readSome(descriptor: number, chunk: Buffer): number | undefined {
  try {
    return readSync(descriptor, chunk);
  } catch (error) {
    if (systemErrorCode(error) === 'EAGAIN') return undefined;
    throw error;
  }
}
