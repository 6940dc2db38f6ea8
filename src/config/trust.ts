/**
 * Whether the config file may name commands to run. As with ssh's config: only what the user or
 * root owns, and nobody else can write to.
 */
import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { AuthctlError } from '../errors.ts';
import type { Config } from './document.ts';
import { followLinks } from './links.ts';

/**
 * Checks the file that was read, and the directory of it and of every link that led to it, since
 * whoever can write to one of those can put another file there.
 *
 * @param key the setting that holds the command, for the message
 * @throws AuthctlError `config_broken`
 */
export function checkMayRunCommands(config: Config, key: string, platform: NodeJS.Platform): void {
  const { path, file } = config;
  // Windows has neither owners nor modes of this kind; a profile's directory is the user's there.
  if (platform === 'win32' || file === undefined) return;
  const user = currentUser();
  checkPlace(path, file, user, key);
  for (const directory of new Set(followLinks(path).map((step) => dirname(step)))) {
    checkPlace(directory, statSync(directory), user, key);
  }
}

function checkPlace(
  path: string,
  { uid, mode }: { readonly uid: number; readonly mode: number },
  user: number | undefined,
  key: string,
): void {
  if (uid !== 0 && uid !== user) {
    throw new AuthctlError(
      'config_broken',
      `the command of ${key} is not run, since another user owns ${path}`,
      { hint: `see who does: ls -ld ${path}` },
    );
  }
  if ((mode & 0o022) !== 0) {
    throw new AuthctlError(
      'config_broken',
      `the command of ${key} is not run, since others can write to ${path}`,
      { hint: `chmod go-w ${path}` },
    );
  }
}

/** The user that this process acts as; undefined where that cannot be told: then only root's files do. */
function currentUser(): number | undefined {
  try {
    return userInfo().uid;
  } catch {
    // In a container the user may have no name, and then userInfo fails.
    return statSync('/proc/self', { throwIfNoEntry: false })?.uid;
  }
}
