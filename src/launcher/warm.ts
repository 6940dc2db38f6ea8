/**
 * The quick way to a token that is there: the same modules as the program's, for the plainest command
 * lines alone. Whatever is not plain, or not there, is the program's; so are all messages.
 */
import { lstatSync, statSync } from 'node:fs';
import { isDeclared, namedServer, sessionServerNotice } from '../client/server.ts';
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
    const directories = findDirectories(env, platform, homeless);
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
  if (!outline) return 'missing';
  if (outline.name !== provider || hasChanged(outline)) return 'program';
  const path = `${config}/${configName}`;
  // Most people have none.
  const settings =
    statSync(path, { throwIfNoEntry: false }) && readConfig(path, () => checkPlain(path, uid));
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

/**
 * Throws where others than the user and root might write to a file or a directory on its way. Groups
 * and links are the program's to judge.
 */
function checkPlain(path: string, uid: number | undefined): void {
  if (uid === undefined) return;
  const others = () => {
    throw new Error('others might write to the config');
  };
  if (!path.startsWith('/')) others();
  // A sticky directory is guarded; the file, which comes first, is not.
  for (let end = path.length, sticky = 0; ; sticky = 0o1000) {
    const stat = lstatSync(path.slice(0, end) || '/');
    const open = (stat.mode & 0o022) !== 0 && (stat.mode & sticky) === 0;
    if (open || stat.isSymbolicLink() || (stat.uid !== 0 && stat.uid !== uid)) others();
    if (end === 0) return;
    end = path.lastIndexOf('/', end - 1);
  }
}

/** The system's list of users is the program's to ask. */
function homeless(): never {
  throw new Error('no variable names the home directory');
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
