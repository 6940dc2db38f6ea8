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

/** Whether a path means the same whatever the working directory is; on Windows, also whatever the drive is. */
export function isAbsolutePath(path: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' ? /^([a-z]:|[\\/])[\\/]/i.test(path) : path.startsWith('/');
}

/**
 * The directories, as the platform has them; AUTHCTL_CONFIG_DIR and AUTHCTL_STATE_DIR beat it.
 *
 * @param userHome the home directory where no variable tells; may throw where there is none
 * @param onRelative told the name of a variable that is ignored since it holds a relative path: a project
 *   could set it, and would be the place that it names
 */
export function findDirectories(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  userHome: () => string,
  onRelative: (name: string) => void,
): Directories {
  const windows = platform === 'win32';
  const absolute = (name: string) => {
    const path = env[name];
    if (!path || isAbsolutePath(path, platform)) return path;
    onRelative(name);
    return undefined;
  };
  const home = () => absolute(windows ? 'USERPROFILE' : 'HOME') || userHome();
  const separator = windows ? '\\' : '/';
  const place = (own: string, general: string, fallback: string) => {
    const ours = absolute(own);
    if (ours) return ours;
    const base = absolute(general) || `${home()}${separator}${fallback}`;
    return `${base}${separator}authctl`;
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
