/** `authctl config get <key>`: prints one setting. */
import { broken, settingAt } from '../../config/document.ts';
import { keyText, keyUnder, settingHint } from '../../config/key.ts';
import { secretInClear } from '../../config/read.ts';
import { findSetting, notSet } from '../../config/setting.ts';
import { readTrustedConfig } from '../../config/trust.ts';
import type { Declaration } from '../../declaration/declaration.ts';
import type { Run } from '../../run.ts';
import { printValue } from '../../terminal/printable.ts';

/**
 * Prints the value of a setting; a command as JSON.
 *
 * @throws AuthctlError `setting_missing`, `usage`, `unknown_provider`, `config_broken`
 */
export async function configGet(
  run: Run,
  providers: readonly Declaration[],
  { key: text }: { readonly key: string },
): Promise<void> {
  const key = keyUnder(run, text);
  const { secret } = findSetting(providers, key);
  const config = readTrustedConfig(run.configPath(), run.context.uid);
  const setting = settingAt(config, key);
  if (setting === undefined) throw notSet(run, config, 'get', { key, secret });
  if (typeof setting !== 'string') return printValue(run.context.stdout, JSON.stringify(setting));
  if (secret) throw secretInClear(config, key);
  if (key.name === 'base_url' && setting.includes('@')) {
    throw broken(config.path, `may contain a user name or password in ${keyText(key)}`, {
      hint: settingHint(key, run.interactive),
    });
  }
  return printValue(run.context.stdout, setting);
}
