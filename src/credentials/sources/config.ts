/** Credentials from the config: a value, or a command that prints it. */
import type { Config } from '../../config/document.ts';
import { fieldSetting, type SettingServer } from '../../config/read.ts';
import type { Candidate } from '../candidate.ts';

/**
 * The config's candidate for a field.
 *
 * @throws AuthctlError `config_broken`
 */
export function fromConfig(
  config: Config,
  provider: string,
  profile: string,
  field: { readonly name: string; readonly secret: boolean },
  server?: SettingServer,
): Candidate | undefined {
  const setting = fieldSetting(config, provider, profile, field, server);
  if (!setting) return undefined;
  if ('value' in setting) return { kind: 'config', origin: 'the config', value: setting.value };
  const { command, key } = setting;
  return { kind: 'config', origin: "the config's command", command, key };
}
