/** The content of the config file, and typed access to its settings. */
import { AuthctlError, type Hint } from '../errors.ts';
import { keyText, type SettingKey, stepsTo } from './key.ts';

/** An object of the config. Its keys are the user's: look them up as own properties only. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The config file's content, with the path of the file. */
export interface Config {
  readonly path: string;
  readonly settings: JsonObject;
}

/** A program with its arguments, run without a shell, or a command line for a shell. */
export type Command = readonly string[] | string;

/** The key of the list of accounts that `authctl credentials` stored in the keychain. */
export const accountsKey = 'keychain_accounts';

/**
 * The value of a setting, whether or not its provider exists; undefined for an empty string.
 *
 * @throws AuthctlError `config_broken` for a value that is neither a string nor a command
 */
export function settingAt(
  { path, settings }: Config,
  key: SettingKey,
): string | { readonly command: Command } | undefined {
  const level = levelAt({ path, settings }, stepsTo(key));
  const value = level && own(level, key.name);
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  const command = isObject(value) ? own(value, 'command') : undefined;
  if (isCommand(command)) return { command };
  throw wrongAt(path, keyText(key), 'a string or {"command": …}');
}

/**
 * The object around settings; undefined if there is none.
 *
 * @throws AuthctlError `config_broken` for anything else on the way
 */
export function levelAt(
  { path, settings }: Config,
  steps: readonly string[],
): JsonObject | undefined {
  let level = settings;
  for (const [index, step] of steps.entries()) {
    const next = own(level, step);
    if (next === undefined) return undefined;
    if (!isObject(next)) throw wrongAt(path, steps.slice(0, index + 1).join('.'), 'an object');
    level = next;
  }
  return level;
}

/**
 * The accounts stored in the OS keychain.
 *
 * @throws AuthctlError `config_broken`
 */
export function keychainAccounts({ path, settings }: Config): readonly string[] {
  const accounts = own(settings, accountsKey) ?? [];
  if (isStrings(accounts)) return accounts;
  throw wrongAt(path, accountsKey, 'a list of strings');
}

/** The error for a broken config file. @param what never has a value of the file in it */
export function broken(
  path: string,
  what: string,
  details: { readonly hint?: Hint; readonly cause?: unknown } = {},
): AuthctlError {
  return new AuthctlError('config_broken', `the config file ${path} ${what}`, details);
}

/** The error for a value of the wrong type. */
export function wrongAt(path: string, place: string, expected: string): AuthctlError {
  return broken(path, `is wrong at ${place}: expected ${expected}`);
}

/** An own property, so that a key such as `constructor` does not find an inherited one. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isCommand(value: unknown): value is Command {
  if (typeof value === 'string') return value.trim() !== '';
  return isStrings(value) && (value[0] ?? '') !== '';
}
