/**
 * The warm path: prints a stored token without loading the program, for plain command lines only. It
 * uses the program's own modules. Everything else, errors included, is left to the program.
 */
import type { Stats } from 'node:fs';
import { isDeclared, namedServer, sessionServerNotice, settingServer } from '../client/server.ts';
import { baseUrlSetting, parseSettings, readSettings } from '../config/read.ts';
import { atHand, valueAtHand } from '../credentials/precedence.ts';
import { namesFiles } from '../credentials/sources/environment.ts';
import { isProviderName } from '../declaration/names.ts';
import type { Outline } from '../declaration/outline.ts';
import { configName, type Directories, findDirectories } from '../directories.ts';
import { hasChanged } from '../files/changed.ts';
import { isPlainDirectory, isPlainPath } from '../files/plain-directory.ts';
import { readPrivate } from '../files/private.ts';
import { isOfChosen } from '../session/chosen-store.ts';
import { isFresh } from '../session/freshness.ts';
import { sameKey } from '../session/key.ts';
import { isProfileName } from '../session/profile.ts';
import { completed, namedAccount, wholeKey } from '../session/selector.ts';
import { leaderPath, outlinePath, pointerPath, sessionPath } from '../store/file/paths.ts';
import { parsePointer, parseSession } from '../store/format.ts';
import { parseOutline } from '../store/outline-format.ts';
import type { LauncherLine } from './line.ts';

/** What the warm path depends on. */
export interface WarmWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user ID; undefined if files have no owner. */
  readonly uid: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The program's version. */
  readonly version: string;
  /** Called if the session is missing or stale: another process may be getting it. */
  readonly onMiss?: (leader: string, look: () => Warm | undefined) => Warm | undefined;
  /** Whether only the user can change a directory; asked where links or a group may say otherwise. */
  readonly isTrusted?: (directory: string) => boolean;
}

/** What is printed. */
export interface Warm {
  readonly token: string;
  /** For stderr. */
  readonly notice?: string;
}

/**
 * The token that a command line asks for.
 *
 * @returns undefined if the line asks for something else, or the program has to answer
 */
export function warmToken(line: LauncherLine | undefined, world: WarmWorld): Warm | undefined {
  if (line?.asksFor !== 'token') return undefined;
  const { env, platform, onMiss } = world;
  const { provider, profile = env['AUTHCTL_PROFILE'] || 'default', quiet } = line;
  if (!isProviderName(provider) || !isProfileName(profile)) return undefined;
  try {
    const directories = findDirectories(env, platform, leaveToProgram, leaveToProgram);
    const look = () => storedToken(world, directories, provider, profile);
    const found = look();
    const warm =
      found === 'missing'
        ? onMiss?.(leaderPath(directories.state, provider, profile), () => warmOf(look()))
        : warmOf(found);
    return warm && quiet ? { token: warm.token } : warm;
  } catch {
    // The program meets the same error, and reports it.
    return undefined;
  }
}

/**
 * The result of looking for a stored token: `missing` if another process may store it, and it can be
 * looked for again; `program` if it takes more than a look.
 */
type Found = Warm | 'missing' | 'program';

function warmOf(found: Found): Warm | undefined {
  return typeof found === 'string' ? undefined : found;
}

function storedToken(
  { env, uid, now, version, isTrusted }: WarmWorld,
  { config, state }: Directories,
  provider: string,
  profile: string,
): Found {
  function load<T>(path: string, parseText: (text: string) => T | string): T | undefined {
    const { text } = readPrivate(path, uid);
    const parsed = text === undefined ? undefined : parseText(text);
    return typeof parsed === 'string' ? undefined : parsed;
  }
  const outline = load(outlinePath(state, provider), (text) => parseOutline(text, version));
  if (!outline) return 'missing';
  if (outline.name !== provider || !isCurrent(outline, config)) return 'program';
  // Reading them takes a time limit.
  if (namesFiles(env, outline)) return 'program';
  const path = `${config}/${configName}`;
  const settings = readSettings(path, () => checkPlain(path, uid), parseSettings);
  const setting = baseUrlSetting(settings, provider, profile);
  const sources = { provider, profile, given: new Map<string, never>(), env, config: settings };
  const hostValue = (name: string) => {
    const field = outline.fields.find((each) => each.name === name);
    const found = field && atHand(sources, field);
    return (
      found && {
        value: found.value,
        ...(found.kind === 'environment' && { variable: found.origin }),
      }
    );
  };
  const server = namedServer(outline, { env, setting, allowHttp: false, hostValue });
  const latest = load(pointerPath(state, provider, profile, server?.url), parsePointer);
  const url = server?.url ?? latest?.baseUrl;
  const scoped = {
    ...sources,
    server: url ? settingServer(outline, new URL(url).origin, { setting, hostValue }) : undefined,
  };
  const account = namedAccount(outline, (field) => valueAtHand(scoped, field));
  // Computing a fingerprint takes longer than loading the program.
  if ('secrets' in account) return 'program';
  const selector = {
    provider,
    profile,
    ...(server && { baseUrl: server.url }),
    ...account,
  };
  const key = wholeKey(selector) ?? completed(selector, latest);
  const session = key && load(sessionPath(state, key), parseSession);
  if (!session || !sameKey(session.key, key) || !isFresh(session.tokenSet, now())) {
    return 'missing';
  }
  if (!isPlainDirectory(state, uid) && !isTrusted?.(state)) return 'program';
  if (!isOfChosen(session, env)) return 'program';
  const token = session.tokenSet.accessToken;
  if (server || isDeclared(outline, key.baseUrl)) return { token };
  return { token, notice: sessionServerNotice(key.baseUrl) };
}

/** Whether the declaration is built in, or its file is in the config directory and has not changed. */
function isCurrent({ file }: Outline, config: string): boolean {
  return !file || (file.path.startsWith(`${config}/providers/`) && !hasChanged(file));
}

/** Throws if others might be able to write to the config. Groups and links are left to the program. */
function checkPlain(path: string, uid: number | undefined): void {
  const accepts = ({ uid: owner, mode }: Stats) =>
    (mode & 0o170022) === 0o100000 && (owner === uid || owner === 0);
  if (uid !== undefined && !isPlainPath(path, uid, accepts)) leaveToProgram();
}

/** The user database, notices and errors are left to the program. */
function leaveToProgram(): never {
  throw new Error('left to the program');
}
