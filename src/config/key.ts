/** The names of settings: `<provider>.<field>`, `profiles.<profile>.<provider>.<field>`. */
import { AuthctlError, type Hint, hint, named } from '../errors.ts';

/** A setting's place in the config. */
export interface SettingKey {
  /** Undefined: the provider's own level, which no profile stands above. */
  readonly profile?: string;
  readonly provider: string;
  /** A field, `base_url` or `environment`. */
  readonly name: string;
}

/** The key as it is written on the command line. */
export function keyText(key: SettingKey): string {
  return [...stepsTo(key), key.name].join('.');
}

/** The names of the objects that lead to a setting, outermost first. */
export function stepsTo({ profile, provider }: Omit<SettingKey, 'name'>): readonly string[] {
  return profile === undefined ? [provider] : ['profiles', profile, provider];
}

/** The command that stores the secrets of the key's provider where they belong. */
export function credentialsSet({ provider, profile }: SettingKey): Hint {
  const command = hint`authctl credentials set ${named(provider)}`;
  return profile === undefined ? command : hint`${command} --profile ${named(profile)}`;
}

/**
 * Reads a key. A profile's name may hold dots, a provider's and a field's cannot, so that the
 * last two parts are always these.
 *
 * @throws AuthctlError `usage`
 */
export function parseKey(text: string): SettingKey {
  const match = /^(?:profiles\.([A-Za-z0-9._-]+)\.)?([^.]+)\.([^.]+)$/.exec(text);
  const [, profile, provider, name] = match ?? [];
  if (provider === undefined || name === undefined) {
    throw new AuthctlError('usage', `no setting has the name ${text}`, {
      hint: 'name it as <provider>.<field> or profiles.<profile>.<provider>.<field>',
    });
  }
  return profile === undefined ? { provider, name } : { profile, provider, name };
}

/**
 * Reads a key, under the profile that the command line names.
 *
 * @throws AuthctlError `usage`, also where the key names another profile
 */
export function keyUnder(
  { profile, profileGiven }: { readonly profile: string; readonly profileGiven: boolean },
  text: string,
): SettingKey {
  const key = parseKey(text);
  if (!profileGiven) return key;
  if (key.profile !== undefined && key.profile !== profile) {
    throw new AuthctlError('usage', `--profile ${profile} and ${text} name different profiles`);
  }
  return { ...key, profile };
}
