/** Reads `config.json` and what it says of a login, on the way of every command. */
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
import { AuthctlError, systemErrorCode } from '../errors.ts';
import {
  broken,
  type Command,
  type Config,
  isObject,
  type JsonObject,
  settingAt,
  wrongAt,
} from './document.ts';
import { jsonBreak } from './json-break.ts';
import { credentialsSet, keyText, type SettingKey } from './key.ts';

/** What the config says of a credential: its value, or the command that prints it. */
export type CredentialSetting = { readonly value: string } | { readonly command: Command };

/** A setting with the key it was found under, as `profiles.<profile>.<provider>.<field>`. */
export type FoundSetting = CredentialSetting & { readonly key: string };

/**
 * Reads the file; one that does not exist is an empty config.
 *
 * @param check throws where the file that was opened is not to be trusted, before it is read
 * @throws AuthctlError `config_broken`; what `check` throws
 */
export function readConfig(path: string, check: (file: Stats) => void): Config {
  let descriptor: number | undefined;
  try {
    // Most people have none, and an open that fails takes longer than a look.
    if (!statSync(path, { throwIfNoEntry: false })) return { path, settings: {} };
    // Without O_NONBLOCK a FIFO would hold us for ever; Windows does not know it.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw broken(path, 'is not a file');
    check(stat);
    return { path, settings: parseConfig(path, readFileSync(descriptor)) };
  } catch (cause) {
    if (cause instanceof AuthctlError) throw cause;
    const code = systemErrorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { path, settings: {} };
    throw broken(path, `cannot be read: ${code ?? 'an error'}`, { cause });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Parses the file's bytes.
 *
 * @throws AuthctlError `config_broken`, without the parser's error, which quotes the text
 */
export function parseConfig(path: string, bytes: Uint8Array): JsonObject {
  if (!isUtf8(bytes)) throw broken(path, 'is not UTF-8 text');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    const place = jsonBreak(json);
    const where = place ? ` (line ${place.line}, column ${place.column})` : '';
    throw broken(path, `is not valid JSON${where}`);
  }
  if (!isObject(value)) throw broken(path, 'must hold a JSON object');
  return value;
}

/**
 * What the config says of a field: the profile's setting, and for the profile `default` also the
 * provider's own. An empty value counts as not given.
 *
 * @throws AuthctlError `config_broken`, also for a secret that stands there in clear
 */
export function fieldSetting(
  config: Config,
  provider: string,
  profile: string,
  field: { readonly name: string; readonly secret: boolean },
): FoundSetting | undefined {
  const levels: SettingKey[] = [{ profile, provider, name: field.name }];
  if (profile === 'default') levels.push({ provider, name: field.name });
  for (const level of levels) {
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
 * What the config says of the base URL: the profile's, else the provider's own, which holds for
 * every profile.
 *
 * @throws AuthctlError `config_broken`, also where a level has both a base URL and an environment
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
      throw broken(config.path, `has both ${key} and an environment there`, {
        hint: `authctl config unset ${key}`,
      });
    }
    if (baseUrl !== undefined) return { baseUrl };
    if (environment !== undefined) return { environment };
  }
  return undefined;
}

/** The error for a secret that stands in the file as it is; the secret is not in it. */
export function secretInClear({ path }: Config, key: SettingKey): AuthctlError {
  return broken(path, `holds the secret ${keyText(key)} in clear`, {
    hint: `authctl config unset ${keyText(key)} && ${credentialsSet(key)}`,
  });
}

function plainSetting(config: Config, key: SettingKey): string | undefined {
  const setting = settingAt(config, key);
  if (setting === undefined || typeof setting === 'string') return setting;
  throw wrongAt(config.path, keyText(key), 'a string');
}
