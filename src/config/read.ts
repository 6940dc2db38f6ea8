/** Reads `config.json` and its settings for a login. Every command loads this file. */
import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
} from 'node:fs';
import { AuthctlError, hint, named, systemErrorCode } from '../errors.ts';
import {
  broken,
  type Command,
  type Config,
  isObject,
  type JsonObject,
  levelAt,
  settingAt,
  wrongAt,
} from './document.ts';
import { findJsonError } from './json-error.ts';
import { keyText, type SettingKey, stepsTo } from './key.ts';

/** A credential's value, or the command that prints it. */
export type CredentialSetting = { readonly value: string } | { readonly command: Command };

/** A setting with its full key, such as `profiles.<profile>.<provider>.<field>`. */
export type FoundSetting = CredentialSetting & { readonly key: string };

/** In bytes. */
const largest = 1024 * 1024;

/**
 * Reads the file; a missing file is an empty config.
 *
 * @param check throws if the opened file must not be trusted, before it is read
 * @throws AuthctlError `config_broken`; what `check` throws
 */
export function readConfig(path: string, check: (file: Stats) => void): Config {
  return readSettings(path, check, parseConfig);
}

/**
 * The same, by another parser: the launcher's does not look for the place of a mistake.
 *
 * @throws AuthctlError as `readConfig`
 */
export function readSettings(
  path: string,
  check: (file: Stats) => void,
  parse: (path: string, bytes: Uint8Array) => JsonObject,
): Config {
  const bytes = readOwnFile(path, check, (what, details) => broken(path, what, details));
  return { path, settings: bytes ? parse(path, bytes) : {} };
}

/**
 * Reads a file of the user's.
 *
 * @param check throws if the opened file must not be trusted, before it is read
 * @param failure makes the error for a file that cannot be read, of a clause
 * @returns undefined if it does not exist
 */
export function readOwnFile(
  path: string,
  check: (file: Stats) => void,
  failure: (what: string, details?: { readonly cause: unknown }) => AuthctlError,
): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    // Most users have no config, and a failing open takes longer than this check.
    if (!statSync(path, { throwIfNoEntry: false })) return undefined;
    // Without O_NONBLOCK, opening a FIFO would block. Windows does not have the flag.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw failure('is not a file');
    if (stat.size > largest) throw failure('is over 1 MiB');
    check(stat);
    return readFileSync(descriptor);
  } catch (cause) {
    if (cause instanceof AuthctlError) throw cause;
    const code = systemErrorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw failure(`cannot be read: ${code ?? 'an error'}`, { cause });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * A file with nothing but white space is an empty config.
 *
 * @throws AuthctlError `config_broken`, without the parser's error, which quotes the file
 */
export function parseConfig(path: string, bytes: Uint8Array): JsonObject {
  return parseSettings(path, bytes, findJsonError);
}

/**
 * The same.
 *
 * @param locate finds the first mistake in a text that is not JSON
 */
export function parseSettings(
  path: string,
  bytes: Uint8Array,
  locate?: typeof findJsonError,
): JsonObject {
  if (!isUtf8(bytes)) throw broken(path, 'is not UTF-8 text');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (json.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    const position = locate?.(json);
    const where = position ? ` (line ${position.line}, column ${position.column})` : '';
    throw broken(path, `is not valid JSON${where}`);
  }
  if (!isObject(value)) throw broken(path, 'is not a JSON object');
  return value;
}

/** The server that settings are for. */
export interface SettingServer {
  readonly origin: string;
  /** The origin of the one that the config or else the declaration names, which plain settings are for. */
  readonly configured: string | undefined;
}

/**
 * The setting of a field: the one for the server, else the plain one, unless the server is not the
 * configured one and has settings of its own, which are not mixed with that one's. In each case the profile's comes first, and for the profile
 * `default` the one outside of the profiles second. An empty value counts as not given.
 *
 * @param server undefined while it is not known: then only plain settings count
 * @throws AuthctlError `config_broken`, also for a secret in plain text
 */
export function fieldSetting(
  config: Config,
  provider: string,
  profile: string,
  field: { readonly name: string; readonly secret: boolean },
  server?: SettingServer,
): FoundSetting | undefined {
  const { name } = field;
  const plain: SettingKey[] = [{ profile, provider, name }];
  if (profile === 'default') plain.push({ provider, name });
  const own = server ? plain.map((key) => ({ ...key, server: server.origin })) : [];
  const hasOwn = own.some((key) => levelAt(config, stepsTo(key)));
  for (const level of [...own, ...(hasOwn && server?.origin !== server?.configured ? [] : plain)]) {
    const setting = settingAt(config, level);
    if (setting === undefined) continue;
    const key = keyText(level);
    if (typeof setting !== 'string') return { key, ...setting };
    if (field.secret) throw secretInClear(config, level);
    return { key, value: setting };
  }
  return undefined;
}

/**
 * The setting of the base URL: the profile's, else the one outside of the profiles, which applies to
 * every profile.
 *
 * @throws AuthctlError `config_broken`, also if both a base URL and an environment are set
 */
export function baseUrlSetting(
  config: Config,
  provider: string,
  profile: string,
): { readonly baseUrl: string } | { readonly environment: string } | undefined {
  for (const level of [{ profile, provider }, { provider }]) {
    const baseUrl = plainSetting(config, { ...level, name: 'base_url' });
    const environment = plainSetting(config, { ...level, name: 'environment' });
    if (baseUrl !== undefined && environment !== undefined) {
      const key = keyText({ ...level, name: 'base_url' });
      const other = keyText({ ...level, name: 'environment' });
      throw broken(config.path, `sets both ${key} and ${other}`, {
        hint: hint`authctl config unset ${named(key)}`,
      });
    }
    if (baseUrl !== undefined) return { baseUrl };
    if (environment !== undefined) return { environment };
  }
  return undefined;
}

/**
 * The origins of the servers that a provider has settings of its own for, in a profile.
 *
 * @throws AuthctlError `config_broken`
 */
export function serversIn(config: Config, provider: string, profile: string): readonly string[] {
  const above = [{ profile, provider }, ...(profile === 'default' ? [{ provider }] : [])];
  const origins = above.flatMap((place) =>
    Object.keys(levelAt(config, [...stepsTo(place), 'servers']) ?? {}),
  );
  return [...new Set(origins)];
}

/** The error for a secret in plain text, without the secret. */
export function secretInClear({ path }: Config, key: SettingKey): AuthctlError {
  return broken(path, `holds the secret ${keyText(key)} in plain text`, {
    hint: hint`authctl config unset ${named(keyText(key))}`,
  });
}

function plainSetting(config: Config, key: SettingKey): string | undefined {
  const setting = settingAt(config, key);
  if (setting === undefined || typeof setting === 'string') return setting;
  throw wrongAt(config.path, keyText(key), 'a string');
}
