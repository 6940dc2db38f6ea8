/** Finds the config and state directories. Imports nothing, because the launcher loads it. */

/** The name of the config file in the config directory. */
export const configName = 'config.json';

export interface Directories {
  /** Holds the config file. */
  readonly config: string;
  /** Holds the sessions. */
  readonly state: string;
}

/**
 * The platform's directories, unless AUTHCTL_CONFIG_DIR or AUTHCTL_STATE_DIR is set.
 *
 * @param userHome the home directory if no variable names it; may throw if there is none
 */
export function findDirectories(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  userHome: () => string,
): Directories {
  const windows = platform === 'win32';
  const home = () => env[windows ? 'USERPROFILE' : 'HOME'] || userHome();
  const separator = windows ? '\\' : '/';
  const directory = (ownVariable: string, baseVariable: string, fallback: string) => {
    const own = env[ownVariable];
    if (own) return own;
    const base = env[baseVariable];
    // The XDG specification says to ignore relative paths.
    const usable = base && (windows || base.startsWith('/')) ? base : undefined;
    return `${usable ?? `${home()}${separator}${fallback}`}${separator}authctl`;
  };
  return {
    get config() {
      return windows
        ? directory('AUTHCTL_CONFIG_DIR', 'APPDATA', 'AppData\\Roaming')
        : directory('AUTHCTL_CONFIG_DIR', 'XDG_CONFIG_HOME', '.config');
    },
    get state() {
      return windows
        ? directory('AUTHCTL_STATE_DIR', 'LOCALAPPDATA', 'AppData\\Local')
        : directory('AUTHCTL_STATE_DIR', 'XDG_STATE_HOME', '.local/state');
    },
  };
}
