/**
 * Lists and removes the stored sessions. It removes only files with the store's own names, one by one,
 * and then the directories that are empty.
 */
import { readdirSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import { systemErrorCode } from '../../errors.ts';
import { type Scratch, sweep } from '../../files/scratch.ts';
import { failed, linkBelow, mayRemoveFrom } from './directories.ts';
import { directoryName, outlinesRoot, sessionsRoot } from './paths.ts';

/** The names of the store's files in a profile's directory. */
const ours = /^(?:[0-9a-f]{16}\.json(?:\.failure|\.lock|\.lock\.turn)?|current(?:-[0-9a-f]{16})?)$/;

/** The paths that may be session files, spelt as `sessionPath` spells them. */
export function sessionFiles(state: string): string[] {
  const root = sessionsRoot(state);
  return names(root)
    .flatMap((provider) =>
      names(`${root}/${provider}`).map((profile) => `${root}/${provider}/${profile}`),
    )
    .filter((directory) => linkBelow(state, directory) === undefined)
    .flatMap((directory) => names(directory).map((name) => `${directory}/${name}`))
    .filter((path) => path.endsWith('.json'));
}

/** What clearing depends on. */
export interface ClearWorld extends Pick<Scratch, 'scratch' | 'isAlive'> {
  /** The state directory, absolute. */
  readonly state: string;
  /** The user's ID; undefined if files have no owner. */
  readonly uid: number | undefined;
}

/**
 * Removes the sessions of a provider, a profile, both, or all.
 *
 * @throws AuthctlError `store`
 */
export async function clearSessions(
  { state, uid, isAlive, scratch }: ClearWorld,
  { provider, profile }: { readonly provider?: string; readonly profile?: string },
): Promise<void> {
  // A killed process may have left a token in a temporary file.
  if (await mayRemoveFrom(state, scratch, uid)) {
    sweep(scratch, (owner) => provider !== undefined && isAlive(owner));
  }
  const root = sessionsRoot(state);
  const outlines = outlinesRoot(state);
  for (const name of provider === undefined ? names(root) : [directoryName(provider)]) {
    const path = `${root}/${name}`;
    for (const each of profile === undefined ? names(path) : [directoryName(profile)]) {
      await removeProfile(state, `${path}/${each}`, uid);
    }
    if (profile !== undefined) continue;
    if (await mayRemoveFrom(state, root, uid)) remove(path, rmdirSync);
    if (await mayRemoveFrom(state, outlines, uid)) remove(`${outlines}/${name}.json`, unlinkSync);
  }
}

async function removeProfile(
  state: string,
  directory: string,
  uid: number | undefined,
): Promise<void> {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  if (!(await mayRemoveFrom(state, directory, uid))) return;
  for (const name of names(directory)) {
    if (ours.test(name)) remove(`${directory}/${name}`, unlinkSync);
  }
  remove(directory, rmdirSync);
}

/** @throws AuthctlError `store` */
function remove(path: string, by: (path: string) => void): void {
  try {
    by(path);
  } catch (cause) {
    const code = systemErrorCode(cause) ?? '';
    // Already removed, or not the store's: a directory that is not empty, or a link to one.
    const others = ['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR'];
    if (!others.includes(code)) throw failed('remove', path, cause);
  }
}

/** @throws AuthctlError `store` if the directory exists and cannot be read */
function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(cause) ?? '')) return [];
    throw failed('read', directory, cause);
  }
}
