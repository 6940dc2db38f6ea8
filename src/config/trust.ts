/**
 * Whether the config file may name commands to run. As with ssh's config: only what the user or
 * root owns, and nobody else can write to.
 */
import type { Stats } from 'node:fs';
import { AuthctlError, hint, quoted } from '../errors.ts';
import type { Config } from './document.ts';
import { placesOnTheWay } from './links.ts';

/**
 * Checks the file that was read, and every directory and link on the way to it: whoever can write to
 * one of those can put another file there.
 *
 * @param key the setting that holds the command, for the message
 * @param uid the user's number; undefined where files have no owner (Windows), and then nothing is checked
 * @throws AuthctlError `config_broken`
 */
export function checkMayRunCommands(config: Config, key: string, uid: number | undefined): void {
  const { path, file } = config;
  if (uid === undefined || file === undefined) return;
  checkPlace(path, file, uid, key);
  for (const [place, stat] of placesOnTheWay(path)) checkPlace(place, safeMode(stat), uid, key);
}

/** Of what others can write to: not a link, and not a directory where each may touch only his own. */
function safeMode(stat: Stats) {
  const { uid } = stat;
  const guarded = stat.isSymbolicLink() || (stat.isDirectory() && (stat.mode & 0o1000) !== 0);
  return { uid, mode: guarded ? 0 : stat.mode };
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
      `the command of ${key} is not run, since another user owns ${path}`,
      { hint: hint`see who does: ls -ld ${quoted(path)}` },
    );
  }
  if ((mode & 0o022) !== 0) {
    throw new AuthctlError(
      'config_broken',
      `the command of ${key} is not run, since others can write to ${path}`,
      { hint: hint`chmod go-w ${quoted(path)}` },
    );
  }
}
