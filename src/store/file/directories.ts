/** The directories of the store. Files are created and removed only in those that others cannot replace. */
import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { AuthctlError, systemErrorCode } from '../../errors.ts';
import { isPlainDirectory, makeDirectory } from '../../files/plain-directory.ts';
import type { DirectoryCheck } from '../../files/trusted-directory.ts';

/**
 * The reason why the state directory cannot be used, as a clause that names the place; undefined if it
 * can be, or does not exist yet.
 *
 * @param state absolute
 * @param uid the user's ID; undefined if files have no owner
 */
export async function stateProblem(
  state: string,
  uid: number | undefined,
): Promise<string | undefined> {
  return (await check(state, uid)).problem;
}

/**
 * The first link on the way from the state directory to a directory in it. The store makes none: a project
 * that chose the state directory could have put one there, to where the user has other files.
 *
 * @returns its path; undefined without any
 */
export function linkBelow(state: string, directory: string): string | undefined {
  for (let place = directory; place.startsWith(`${state}/`); place = dirname(place)) {
    try {
      if (lstatSync(place).isSymbolicLink()) return place;
    } catch {
      // What comes next meets the same error, if it needs the place.
    }
  }
  return undefined;
}

/**
 * Whether there is a directory to remove files from: not one that a link leads to.
 *
 * @param state the state directory, absolute
 * @param directory in it
 * @param uid the user's ID; undefined if files have no owner
 * @throws AuthctlError `store` if others could put another directory in its place
 */
export async function mayRemoveFrom(
  state: string,
  directory: string,
  uid: number | undefined,
): Promise<boolean> {
  if (linkBelow(state, directory) !== undefined) return false;
  const { trusted = false, problem } = await check(directory, uid);
  if (problem !== undefined) {
    throw new AuthctlError('store', `cannot remove anything from ${directory}: ${problem}`);
  }
  return trusted;
}

/** The full check, which follows links and knows groups, is loaded only if the quick one does not pass. */
async function check(directory: string, uid: number | undefined): Promise<DirectoryCheck> {
  const isPlain = isPlainDirectory(directory, uid);
  if (isPlain !== false) return isPlain ? { trusted: true } : {};
  const { checkDirectory } = await import('../../files/trusted-directory.ts');
  return checkDirectory(directory, uid);
}

/**
 * Creates a directory with its parents (0700), or uses the existing one.
 *
 * @throws an error if others could put another directory in its place; the system's error
 */
export async function prepareDirectory(directory: string, uid: number | undefined): Promise<void> {
  let isPlain = isPlainDirectory(directory, uid);
  if (isPlain === undefined) {
    makeDirectory(directory);
    // In a sticky directory others may have created it first.
    isPlain = isPlainDirectory(directory, uid);
  }
  if (isPlain) return;
  const { makeTrustedDirectory } = await import('../../files/trusted-directory.ts');
  makeTrustedDirectory(directory, uid);
}

/** The error of an operation on a path that failed. */
export function failed(verb: string, path: string, cause: unknown): AuthctlError {
  return new AuthctlError('store', `cannot ${verb} ${path} (${reasonOf(cause)})`, { cause });
}

/** The system's error code, else the message. */
export function reasonOf(cause: unknown): string {
  return systemErrorCode(cause) ?? (cause instanceof Error ? cause.message : 'unknown error');
}
