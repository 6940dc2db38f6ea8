/** The directories of the store: only in those that others cannot replace is a file created or removed by its path. */
import { existsSync } from 'node:fs';
import { AuthctlError, systemErrorCode } from '../../errors.ts';
import { isPlainDirectory, makeDirectory } from '../../files/plain-directory.ts';
import type { DirectoryCheck } from '../../files/trusted-directory.ts';

/**
 * Why the state directory cannot be used, in a clause that names the place; undefined if it can be, or
 * does not exist yet.
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
 * Whether there is a directory to remove files from.
 *
 * @param directory absolute
 * @param uid the user's ID; undefined if files have no owner
 * @throws AuthctlError `store` where others could put another directory in its place
 */
export async function mayRemoveFrom(directory: string, uid: number | undefined): Promise<boolean> {
  const { trusted = false, problem } = await check(directory, uid);
  if (problem !== undefined) {
    throw new AuthctlError('store', `nothing in ${directory} is removed: ${problem}`);
  }
  return trusted;
}

/** Loads what follows links and knows groups only for a directory that is not of the plainest kind. */
async function check(directory: string, uid: number | undefined): Promise<DirectoryCheck> {
  if (isPlainDirectory(directory, uid)) return existsSync(directory) ? { trusted: true } : {};
  const { checkDirectory } = await import('../../files/trusted-directory.ts');
  return checkDirectory(directory, uid);
}

/**
 * Creates a directory with its parents, 0700, or takes the one that is there.
 *
 * @throws an error where others could put another directory in its place; the system's error
 */
export async function prepareDirectory(directory: string, uid: number | undefined): Promise<void> {
  if (isPlainDirectory(directory, uid)) {
    makeDirectory(directory);
    // In a sticky directory others may have been quicker.
    if (isPlainDirectory(directory, uid)) return;
  }
  const { makeTrustedDirectory } = await import('../../files/trusted-directory.ts');
  makeTrustedDirectory(directory, uid);
}

/** The error for what cannot be done to a path, with the reason. */
export function failed(verb: string, path: string, cause: unknown): AuthctlError {
  const said = cause instanceof Error ? cause.message : 'an error';
  const reason = systemErrorCode(cause) ?? said;
  return new AuthctlError('store', `cannot ${verb} ${path} (${reason})`, { cause });
}
