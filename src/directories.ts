/** Finds the config and state directories. The launcher loads it. */
import { posix, win32 } from 'node:path';

/** The name of the config file in the config directory. */
export const configName = 'config.json';

export interface Directories {
  /** Holds the config file. */
  readonly config: string;
  /** Holds the sessions. */
  readonly state: string;
}

/** Whether a path does not depend on the working directory or, on Windows, the current drive. */
export function isAbsolutePath(path: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' ? /^([a-z]:|[\\/])[\\/]/i.test(path) : path.startsWith('/');
}

/** A path without `..`, `.`, doubled separators and one at its end: paths below it are compared as text. */
function normalized(path: string, platform: NodeJS.Platform): string {
  return platform === 'win32'
    ? win32.normalize(path).replace(/(?<=[^:\\])\\$/, '')
    : posix.normalize(path).replace(/(?!^)\/$/, '');
}

/**
 * The platform's directories, unless AUTHCTL_CONFIG_DIR or AUTHCTL_STATE_DIR is set. Paths are normalized,
 * as text: `link/..` is the directory that holds the link.
 *
 * @param userHome the home directory if no variable names it; may throw if there is none
 * @param onRelative receives the name of a variable that is ignored because its path is relative: a
 *   project could set it to a directory of its own
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
  const directory = (ownVariable: string, baseVariable: string, fallback: string) => {
    const own = absolute(ownVariable);
    if (own) return normalized(own, platform);
    const base = absolute(baseVariable) || `${home()}${separator}${fallback}`;
    return normalized(`${base}${separator}authctl`, platform);
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
