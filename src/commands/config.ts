/** `authctl config`: reads and changes the settings of the config file, and keeps secrets out of it. */
import { broken, settingAt } from '../config/document.ts';
import { dropSetting, putSetting } from '../config/edit.ts';
import { credentialsSet, keyText, parseKey, type SettingKey } from '../config/key.ts';
import { listSettings } from '../config/list.ts';
import { readConfig, secretInClear } from '../config/read.ts';
import { commandFrom, findSetting, plainFrom } from '../config/setting.ts';
import { updateConfig } from '../config/write.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError } from '../errors.ts';
import { parseBaseUrl } from '../http/base-url.ts';
import type { Run } from '../run.ts';
import { printable, printableJson } from '../terminal/printable.ts';
import { configPath } from './target.ts';

/**
 * Prints one setting as the file has it; a command as JSON.
 *
 * @throws AuthctlError `setting_missing`, `usage`, `unknown_provider`, `config_broken`
 */
export async function configGet(
  run: Run,
  providers: readonly Declaration[],
  { key: text }: { readonly key: string },
): Promise<void> {
  const key = keyFor(run, text);
  const { secret } = findSetting(providers, key);
  const config = readConfig(configPath(run));
  const setting = settingAt(config, key);
  if (setting === undefined) throw notSet(key, secret);
  if (typeof setting !== 'string') return print(run, JSON.stringify(setting));
  if (secret) throw secretInClear(config, key);
  if (key.name === 'base_url' && setting.includes('@')) {
    throw broken(config.path, `holds a user name or password in ${keyText(key)}`, {
      hint: `authctl config set ${keyText(key)} https://…`,
    });
  }
  return print(run, setting);
}

/** What `config set` is given: one value, or with `command` a shell's line or a program and its arguments. */
export interface SetArguments {
  readonly key: string;
  readonly values: readonly string[];
  readonly command: boolean;
}

/**
 * Sets one setting. A base URL replaces an environment at the same place, and the other way round.
 *
 * @throws AuthctlError `usage`, `unknown_provider`, `base_url_refused`, `config_broken`
 */
export async function configSet(
  run: Run,
  providers: readonly Declaration[],
  { key: text, values, command }: SetArguments,
): Promise<void> {
  const key = keyFor(run, text);
  const { declaration, secret } = findSetting(providers, key);
  if (secret && !command) {
    throw new AuthctlError(
      'usage',
      `${keyText(key)} is a secret, which belongs in the keychain and not in the config`,
      { provider: key.provider, hint: credentialsSet(key) },
    );
  }
  const value = command ? commandFrom(key, values) : plainFrom(declaration, key, values);
  // Whether plain http is allowed is asked where it is used.
  if (key.name === 'base_url' && typeof value === 'string')
    parseBaseUrl(value, { allowHttp: true });
  const rivals: Readonly<Record<string, string>> = {
    base_url: 'environment',
    environment: 'base_url',
  };
  const rival = rivals[key.name];
  const replaced = await updateConfig(configPath(run), run.context.clock, (draft) => {
    putSetting(draft, key, value);
    return rival !== undefined && dropSetting(draft, { ...key, name: rival });
  });
  if (replaced && rival !== undefined) {
    run.notices.notice(`removed ${keyText({ ...key, name: rival })}, which this replaces`);
  }
}

/**
 * Removes one setting, also one that no provider knows.
 *
 * @throws AuthctlError `setting_missing`, `usage`, `unknown_provider`, `config_broken`
 */
export async function configUnset(
  run: Run,
  providers: readonly Declaration[],
  { key: text }: { readonly key: string },
): Promise<void> {
  const key = keyFor(run, text);
  await updateConfig(configPath(run), run.context.clock, (draft) => {
    if (dropSetting(draft, key)) return;
    const { secret } = findSetting(providers, key);
    throw notSet(key, secret);
  });
}

/**
 * Prints every setting, one `key=value` a line or one JSON object; with -p the profile's own.
 *
 * @throws AuthctlError `config_broken`
 */
export async function configList(
  run: Run,
  providers: readonly Declaration[],
  { json }: { readonly json: boolean },
): Promise<void> {
  const { profile, profileGiven } = run.options;
  const config = readConfig(configPath(run));
  const settings = listSettings(config, providers).filter(
    ({ key }) => !profileGiven || (key.profile ?? 'default') === profile,
  );
  for (const { key, problem } of settings) {
    if (problem !== undefined) run.notices.notice(`${keyText(key)} ${problem}`);
  }
  const shown = settings.map(({ key, shown }) => [keyText(key), shown] as const);
  if (json) {
    const text = JSON.stringify(Object.fromEntries(shown), undefined, 2);
    return run.context.stdout.write(`${printableJson(text)}\n`);
  }
  // A line is a setting, so a line break in a value may not look like another one.
  const lines = shown.map(([key, value]) => `${printable(`${key}=${value}`, Infinity)}\n`);
  await run.context.stdout.write(lines.join(''));
}

/** Prints where the config file is, or would be. */
export async function configPathCommand(run: Run): Promise<void> {
  await print(run, configPath(run));
}

/** The key, under the profile that -p names. */
function keyFor({ options: { profile, profileGiven } }: Run, text: string): SettingKey {
  const key = parseKey(text);
  if (!profileGiven) return key;
  if (key.profile !== undefined && key.profile !== profile) {
    throw new AuthctlError('usage', `--profile ${profile} and ${text} name different profiles`);
  }
  return { ...key, profile };
}

function notSet(key: SettingKey, secret: boolean): AuthctlError {
  return new AuthctlError('setting_missing', `${keyText(key)} is not set`, {
    provider: key.provider,
    hint: secret ? credentialsSet(key) : `authctl config set ${keyText(key)} <value>`,
  });
}

/** A program gets the text as it is; on a terminal it must not move the cursor. */
async function print({ context: { stdout } }: Run, text: string): Promise<void> {
  await stdout.write(`${stdout.isTTY ? printable(text, Infinity) : text}\n`);
}
