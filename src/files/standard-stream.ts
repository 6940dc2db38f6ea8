/** Tells whether stdout was closed when the process was started. The launcher uses it. */
import { fstatSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs';
import { systemErrorCode } from '../errors.ts';

const nothing = '/dev/null';

/**
 * Whether a descriptor is a null device that can be read, too: the runtime opens it in place of a closed
 * standard stream. Shells open it for writing only, but some programs as the runtime does.
 */
export function mayBeClosed(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isCharacterDevice() || stat.rdev !== statSync(nothing).rdev) return false;
    return readSync(descriptor, Buffer.alloc(1)) === 0;
  } catch {
    // It cannot be read, or there is no such device, as on Windows.
    return false;
  }
}

/**
 * Whether a descriptor was closed when the process was started, as by `>&-`. Known on Linux only: the null
 * device is in the place of a closed one if a shell started the process, or a process without one.
 *
 * @param ppid of the process that started this one
 */
export function wasClosed(descriptor: number, ppid: number): boolean {
  if (!mayBeClosed(descriptor)) return false;
  try {
    const parent = readFileSync(`/proc/${ppid}/comm`, 'utf8').trim();
    const theirs = targetOf(`/proc/${ppid}/fd/${descriptor}`);
    return theirs === undefined || (/^(?:\w{0,3}sh|busybox)$/.test(parent) && theirs !== nothing);
  } catch {
    return false;
  }
}

/** Where a descriptor leads; undefined if it is closed. */
function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
