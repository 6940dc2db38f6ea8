/** `authctl config set <key> <value>`: changes one setting, and keeps secrets out of the config. */
import { dropSetting, putSetting } from '../../config/edit.ts';
import {
  credentialsSet,
  keyText,
  keyUnder,
  type SettingKey,
  settingHint,
} from '../../config/key.ts';
import { commandFrom, findSetting, plainFrom } from '../../config/setting.ts';
import { storeProvider } from '../../config/store-names.ts';
import { updateConfig } from '../../config/write.ts';
import { whyUnstorable } from '../../credentials/keychain/entries.ts';
import type { Declaration } from '../../declaration/declaration.ts';
import { AuthctlError, type Hint } from '../../errors.ts';
import { requireStoreValue } from '../../fleet/settings.ts';
import { parseBaseUrl } from '../../http/base-url.ts';
import type { Run } from '../../run.ts';

/** The arguments: one value, or with `command` a shell command line or a program and its arguments. */
export interface SetArguments {
  readonly key: string;
  readonly values: readonly string[];
  readonly command: boolean;
  /** Whether a base URL may be plain http to another machine. */
  readonly allowHttp: boolean;
}

/**
 * Changes one setting. A base URL replaces an environment of the same provider and profile, and vice versa.
 *
 * @throws AuthctlError `usage`, `unknown_provider`, `base_url_refused`, `config_broken`
 */
export async function configSet(
  run: Run,
  providers: readonly Declaration[],
  { key: text, values, command, allowHttp }: SetArguments,
): Promise<void> {
  const key = keyUnder(run, text);
  const { declaration, secret } = findSetting(providers, key);
  if (secret && !command) {
    throw new AuthctlError(
      'usage',
      `${keyText(key)} is a secret, which belongs in the keychain and not in the config`,
      { provider: key.provider, hint: await secretHint(run, key) },
    );
  }
  const given = values.length > 0 ? values : [await askValue(run, key, command)];
  const value = command ? commandFrom(key, given) : plainFrom(run, declaration, key, given);
  if (key.name === 'base_url' && typeof value === 'string') {
    // What would be refused when it is used is refused here.
    const { origin } = parseBaseUrl(value, { allowHttp });
    if (key.server !== undefined && key.server !== origin) {
      throw new AuthctlError('usage', `${keyText(key)} takes a URL of ${key.server}`);
    }
  }
  if (key.provider === storeProvider && typeof value === 'string') {
    // What would be refused when it is used is refused here.
    requireStoreValue(key.name, value, { allowHttp });
  }
  const rivals: Readonly<Record<string, string>> = {
    base_url: 'environment',
    environment: 'base_url',
  };
  const rival = key.server === undefined ? rivals[key.name] : undefined;
  const replaced = await updateConfig(run.configPath(), run.context, (draft) => {
    putSetting(draft, key, value);
    return rival !== undefined && dropSetting(draft, { ...key, name: rival });
  });
  if (replaced && rival !== undefined) {
    run.notices.notice(`removed ${keyText({ ...key, name: rival })}, which this replaces`);
  }
}

/** The command that stores a secret: in the keychain, or if that cannot be used, as a command. */
async function secretHint(run: Run, key: SettingKey): Promise<Hint> {
  const { provider, profile = 'default', name } = key;
  if (provider === storeProvider) return settingHint(key, run.interactive, true);
  const cannot = await whyUnstorable(run, { provider, profile, names: [name] });
  return cannot ? settingHint(key, run.interactive, true) : credentialsSet(key);
}

/** @throws AuthctlError `setting_missing` where nobody can be asked */
async function askValue(
  { context, interactive }: Run,
  key: SettingKey,
  command: boolean,
): Promise<string> {
  const what = command ? 'a command that prints it' : 'a value';
  if (!interactive) {
    throw new AuthctlError('setting_missing', `${keyText(key)} needs ${what}`, {
      provider: key.provider,
      hint: 'authctl config set --help',
    });
  }
  return context.prompt.ask(`${keyText(key)}${command ? ', the command that prints it' : ''}: `, {
    secret: false,
  });
}
