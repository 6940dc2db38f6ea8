/** The changes that are made to a draft of the config. */
import {
  accountsKey,
  type Command,
  type Config,
  isObject,
  keychainAccounts,
  own,
  wrongAt,
} from './document.ts';
import { type SettingKey, stepsTo } from './key.ts';

/** The config while it is changed, with the path of its file. */
export interface Draft extends Config {
  readonly settings: Record<string, unknown>;
}

/**
 * Sets one setting.
 *
 * @throws AuthctlError `config_broken` where something else than an object stands on the way to it
 */
export function putSetting(
  { path, settings }: Draft,
  key: SettingKey,
  value: string | { readonly command: Command },
): void {
  let level = settings;
  const steps = stepsTo(key);
  for (const [index, step] of steps.entries()) {
    const next = own(level, step) ?? {};
    if (!isObject(next)) throw wrongAt(path, steps.slice(0, index + 1).join('.'), 'an object');
    const child = { ...next };
    put(level, step, child);
    level = child;
  }
  put(level, key.name, value);
}

/** Removes one setting, and the objects that it leaves empty. Says whether there was one. */
export function dropSetting({ settings }: Draft, key: SettingKey): boolean {
  return drop(settings, [...stepsTo(key), key.name]);
}

/** Adds accounts to the list of those that are in the keychain. */
export function addKeychainAccounts(draft: Draft, accounts: readonly string[]): void {
  draft.settings[accountsKey] = [...new Set([...keychainAccounts(draft), ...accounts])].sort();
}

/** Takes accounts off that list. */
export function dropKeychainAccounts(draft: Draft, accounts: readonly string[]): void {
  const left = keychainAccounts(draft).filter((account) => !accounts.includes(account));
  if (left.length > 0) draft.settings[accountsKey] = left;
  else delete draft.settings[accountsKey];
}

function drop(level: Record<string, unknown>, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined || !Object.hasOwn(level, step)) return false;
  if (rest.length > 0) {
    const next = own(level, step);
    if (!isObject(next)) return false;
    const child = { ...next };
    if (!drop(child, rest)) return false;
    if (Object.keys(child).length > 0) {
      put(level, step, child);
      return true;
    }
  }
  return delete level[step];
}

/** Plain assignment to a profile named `__proto__` would set something else than a property. */
function put(level: Record<string, unknown>, step: string, value: unknown): void {
  Object.defineProperty(level, step, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}
