/** The directories that the program keeps its files in. Loads nothing: it is on the way to a token that is there. */

/** The name of the config file in its directory. */
export const configName = 'config.json';

/** Where the files are. */
export interface Directories {
  /** Of the config file. */
  readonly config: string;
  /** Of the sessions. */
  readonly state: string;
}

/**
 * The directories, as the platform has them; AUTHCTL_CONFIG_DIR and AUTHCTL_STATE_DIR beat it.
 *
 * @param userHome the home directory where no variable tells; may throw where there is none
 */
export function findDirectories(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  userHome: () => string,
): Directories {
  const windows = platform === 'win32';
  const home = () => env[windows ? 'USERPROFILE' : 'HOME'] || userHome();
  const separator = windows ? '\\' : '/';
  const place = (own: string, general: string, fallback: string) => {
    const ours = env[own];
    if (ours) return ours;
    const base = env[general];
    // The XDG specification says to ignore relative paths.
    const usable = base && (windows || base.startsWith('/')) ? base : undefined;
    return `${usable ?? `${home()}${separator}${fallback}`}${separator}authctl`;
  };
  return {
    get config() {
      return windows
        ? place('AUTHCTL_CONFIG_DIR', 'APPDATA', 'AppData\\Roaming')
        : place('AUTHCTL_CONFIG_DIR', 'XDG_CONFIG_HOME', '.config');
    },
    get state() {
      return windows
        ? place('AUTHCTL_STATE_DIR', 'LOCALAPPDATA', 'AppData\\Local')
        : place('AUTHCTL_STATE_DIR', 'XDG_STATE_HOME', '.local/state');
    },
  };
}
