/** `authctl config set <key> <value>`: changes one setting, and keeps secrets out of the config. */
import { dropSetting, putSetting } from '../../config/edit.ts';
import { credentialsSet, keyText, keyUnder } from '../../config/key.ts';
import { commandFrom, findSetting, plainFrom } from '../../config/setting.ts';
import { updateConfig } from '../../config/write.ts';
import type { Declaration } from '../../declaration/declaration.ts';
import { AuthctlError } from '../../errors.ts';
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
      { provider: key.provider, hint: credentialsSet(key) },
    );
  }
  const value = command ? commandFrom(key, values) : plainFrom(declaration, key, values);
  // What would be refused when it is used is refused here.
  if (key.name === 'base_url' && typeof value === 'string') parseBaseUrl(value, { allowHttp });
  const rivals: Readonly<Record<string, string>> = {
    base_url: 'environment',
    environment: 'base_url',
  };
  const rival = rivals[key.name];
  const replaced = await updateConfig(run.configPath(), run.context, (draft) => {
    putSetting(draft, key, value);
    return rival !== undefined && dropSetting(draft, { ...key, name: rival });
  });
  if (replaced && rival !== undefined) {
    run.notices.notice(`removed ${keyText({ ...key, name: rival })}, which this replaces`);
  }
}
