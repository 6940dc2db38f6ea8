/**
 * Reads a config file that only the user or root can have written. As with ssh's config, others may
 * write neither to the file nor to a directory on its way.
 */
import { realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { groupName, userName } from '../files/accounts.ts';
import { wayTo, writers } from '../files/way.ts';
import { broken, type Config, isObject, type JsonObject, own } from './document.ts';
import { recordedHome } from './home.ts';
import { readConfig } from './read.ts';

/**
 * Reads the file; one that does not exist is an empty config, wherever it would be.
 *
 * @param uid the user's number; undefined where files have no owner (Windows), and then nothing is checked
 * @throws AuthctlError `config_broken`, also where others could write to the file or its way
 */
export function readTrustedConfig(path: string, uid: number | undefined): Config {
  return readConfig(path, (file) => {
    if (uid === undefined) return;
    checkPlace(path, path, file, uid);
    checkWay(path, path, uid);
  });
}

/**
 * Checks a file or directory, and every directory and link on the way to it: whoever can write to
 * one of those can put another file there.
 *
 * @param path the config file, for the message
 * @param uid as for `readTrustedConfig`
 * @throws AuthctlError `config_broken`
 */
export function checkWay(path: string, target: string, uid: number | undefined): void {
  if (uid === undefined) return;
  for (const [place, stat] of wayTo(target).places) checkPlace(path, place, stat, uid);
}

/**
 * Whether a config may hold commands: only in the user's home, as the password database has it, or
 * where root put it. A variable that a project sets can name any other place.
 *
 * @param uid as for `readTrustedConfig`
 */
export function mayHoldCommands(path: string, uid: number | undefined): boolean {
  const directory = dirname(path);
  const home = recordedHome(uid);
  if (home !== undefined && isWithin(resolve(directory), resolve(home))) return true;
  try {
    if (home !== undefined && isWithin(realpathSync(directory), realpathSync(home))) return true;
    return uid !== undefined && [directory, path].every((place) => statSync(place).uid === 0);
  } catch {
    return false;
  }
}

/**
 * The config without the commands in it.
 *
 * @returns the same config where there is none
 */
export function withoutCommands(config: Config): Config {
  let dropped = false;
  /** @param above how many levels there are until a value is a field's */
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
  return (
    path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep)
  );
}

/** @throws AuthctlError `config_broken` */
function checkPlace(path: string, place: string, stat: Stats, uid: number): void {
  if (stat.uid !== 0 && stat.uid !== uid) {
    throw broken(path, `is not read, since ${place} belongs to ${userName(stat.uid)}`, {
      hint: ownPlace(place, uid),
    });
  }
  // A link's mode means nothing.
  const others = stat.isSymbolicLink() ? undefined : writers(stat, uid);
  if (!others) return;
  const { everybody, group } = others;
  const who = everybody ? 'everybody' : groupName(stat.gid);
  const whose = `${everybody && group ? 'go' : everybody ? 'o' : 'g'}-w`;
  throw broken(path, `is not read, since ${who} can write to ${place}`, {
    hint: `${stat.uid === uid ? '' : sudo(uid)}chmod ${whose} ${word(place)}`,
  });
}

/** The command that mends a place that is another user's, or leaves it: a foreign home stays foreign. */
function ownPlace(place: string, uid: number): string {
  const home = recordedHome(uid);
  return home === undefined || isWithin(place, home)
    ? `${sudo(uid)}chown -h ${uid} ${word(place)}`
    : `export AUTHCTL_CONFIG_DIR=${word(`${home}/.config/authctl`)}`;
}

function sudo(uid: number): string {
  return uid === 0 ? '' : 'sudo ';
}

/** The path as one word of a shell. */
function word(path: string): string {
  return /^[\w./+@%:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
