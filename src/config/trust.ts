/**
 * Reads the config file if only the user or root can have written it: others must not be able to write
 * to the file or to a directory on its path. ssh has the same rule for its config.
 */
import { existsSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { AuthctlError, type Hint, hint, named, quoted } from '../errors.ts';
import { userName } from '../files/accounts.ts';
import { isForeign, processDirectory, replacers, type Way, wayTo } from '../files/way.ts';
import { broken, type Config, isObject, type JsonObject, own } from './document.ts';
import { recordedHome } from './home.ts';
import { readConfig, readOwnFile } from './read.ts';

/**
 * Reads the file; a missing file is an empty config.
 *
 * @param uid the user's id; undefined on Windows, where nothing is checked
 * @throws AuthctlError `config_broken`, also if others could write to the file or a directory on its path
 */
export function readTrustedConfig(path: string, uid: number | undefined): Config {
  return readConfig(
    path,
    trustCheck(path, uid, (what, details) => broken(path, what, details)),
  );
}

/**
 * Reads a declaration under the rules of the config.
 *
 * @returns undefined if it does not exist
 * @throws AuthctlError `config_broken`
 */
export function readTrustedFile(path: string, uid: number | undefined): Buffer | undefined {
  const failure: Failure = (what, details) =>
    new AuthctlError('config_broken', `the declaration ${path} ${what}`, details);
  return readOwnFile(path, trustCheck(path, uid, failure), failure);
}

/** Makes the error for a file that is not read, of a clause. */
type Failure = (
  what: string,
  details?: { readonly hint?: Hint; readonly cause?: unknown },
) => AuthctlError;

function trustCheck(path: string, uid: number | undefined, failure: Failure) {
  return (file: Stats): void => {
    if (uid === undefined) return;
    checkPlace(path, file, uid, failure);
    const { real, places } = wayTo(path);
    const found = real === undefined ? undefined : places.get(real);
    // Otherwise a link that comes and goes could lead to another file than the one that was checked.
    if (found?.ino !== file.ino || found.dev !== file.dev) {
      throw failure('is not read, because it was replaced while it was being checked');
    }
    checkPlaces(places, uid, failure);
  };
}

/**
 * Checks a file or directory, and every directory and link on its path: a user who can write to one of
 * those can replace the file.
 *
 * @param path the config file, for the message
 * @param uid as for `readTrustedConfig`
 * @throws AuthctlError `config_broken`
 */
export function checkWay(path: string, target: string, uid: number | undefined): void {
  const failure: Failure = (what, details) => broken(path, what, details);
  if (uid !== undefined) checkPlaces(wayTo(target).places, uid, failure);
}

function checkPlaces(places: Way['places'], uid: number, failure: Failure): void {
  for (const [place, stat] of places) {
    // A project could have set the variable that names it.
    if (place === processDirectory) {
      throw failure(`is not read, because its path leads through ${place}`);
    }
    checkPlace(place, stat, uid, failure);
  }
}

/**
 * Whether a config is the user's own: in the home directory of the password database, or of root, and not
 * in a checkout. Any other place may have been chosen by a project, through a variable: such a config may
 * hold no commands, and the server that it names counts as chosen by that variable.
 *
 * @param uid as for `readTrustedConfig`
 */
export function isUsersOwn(path: string, uid: number | undefined): boolean {
  const directory = resolve(dirname(path));
  const home = recordedHome(uid);
  if (home !== undefined && directory === resolve(home, '.config', 'authctl')) return true;
  try {
    const real = realpathSync(directory);
    const realHome = home !== undefined && existsSync(home) ? realpathSync(home) : undefined;
    if (isInCheckout(real, realHome)) return false;
    if (realHome !== undefined && isWithin(real, realHome)) return true;
    const owners = [directory, path].flatMap((place) =>
      existsSync(place) ? [statSync(place).uid] : [],
    );
    return uid !== undefined && owners.length > 0 && owners.every((owner) => owner === 0);
  } catch {
    return false;
  }
}

/** What a version control system has at the top of a checkout. */
const checkoutMarks = ['.git', '.hg', '.svn', '.jj'] as const;

/** Whether a directory is in a checkout, other than one of the whole home directory. */
function isInCheckout(directory: string, home: string | undefined): boolean {
  for (let place = directory; place !== home; place = dirname(place)) {
    if (checkoutMarks.some((mark) => existsSync(join(place, mark)))) return true;
    if (place === dirname(place)) return false;
  }
  return false;
}

/**
 * The config without the commands in it.
 *
 * @returns the same config if it has none
 */
export function withoutCommands(config: Config): Config {
  let dropped = false;
  /** @param above the number of levels above the fields */
  const strip = (object: JsonObject, above: number): JsonObject =>
    Object.fromEntries(
      Object.entries(object).flatMap(([name, value]) => {
        if (!isObject(value)) return [[name, value]];
        if (above <= 0 && own(value, 'command') !== undefined) {
          dropped = true;
          return [];
        }
        return [[name, strip(value, name === 'profiles' && above === 1 ? 2 : above - 1)]];
      }),
    );
  const settings = strip(config.settings, 1);
  return dropped ? { ...config, settings } : config;
}

function isWithin(path: string, directory: string): boolean {
  // Windows ignores case, and a path has that of the variable it comes from.
  const [inner = '', outer = ''] = [path, directory].map((each) =>
    sep === '\\' ? each.toLowerCase() : each,
  );
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}

/** @throws AuthctlError `config_broken` */
function checkPlace(place: string, stat: Stats, uid: number, failure: Failure): void {
  if (isForeign(stat, uid)) {
    throw failure(`is not read, because ${place} belongs to ${userName(stat.uid)}`, {
      hint: ownPlace(place, uid),
    });
  }
  // The mode of a link has no effect.
  const others = stat.isSymbolicLink() ? undefined : replacers(stat, uid);
  if (!others) return;
  const { everybody, group, who } = others;
  const whose = `${everybody && group ? 'go' : everybody ? 'o' : 'g'}-w`;
  throw failure(`is not read, because ${who} can write to ${place}`, {
    hint: hint`${stat.uid === uid ? hint`` : sudo(uid)}chmod ${named(whose)} ${quoted(place)}`,
  });
}

/** The command that helps: takes over the place, or leaves the home directory of another user. */
function ownPlace(place: string, uid: number): Hint {
  const home = recordedHome(uid);
  return home === undefined || isWithin(place, home)
    ? hint`${sudo(uid)}chown -h ${uid} ${quoted(place)}`
    : hint`export AUTHCTL_CONFIG_DIR=${quoted(`${home}/.config/authctl`)}`;
}

function sudo(uid: number): Hint {
  return uid === 0 ? hint`` : hint`sudo `;
}
