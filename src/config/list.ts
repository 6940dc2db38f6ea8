/** Lists the settings of the config, without secrets and without the text of commands. */
import type { Declaration } from '../declaration/declaration.ts';
import { findField } from '../declaration/names.ts';
import { type Config, isObject, type JsonObject, own, settingAt, wrongAt } from './document.ts';
import { type SettingKey, stepsTo } from './key.ts';
import { storeProvider } from './store-names.ts';
import { isSecretSetting, isStoreSetting } from './store-settings.ts';

export interface ListedSetting {
  readonly key: SettingKey;
  /** The value; `(command)` for a command, `***` for what may be a secret. */
  readonly shown: string;
  /** What is wrong with it, in words that follow the key. */
  readonly problem?: string;
}

/**
 * The settings in the order of the file, those of the profiles last.
 *
 * @throws AuthctlError `config_broken`
 */
export function listSettings(
  config: Config,
  providers: readonly Declaration[],
): readonly ListedSetting[] {
  const listed: ListedSetting[] = [];
  for (const key of settingKeys(config)) {
    const setting = settingAt(config, key);
    if (setting !== undefined) listed.push({ key, ...show(providers, key, setting) });
  }
  return listed;
}

function* settingKeys({ path, settings }: Config): Generator<SettingKey> {
  yield* levelKeys(path, settings);
  const profiles = own(settings, 'profiles') ?? {};
  if (!isObject(profiles)) throw wrongAt(path, 'profiles', 'an object');
  for (const [profile, level] of Object.entries(profiles)) {
    if (!isObject(level)) throw wrongAt(path, `profiles.${profile}`, 'an object');
    yield* levelKeys(path, level, profile);
  }
}

function* levelKeys(path: string, level: JsonObject, profile?: string): Generator<SettingKey> {
  for (const [provider, fields] of Object.entries(level)) {
    // Not a provider's name, such as $schema.
    if (!/^[a-z][a-z0-9-]*$/.test(provider)) continue;
    if (provider === 'profiles' && profile === undefined) continue;
    const above = profile === undefined ? { provider } : { profile, provider };
    if (!isObject(fields)) throw wrongAt(path, stepsTo(above).join('.'), 'an object');
    for (const name of Object.keys(fields)) {
      if (name === 'servers') yield* serverKeys(path, fields, above);
      else yield { ...above, name };
    }
  }
}

function* serverKeys(
  path: string,
  fields: JsonObject,
  above: Omit<SettingKey, 'name'>,
): Generator<SettingKey> {
  const at = [...stepsTo(above), 'servers'].join('.');
  const servers = own(fields, 'servers');
  if (!isObject(servers)) throw wrongAt(path, at, 'an object');
  for (const [server, own] of Object.entries(servers)) {
    if (!isObject(own)) throw wrongAt(path, `${at}.${server}`, 'an object');
    for (const name of Object.keys(own)) yield { ...above, server, name };
  }
}

function show(
  providers: readonly Declaration[],
  key: SettingKey,
  setting: ReturnType<typeof settingAt>,
): Omit<ListedSetting, 'key'> {
  if (key.provider === storeProvider && key.profile === undefined)
    return showStore(key.name, setting);
  const declaration = providers.find(({ name }) => name === key.provider);
  const field = declaration && findField(declaration, key.name);
  const server = declaration && (key.name === 'base_url' || key.name === 'environment');
  const problem = field || server ? undefined : 'is not a known setting';
  if (typeof setting !== 'string') {
    return { shown: '(command)', ...(problem !== undefined && { problem }) };
  }
  if (problem !== undefined) return { shown: '***', problem };
  if (field?.secret) return { shown: '***', problem: 'is a secret in plain text' };
  if (server && setting.includes('@')) {
    return { shown: '***', problem: 'may contain a user name or password' };
  }
  return { shown: setting };
}

function showStore(
  name: string,
  setting: ReturnType<typeof settingAt>,
): Omit<ListedSetting, 'key'> {
  const isKnown = isStoreSetting(name);
  const problem = isKnown ? undefined : 'is not a known setting';
  if (typeof setting !== 'string') {
    return { shown: '(command)', ...(problem !== undefined && { problem }) };
  }
  if (!isKnown) return { shown: '***', problem: 'is not a known setting' };
  if (isSecretSetting(name)) return { shown: '***', problem: 'is a secret in plain text' };
  // A password that is in the address.
  return { shown: setting.replace(/^([a-z+]+:\/\/[^/@]*?):[^/@]*@/, '$1:***@') };
}
