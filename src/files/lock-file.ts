/** Creates and reads lock files: files that only one process at a time can create. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import { systemErrorCode } from '../errors.ts';

/** In bytes. Real lock files are shorter. */
const maxSize = 4096;

export interface LockFile {
  /** The file's content, which identifies its holder. */
  readonly id: string;
  /** When the file was last written or touched, in milliseconds since the epoch. */
  readonly heartbeat: number;
}

/**
 * Creates the file exclusively.
 *
 * @returns false if it exists
 * @throws the system's error if it cannot be created or written; then no file is left
 */
export function createLockFile(path: string, id: string): boolean {
  const descriptor = openNew(path);
  if (descriptor === undefined) return false;
  try {
    writeFileSync(descriptor, id);
    return true;
  } catch (error) {
    // The disk is full. Other processes would wait for an empty lock file.
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** @returns undefined if the file exists */
function openNew(path: string, tries = 3): number | undefined {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return undefined;
    // On Windows the error for a file that is being removed, which is still listed, and for a directory that
    // cannot be written to.
    if (sep !== '\\' || (code !== 'EPERM' && code !== 'EBUSY')) throw error;
    if (readdirSync(dirname(path)).includes(basename(path))) return undefined;
    // It may have been removed meanwhile.
    if (tries === 0) throw error;
    return openNew(path, tries - 1);
  }
}

/**
 * Reads a lock file. Links are not followed and FIFOs do not block, because another user may have
 * created the file.
 *
 * @returns undefined if the file does not exist
 * @throws an error without a system error code if it is something else
 */
export function readLockFile(path: string): LockFile | undefined {
  let descriptor: number;
  try {
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    descriptor = openSync(path, flags);
  } catch (error) {
    const code = systemErrorCode(error);
    // On Windows the error for a file that is being removed is EPERM or EBUSY.
    if (code === 'ENOENT' || sep === '\\') return undefined;
    throw new Error(`${path} cannot be used as a lock file`, { cause: error });
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > maxSize) {
      throw new Error(`${path} cannot be used as a lock file`);
    }
    return { id: readFileSync(descriptor, 'utf8'), heartbeat: stat.mtimeMs };
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a lock file; undefined if it does not exist or is something else. */
export function tryReadLockFile(path: string): LockFile | undefined {
  try {
    return readLockFile(path);
  } catch {
    return undefined;
  }
}

/** Whether both were read from the same lock file, without a heartbeat in between. */
export function isUnchanged(a: LockFile | undefined, b: LockFile | undefined): boolean {
  return a !== undefined && a.id === b?.id && a.heartbeat === b.heartbeat;
}
