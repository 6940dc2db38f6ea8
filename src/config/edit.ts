/** Changes a draft of the config. */
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

/** A mutable config. */
export interface Draft extends Config {
  readonly settings: Record<string, unknown>;
}

/**
 * Sets one setting.
 *
 * @throws AuthctlError `config_broken` if a value on the way to the setting is not an object
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

/** Removes one setting, and objects that become empty. @returns whether the setting existed */
export function dropSetting({ settings }: Draft, key: SettingKey): boolean {
  return drop(settings, [...stepsTo(key), key.name]);
}

/** Adds accounts to the list of those in the keychain. */
export function addKeychainAccounts(draft: Draft, accounts: readonly string[]): void {
  draft.settings[accountsKey] = [...new Set([...keychainAccounts(draft), ...accounts])].sort();
}

/** Removes accounts from that list. */
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

/** Defines a property: an assignment to `__proto__` would set the prototype. */
function put(level: Record<string, unknown>, step: string, value: unknown): void {
  Object.defineProperty(level, step, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}
