/**
 * The warm path: prints a stored token without loading the program, for plain command lines only. It
 * uses the program's own modules. Everything else, errors included, is left to the program.
 */
import { statSync } from 'node:fs';
import { namedServer } from '../client/server.ts';
import { baseUrlSetting, readConfig } from '../config/read.ts';
import { valueAtHand } from '../credentials/precedence.ts';
import { isProviderName } from '../declaration/names.ts';
import type { Outline } from '../declaration/outline.ts';
import { configName, type Directories, findDirectories } from '../directories.ts';
import { readPrivate } from '../files/private.ts';
import { isFresh } from '../session/freshness.ts';
import { sameKey } from '../session/key.ts';
import { isProfileName } from '../session/profile.ts';
import { completed, namedAccount, wholeKey } from '../session/selector.ts';
import { leaderPath, outlinePath, pointerPath, sessionPath } from '../store/file/paths.ts';
import { parsePointer, parseSession } from '../store/format.ts';
import { parseOutline } from '../store/outline-format.ts';

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
  readonly onMiss?: (leader: string, look: () => string | undefined) => string | undefined;
}

/** Switches without effect on a stored token. */
const ignoredSwitches: readonly string[] = [
  '-q',
  '--quiet',
  '--no-input',
  '--no-keychain',
  '--no-color',
];

/**
 * The token that the command line asks for.
 *
 * @param argv the arguments, without the program's name
 * @returns undefined if the program has to be loaded
 */
export function warmToken(argv: readonly string[], world: WarmWorld): string | undefined {
  const named = parse(argv);
  if (!named) return undefined;
  const { env, platform, onMiss } = world;
  const { provider, profile = env['AUTHCTL_PROFILE'] || 'default' } = named;
  if (!isProviderName(provider) || !isProfileName(profile)) return undefined;
  try {
    const directories = findDirectories(env, platform, noHome);
    const look = () => storedToken(world, directories, provider, profile);
    const { token, isMiss } = look();
    if (token !== undefined || !isMiss || !onMiss) return token;
    return onMiss(leaderPath(directories.state, provider, profile), () => look().token);
  } catch {
    // The program meets the same error, and reports it.
    return undefined;
  }
}

/** The result of looking for a stored token. */
interface Found {
  readonly token?: string;
  /** Whether the token is merely not stored: another process may store it, and it can be looked for again. */
  readonly isMiss?: boolean;
}

function storedToken(
  { env, uid, now, version }: WarmWorld,
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
  if (!outline) return { isMiss: true };
  if (outline.name !== provider || hasChanged(outline)) return {};
  const path = `${config}/${configName}`;
  // Usually there is no config file.
  const settings = statSync(path, { throwIfNoEntry: false }) && readConfig(path);
  const setting = settings && baseUrlSetting(settings, provider, profile);
  const sources = { provider, profile, given: new Map<string, never>(), env, config: settings };
  const server = namedServer(outline, { env, setting, allowHttp: false });
  const account = namedAccount(outline, (field) => valueAtHand(sources, field));
  // Computing a fingerprint takes longer than loading the program.
  if ('secrets' in account) return {};
  const selector = {
    provider,
    profile,
    ...(server && { baseUrl: server.url }),
    ...account,
  };
  const key =
    wholeKey(selector) ??
    completed(selector, load(pointerPath(state, provider, profile), parsePointer));
  const session = key && load(sessionPath(state, key), parseSession);
  if (!session || !sameKey(session.key, key) || !isFresh(session.tokenSet, now())) {
    return { isMiss: true };
  }
  return { token: session.tokenSet.accessToken };
}

/** Whether the declaration's file has changed since its outline was made. */
function hasChanged({ file }: Outline): boolean {
  if (!file) return false;
  const stat = statSync(file.path, { throwIfNoEntry: false });
  return stat?.mtimeMs !== file.modified || stat.size !== file.size;
}

/** Looking up the home directory in the user database is left to the program. */
function noHome(): never {
  throw new Error('no variable names the home directory');
}

/** Parses `token <provider>`, with a profile and ignored switches at most. */
function parse(
  argv: readonly string[],
): { readonly provider: string; readonly profile?: string } | undefined {
  if (argv[0] !== 'token') return undefined;
  let provider: string | undefined;
  let profile: string | undefined;
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (ignoredSwitches.includes(word)) continue;
    if (word === '-p' || word === '--profile') {
      at += 1;
      profile = argv[at];
      if (profile === undefined || profile.startsWith('-')) return undefined;
    } else if (word.startsWith('-') || provider !== undefined) return undefined;
    else provider = word;
  }
  if (provider === undefined) return undefined;
  return profile === undefined ? { provider } : { provider, profile };
}
