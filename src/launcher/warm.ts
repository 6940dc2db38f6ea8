/**
 * The quick way to a token that is there: the same modules as the program's, for the plainest command
 * lines alone. Whatever is not plain, or not there, is the program's; so are all messages.
 */
import { statSync } from 'node:fs';
import { isDeclared, namedServer, sessionServerNotice } from '../client/server.ts';
import { baseUrlSetting, readConfig } from '../config/read.ts';
import { valueAtHand } from '../credentials/precedence.ts';
import { isProviderName } from '../declaration/names.ts';
import type { Outline } from '../declaration/outline.ts';
import { configName, type Directories, findDirectories } from '../directories.ts';
import { isPlainDirectory } from '../files/plain-directory.ts';
import { readPrivate } from '../files/private.ts';
import { isFresh } from '../session/freshness.ts';
import { sameKey } from '../session/key.ts';
import { isProfileName } from '../session/profile.ts';
import { completed, namedAccount, wholeKey } from '../session/selector.ts';
import { leaderPath, outlinePath, pointerPath, sessionPath } from '../store/file/paths.ts';
import { parsePointer, parseSession } from '../store/format.ts';
import { parseOutline } from '../store/outline-format.ts';

/** What the quick way reads. */
export interface WarmWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's number; undefined where files have no owner. */
  readonly uid: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Of this program. */
  readonly version: string;
  /** Told where there is no session yet: it may come while another process sees to it. */
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

/** Switches that change nothing for a token that is there. */
const idle: readonly string[] = ['-q', '--quiet', '--no-input', '--no-keychain', '--no-color'];

/**
 * The token that the command line asks for.
 *
 * @param argv the arguments, without the program's name
 * @returns undefined where the program has to see to it
 */
export function warmToken(argv: readonly string[], world: WarmWorld): Warm | undefined {
  const named = parse(argv);
  if (!named) return undefined;
  const { env, platform, onMiss } = world;
  const { provider, profile = env['AUTHCTL_PROFILE'] || 'default', quiet } = named;
  if (!isProviderName(provider) || !isProfileName(profile)) return undefined;
  try {
    const directories = findDirectories(env, platform, toProgram, toProgram);
    const look = () => storedToken(world, directories, provider, profile);
    const found = look();
    const warm =
      found === 'missing'
        ? onMiss?.(leaderPath(directories.state, provider, profile), () => warmOf(look()))
        : warmOf(found);
    return warm && quiet ? { token: warm.token } : warm;
  } catch {
    // The program comes to the same error, and says it.
    return undefined;
  }
}

/**
 * What was found; `missing` where another process may bring it, and this one only has to look again;
 * `program` where it takes more than a look.
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
  if (outline.name !== provider || hasChanged(outline)) return 'program';
  const path = `${config}/${configName}`;
  // Most people have none.
  const settings = statSync(path, { throwIfNoEntry: false }) && readConfig(path);
  const setting = settings && baseUrlSetting(settings, provider, profile);
  const sources = { provider, profile, given: new Map<string, never>(), env, config: settings };
  const server = namedServer(outline, { env, setting, allowHttp: false });
  const account = namedAccount(outline, (field) => valueAtHand(sources, field));
  // What stands for secrets takes longer to work out than the program to load.
  if ('secrets' in account) return 'program';
  const selector = {
    provider,
    profile,
    ...(server && { baseUrl: server.url }),
    ...account,
  };
  const key =
    wholeKey(selector) ??
    completed(selector, load(pointerPath(state, provider, profile, server?.url), parsePointer));
  const session = key && load(sessionPath(state, key), parseSession);
  if (!session || !sameKey(session.key, key) || !isFresh(session.tokenSet, now())) {
    return 'missing';
  }
  if (!isPlainDirectory(state, uid) && !isTrusted?.(state)) return 'program';
  const token = session.tokenSet.accessToken;
  if (server || isDeclared(outline, key.baseUrl)) return { token };
  return { token, notice: sessionServerNotice(key.baseUrl) };
}

/** Whether the file of a declaration is another one than the outline was made of. */
function hasChanged({ file }: Outline): boolean {
  if (!file) return false;
  const stat = statSync(file.path, { throwIfNoEntry: false });
  return stat?.mtimeMs !== file.modified || stat.size !== file.size;
}

/** The system's list of users is the program's to ask, and notices are the program's to give. */
function toProgram(): never {
  throw new Error('the program finds the directories');
}

/** `token <provider>`, with nothing that asks for more. */
function parse(
  argv: readonly string[],
): { readonly provider: string; readonly profile?: string; readonly quiet: boolean } | undefined {
  if (argv[0] !== 'token') return undefined;
  let provider: string | undefined;
  let profile: string | undefined;
  const quiet = argv.includes('-q') || argv.includes('--quiet');
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (idle.includes(word)) continue;
    if (word === '-p' || word === '--profile') {
      at += 1;
      profile = argv[at];
      if (profile === undefined || profile.startsWith('-')) return undefined;
    } else if (word.startsWith('-') || provider !== undefined) return undefined;
    else provider = word;
  }
  if (provider === undefined) return undefined;
  return { provider, quiet, ...(profile !== undefined && { profile }) };
}
