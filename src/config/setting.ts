/** Checks the keys and values of settings. */

import type { Declaration } from '../declaration/declaration.ts';
import { findField } from '../declaration/names.ts';
import { didYouMean, nearest } from '../declaration/nearest.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import { type Command, type Config, levelAt, settingAt } from './document.ts';
import { keyText, type SettingKey, settingHint, stepsTo } from './key.ts';
import { storeProvider } from './store-names.ts';
import { isSecretSetting, isStoreSetting, storeSettings } from './store-settings.ts';

/** A setting that there is. */
export interface KnownSetting {
  /** Its provider; undefined for a setting of the shared store. */
  readonly declaration?: Declaration;
  /** Whether it is a secret. */
  readonly secret: boolean;
}

/**
 * The provider of a setting, and whether the setting is a secret.
 *
 * @throws AuthctlError `unknown_provider`, `usage`
 */
export function findSetting(providers: readonly Declaration[], key: SettingKey): KnownSetting {
  if (key.provider === storeProvider) return findStoreSetting(key);
  const { provider, server, name } = key;
  const declaration = providers.find((each) => each.name === provider);
  if (!declaration) {
    throw new AuthctlError(
      'unknown_provider',
      `there is no provider ${provider}${meant(
        provider,
        providers.map((each) => each.name),
      )}`,
      {
        hint: hint`the providers are ${named(...providers.map((each) => each.name))}`,
      },
    );
  }
  if (name === 'base_url' || (name === 'environment' && server === undefined)) {
    return { declaration, secret: false };
  }
  const field = findField(declaration, name);
  if (field?.once) {
    throw new AuthctlError('usage', `${name} is a one-time code, which is never stored`);
  }
  if (field) return { declaration, secret: field.secret };
  const names = [...declaration.fields.map((each) => each.name), 'base_url', 'environment'];
  throw new AuthctlError('usage', `${provider} has no setting ${name}${meant(name, names)}`, {
    provider,
    hint: hint`it has ${named(...names)}`,
  });
}

/** @throws AuthctlError `usage` */
function findStoreSetting({ profile, server, name }: SettingKey): KnownSetting {
  if (profile !== undefined || server !== undefined) {
    throw new AuthctlError('usage', 'the shared store is the same for all profiles and servers', {
      hint: 'write store.<name>',
    });
  }
  if (isStoreSetting(name)) return { secret: isSecretSetting(name) };
  const names = Object.keys(storeSettings);
  throw new AuthctlError('usage', `the shared store has no setting ${name}${meant(name, names)}`, {
    hint: hint`it has ${named(...names)}`,
  });
}

/**
 * The value of a setting that is not a command. The caller checks base URLs.
 *
 * @throws AuthctlError `usage`
 */
export function plainFrom(
  { interactive }: { readonly interactive: boolean },
  declaration: Declaration | undefined,
  key: SettingKey,
  values: readonly string[],
): string {
  const [value, extra] = values;
  if (value === undefined || extra !== undefined) {
    throw new AuthctlError('usage', `${keyText(key)} takes one value`, {
      hint: 'put quotes around a value with spaces',
    });
  }
  if (value === '') {
    throw new AuthctlError('usage', `the value of ${keyText(key)} is empty`, {
      hint: hint`authctl config unset ${named(keyText(key))}`,
    });
  }
  if (key.name === 'environment' && declaration) {
    const names = declaration.environments?.map(({ name }) => name) ?? [];
    if (!names.includes(value)) {
      throw new AuthctlError(
        'usage',
        `${declaration.name} has no environment ${value}${meant(value, names)}`,
        {
          provider: declaration.name,
          hint:
            names.length > 0
              ? hint`it has ${named(...names)}`
              : settingHint({ ...key, name: 'base_url' }, interactive),
        },
      );
    }
  }
  return value;
}

/**
 * A command: one value is a command line for a shell, several are a program and its arguments.
 *
 * @throws AuthctlError `usage`
 */
export function commandFrom(
  key: SettingKey,
  values: readonly string[],
): { readonly command: Command } {
  const isPlain =
    key.provider === storeProvider
      ? isStoreSetting(key.name) && !isSecretSetting(key.name)
      : key.name === 'base_url' || key.name === 'environment';
  if (isPlain) throw new AuthctlError('usage', `${keyText(key)} cannot be a command`);
  const [first = '', ...rest] = values;
  if (first.trim() === '')
    throw new AuthctlError('usage', `the command of ${keyText(key)} is empty`);
  return { command: rest.length === 0 ? first : [first, ...rest] };
}

function meant(word: string, known: readonly string[]): string {
  return didYouMean(nearest(word, known));
}

/**
 * The error for a missing setting; where there is one for a single server, the hint names that.
 *
 * @param command what it is wanted for
 */
export function notSet(
  { interactive }: { readonly interactive: boolean },
  config: Config,
  command: 'get' | 'unset',
  { key, secret }: { readonly key: SettingKey; readonly secret: boolean },
): AuthctlError {
  const server = Object.keys(levelAt(config, [...stepsTo(key), 'servers']) ?? {}).find(
    (origin) => settingAt(config, { ...key, server: origin }) !== undefined,
  );
  const own = { ...key, ...(server !== undefined && { server }) };
  return new AuthctlError('setting_missing', `${keyText(key)} is not set`, {
    provider: key.provider,
    hint:
      server === undefined
        ? settingHint(key, interactive, secret)
        : hint`authctl config ${command === 'get' ? hint`get` : hint`unset`} ${named(keyText(own))}`,
  });
}
