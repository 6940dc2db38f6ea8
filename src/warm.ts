/**
 * The quick way to a token that is there: the same modules as the program's, for the plainest command
 * lines alone. Whatever is not plain, or not there, is the program's; so are all messages.
 */
import { statSync } from 'node:fs';
import { configName, findDirectories } from './directories.ts';
import { variableName } from './provider/names.ts';
import { outlines } from './providers/outlines.ts';
import { isFresh } from './session/freshness.ts';
import { findSession } from './session/lookup.ts';
import { pointerPath, sessionPath } from './session/paths.ts';
import { isProfileName } from './session/profile.ts';
import { readPrivate } from './session/read-private.ts';
import { parsePointer, parseSession, sameKey } from './session/session.ts';
import { meantAccount } from './session/wanted.ts';
import type { readWarmSettings } from './warm-settings.ts';

/** What the quick way reads. */
export interface WarmWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's number; undefined where files have no owner. */
  readonly uid: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Loads what it takes where there is a config, or a variable names the server. */
  readonly settings: () => { readonly readWarmSettings: typeof readWarmSettings };
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
  const asked = parse(argv);
  if (!asked) return undefined;
  const { env, platform, uid, now } = world;
  const profile = asked.profile ?? (env['AUTHCTL_PROFILE'] || 'default');
  const outline = outlines.find(({ name }) => name === asked.provider);
  if (!outline || !isProfileName(profile)) return undefined;
  const { name: provider, fields, login: logins } = outline;
  try {
    const { config, state } = findDirectories(env, platform, homeless);
    const file = `${config}/${configName}`;
    const settings =
      env[variableName(provider, 'base_url')] ||
      env[variableName(provider, 'environment')] ||
      // A stat that finds nothing costs less than an open that throws.
      statSync(file, { throwIfNoEntry: false })
        ? world.settings().readWarmSettings(file, env, { provider, profile })
        : undefined;
    const meant = meantAccount({
      declaration: { name: provider, fields },
      logins,
      given: () => undefined,
      env,
      setting: (field) => settings?.setting(field),
    });
    if ('secrets' in meant) return undefined;
    const session = findSession(
      {
        latest: (...of) => load(pointerPath(state, ...of), uid, parsePointer),
        read: (key) => {
          const stored = load(sessionPath(state, key), uid, parseSession);
          return stored && sameKey(stored.key, key) ? stored : undefined;
        },
      },
      {
        provider,
        profile,
        ...(settings?.baseUrl !== undefined && { baseUrl: settings.baseUrl }),
        ...meant,
      },
    );
    return session && isFresh(session.tokenSet, now) ? session.tokenSet.accessToken : undefined;
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
