/**
 * Checks that only the user or root can change the config file, before commands in it are run. ssh has
 * the same rule for its config.
 */
import type { Stats } from 'node:fs';
import { AuthctlError, hint, quoted } from '../errors.ts';
import type { Config } from './document.ts';
import { pathComponents } from './links.ts';

/**
 * Checks the file that was read, and every directory and link on its path: a user who can write to
 * one of those can replace the file.
 *
 * @param key the setting that holds the command, for the message
 * @param uid the user's id; undefined on Windows, where nothing is checked
 * @throws AuthctlError `config_broken`
 */
export function checkMayRunCommands(config: Config, key: string, uid: number | undefined): void {
  const { path, file } = config;
  if (uid === undefined || file === undefined) return;
  checkPlace(path, file, uid, key);
  for (const [place, stat] of pathComponents(path)) checkPlace(place, relevantMode(stat), uid, key);
}

/** 0 for links, whose mode has no effect, and sticky directories, where only owners replace files. */
function relevantMode(stat: Stats) {
  const { uid } = stat;
  const harmless = stat.isSymbolicLink() || (stat.isDirectory() && (stat.mode & 0o1000) !== 0);
  return { uid, mode: harmless ? 0 : stat.mode };
}

function checkPlace(
  path: string,
  { uid: owner, mode }: { readonly uid: number; readonly mode: number },
  uid: number,
  key: string,
): void {
  if (owner !== 0 && owner !== uid) {
    throw new AuthctlError(
      'config_broken',
      `the command of ${key} is not run, because another user owns ${path}`,
      { hint: hint`ls -ld ${quoted(path)}` },
    );
  }
  if ((mode & 0o022) !== 0) {
    throw new AuthctlError(
      'config_broken',
      `the command of ${key} is not run, because other users can write to ${path}`,
      { hint: hint`chmod go-w ${quoted(path)}` },
    );
  }
}
