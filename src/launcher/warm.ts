/**
 * The quick way to a token that is there: the same modules as the program's, for the plainest command
 * lines alone. Whatever is not plain, or not there, is the program's; so are all messages.
 */
import { statSync } from 'node:fs';
import { variableName } from '../declaration/names.ts';
import { configName, findDirectories } from '../directories.ts';
import { readPrivate } from '../files/private.ts';
import { outlines } from '../providers/outlines.ts';
import { isFresh } from '../session/freshness.ts';
import type { SessionKey } from '../session/key.ts';
import { completeKey } from '../session/lookup.ts';
import { isProfileName } from '../session/profile.ts';
import { meantAccount } from '../session/selector.ts';
import { parsePointer, parseSession, sameKey } from '../session/session.ts';
import { pointerPath, sessionPath } from '../store/file/paths.ts';
import type { readWarmSettings } from '../warm-settings.ts';

/** What the quick way reads. */
export interface WarmWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's number; undefined where files have no owner. */
  readonly uid: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Loads what it takes where there is a config, or a variable names the server. */
  readonly settings: () => { readonly readWarmSettings: typeof readWarmSettings };
  /**
   * Told where the session would be that is not there, or not fresh: it may come while others see to
   * it.
   */
  readonly onMiss?: (file: string, look: () => string | undefined) => string | undefined;
}

/** Switches that change nothing for a token that is there. */
const idle: readonly string[] = ['-q', '--quiet', '--no-input', '--no-keychain', '--no-color'];

/**
 * The token that the command line asks for.
 *
 * @param argv the arguments, without the program's name
 * @returns undefined where the program has to see to it
 */
export function warmToken(argv: readonly string[], world: WarmWorld): string | undefined {
  const named = parse(argv);
  if (!named) return undefined;
  const { env, platform, uid, now } = world;
  const { provider, profile = env['AUTHCTL_PROFILE'] || 'default' } = named;
  const outline = outlines.find(({ name }) => name === provider);
  if (!outline || !isProfileName(profile)) return undefined;
  const { fields, login: logins } = outline;
  const asked = { provider, profile };
  try {
    const { config, state } = findDirectories(env, platform, homeless);
    const file = `${config}/${configName}`;
    const settings =
      env[variableName(provider, 'base_url')] ||
      env[variableName(provider, 'environment')] ||
      // A stat that finds nothing costs less than an open that throws.
      statSync(file, { throwIfNoEntry: false })
        ? world.settings().readWarmSettings(file, env, asked)
        : undefined;
    const meant = meantAccount({
      declaration: { name: provider, fields },
      logins,
      given: () => undefined,
      env,
      setting: (field) => settings?.setting(field),
    });
    if ('secrets' in meant) return undefined;
    const { baseUrl } = settings ?? {};
    const wanted = { ...asked, ...(baseUrl !== undefined && { baseUrl }), ...meant };
    const read = (key: SessionKey) => {
      const stored = load(sessionPath(state, key), uid, parseSession);
      return stored && sameKey(stored.key, key) ? stored : undefined;
    };
    const latest = (...of: [string, string]) => load(pointerPath(state, ...of), uid, parsePointer);
    const key = completeKey({ latest }, wanted) ?? firstKey();
    const look = () => {
      const session = key && read(key);
      return session && isFresh(session.tokenSet, now()) ? session.tokenSet.accessToken : undefined;
    };
    return look() ?? (key && world.onMiss?.(sessionPath(state, key), look));

    function firstKey(): SessionKey | undefined {
      if (!world.onMiss || !('account' in meant)) return undefined;
      const { serverUrl } = settings ?? world.settings().readWarmSettings(file, env, asked);
      return serverUrl === undefined ? undefined : { ...asked, baseUrl: serverUrl, ...meant };
    }
  } catch {
    // The program comes to the same error, and says it.
    return undefined;
  }
}

/** The system's list of users is the program's to ask. */
function homeless(): never {
  throw new Error('no variable names the home directory');
}

function load<T>(
  path: string,
  uid: number | undefined,
  parseText: (text: string) => T | string,
): T | undefined {
  const { text } = readPrivate(path, uid);
  const parsed = text === undefined ? undefined : parseText(text);
  return typeof parsed === 'string' ? undefined : parsed;
}

/** `token <provider>`, with nothing that asks for more. */
function parse(
  argv: readonly string[],
): { readonly provider: string; readonly profile?: string } | undefined {
  if (argv[0] !== 'token') return undefined;
  let provider: string | undefined;
  let profile: string | undefined;
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
  return profile === undefined ? { provider } : { provider, profile };
}
