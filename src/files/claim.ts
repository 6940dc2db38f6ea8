/** A file that one process at a time can create: what every lock is made of. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { sep } from 'node:path';
import { systemErrorCode } from '../errors.ts';

/** As much as a claim of ours can hold, and more. */
const largest = 4096;

/** A claim that is there. */
export interface Claim {
  readonly id: string;
  /** When its file was last written or touched, in milliseconds since the epoch. */
  readonly heartbeat: number;
}

/**
 * Creates the file at a path, with an identity in it.
 *
 * @returns false where there is something already
 * @throws the system's error where nothing can be there; then nothing is left behind
 */
export function claim(path: string, id: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'wx', 0o600);
  } catch (error) {
    const code = systemErrorCode(error);
    // On Windows a file that is just being removed says EPERM or EBUSY.
    if (code === 'EEXIST' || (sep === '\\' && (code === 'EPERM' || code === 'EBUSY'))) return false;
    throw error;
  }
  try {
    writeFileSync(descriptor, id);
    return true;
  } catch (error) {
    // On a full disk; whoever finds an empty claim would wait for it.
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The claim at a path. Without following a link, and without waiting for who writes into a pipe: what
 * lies there may be anybody's.
 *
 * @returns undefined where there is none
 * @throws an error without a system's code where there is something else
 */
export function readClaim(path: string): Claim | undefined {
  let descriptor: number;
  try {
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    descriptor = openSync(path, flags);
  } catch (error) {
    const code = systemErrorCode(error);
    // On Windows a file that is just being removed says EPERM or EBUSY.
    if (code === 'ENOENT' || sep === '\\') return undefined;
    throw new Error(`${path} is no lock`, { cause: error });
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > largest) throw new Error(`${path} is no lock`);
    return { id: readFileSync(descriptor, 'utf8'), heartbeat: stat.mtimeMs };
  } finally {
    closeSync(descriptor);
  }
}

/** The claim at a path; undefined where there is none, and where there is something else. */
export function lookAtClaim(path: string): Claim | undefined {
  try {
    return readClaim(path);
  } catch {
    return undefined;
  }
}

/** Whether two looks found one holding, without a heartbeat between them. */
export function isSameClaim(a: Claim | undefined, b: Claim | undefined): boolean {
  return a !== undefined && a.id === b?.id && a.heartbeat === b.heartbeat;
}
