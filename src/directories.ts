/** The directories that the program keeps its files in. Loads nothing that Node has not loaded. */
import { join } from 'node:path';
import { AuthctlError } from './errors.ts';

/** Where the files are. */
export interface Directories {
  /** Of `config.json`. */
  readonly config: string;
  /** Of the sessions. */
  readonly state: string;
}

/**
 * The directories, as the platform has them; AUTHCTL_CONFIG_DIR and AUTHCTL_STATE_DIR beat it.
 *
 * @param userHome the home directory by the system's list of users, where no variable tells
 * @throws AuthctlError `setting_missing` where there is no home directory
 */
export function findDirectories(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  userHome: () => string | undefined,
): Directories {
  const windows = platform === 'win32';
  const home = () => {
    const path = env[windows ? 'USERPROFILE' : 'HOME'] || userHome();
    if (path) return path;
    throw new AuthctlError('setting_missing', 'there is no home directory', {
      hint: 'set HOME, or AUTHCTL_CONFIG_DIR and AUTHCTL_STATE_DIR',
    });
  };
  const place = (own: string, general: string, ...fallback: readonly string[]) => {
    const ours = env[own];
    if (ours) return ours;
    const base = env[general];
    // The XDG specification says to ignore relative paths.
    const usable = base && (windows || base.startsWith('/')) ? base : undefined;
    return join(usable ?? join(home(), ...fallback), 'authctl');
  };
  return {
    get config() {
      return windows
        ? place('AUTHCTL_CONFIG_DIR', 'APPDATA', 'AppData', 'Roaming')
        : place('AUTHCTL_CONFIG_DIR', 'XDG_CONFIG_HOME', '.config');
    },
    get state() {
      return windows
        ? place('AUTHCTL_STATE_DIR', 'LOCALAPPDATA', 'AppData', 'Local')
        : place('AUTHCTL_STATE_DIR', 'XDG_STATE_HOME', '.local', 'state');
    },
  };
}
