/**
 * The quick way to a token that is there: the same modules as the program's, for the plainest command
 * lines alone. Whatever is not plain, or not there, is the program's; so are all messages.
 */
import { join } from 'node:path';
import { baseUrlSetting, fieldSetting, readConfig } from './config/read.ts';
import { findDirectories } from './directories.ts';
import { providers } from './providers/index.ts';
import { givenBaseUrl } from './session/base-url.ts';
import { isFresh } from './session/freshness.ts';
import { findSession } from './session/lookup.ts';
import { pointerPath, sessionPath } from './session/paths.ts';
import { isProfileName } from './session/profile.ts';
import { readPrivate } from './session/read-private.ts';
import { parsePointer, parseSession, sameKey } from './session/session.ts';
import { meantAccount } from './session/wanted.ts';

/** What the quick way reads. */
export interface WarmWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's number; undefined where files have no owner. */
  readonly uid: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Switches that change nothing for a token that is there. */
const idle: ReadonlySet<string> = new Set([
  '-q',
  '--quiet',
  '--no-input',
  '--no-keychain',
  '--no-color',
]);

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
  const declaration = providers.find(({ name }) => name === asked.provider);
  if (!declaration || !isProfileName(profile)) return undefined;
  try {
    const directories = findDirectories(env, platform, () => undefined);
    const config = readConfig(join(directories.config, 'config.json'));
    const found = givenBaseUrl(declaration, {
      env,
      setting: baseUrlSetting(config, declaration.name, profile),
      allowHttp: false,
    });
    const meant = meantAccount({
      declaration,
      logins: declaration.login,
      given: () => undefined,
      env,
      setting: (field) => {
        const setting = fieldSetting(config, declaration.name, profile, field);
        return setting && 'value' in setting ? setting.value : undefined;
      },
    });
    if ('secrets' in meant) return undefined;
    const { state } = directories;
    const session = findSession(
      {
        latest: (provider, inProfile) =>
          load(pointerPath(state, provider, inProfile), uid, parsePointer),
        read: (key) => {
          const stored = load(sessionPath(state, key), uid, parseSession);
          return stored && sameKey(stored.key, key) ? stored : undefined;
        },
      },
      {
        provider: declaration.name,
        profile,
        ...(found && { baseUrl: found.url }),
        ...meant,
      },
    );
    return session && isFresh(session.tokenSet, now) ? session.tokenSet.accessToken : undefined;
  } catch {
    // The program comes to the same error, and says it.
    return undefined;
  }
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
    if (idle.has(word)) continue;
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
