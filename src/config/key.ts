/**
 * The keys of settings: `<provider>.<field>`, for one server `<provider>.servers.<origin>.<field>`, and
 * both in a profile, as `profiles.<profile>.<provider>.<field>`.
 */
import { AuthctlError, type Hint, hint, named } from '../errors.ts';

export interface SettingKey {
  /** Undefined for a setting outside of the profiles. */
  readonly profile?: string;
  readonly provider: string;
  /** The origin of the only server that the setting is for. */
  readonly server?: string;
  /** A field, `base_url` or `environment`. */
  readonly name: string;
}

/** The key as the user writes it. */
export function keyText(key: SettingKey): string {
  return [...stepsTo(key), key.name].join('.');
}

/** The names of the objects around a setting, outermost first. */
export function stepsTo({
  profile,
  provider,
  server,
}: Omit<SettingKey, 'name'>): readonly string[] {
  const above = profile === undefined ? [provider] : ['profiles', profile, provider];
  return server === undefined ? above : [...above, 'servers', server];
}

/**
 * The command that asks for a setting; where nobody can be asked, the help that names the other ways.
 *
 * @param secret whether the config may only hold a command that prints it
 */
export function settingHint(key: SettingKey, interactive: boolean, secret = false): Hint {
  if (!interactive) return hint`authctl help credentials`;
  return hint`authctl config set ${named(keyText(key))}${secret ? hint` --command` : hint``}`;
}

/** The command that stores the secrets of the key's provider in the keychain. */
export function credentialsSet({ provider, profile, server }: SettingKey): Hint {
  const command = hint`authctl credentials set ${named(provider)}`;
  const inProfile = profile === undefined ? command : hint`${command} --profile ${named(profile)}`;
  return server === undefined ? inProfile : hint`${inProfile} --base-url ${named(server)}`;
}

/**
 * Parses a key. Its last two parts are the provider and the field, which cannot contain dots; a
 * profile's name can.
 *
 * @throws AuthctlError `usage`
 */
export function parseKey(text: string): SettingKey {
  const match =
    /^(?:profiles\.([A-Za-z0-9._-]+)\.)?([^./]+)(?:\.servers\.(https?:\/\/[^/@?#\s]+))?\.([^./]+)$/.exec(
      text,
    );
  const [, profile, provider, server, name] = match ?? [];
  const isServer = server === undefined || URL.canParse(server);
  if (provider === undefined || name === undefined || !isServer) {
    throw new AuthctlError('usage', `${text} is not the name of a setting`, {
      hint: 'write <provider>.<field>, profiles.<profile>.<provider>.<field>, or for one server <provider>.servers.<origin>.<field>',
    });
  }
  return {
    ...(profile !== undefined && { profile }),
    provider,
    ...(server !== undefined && { server: new URL(server).origin }),
    name,
  };
}

/**
 * Parses a key. --profile applies to a key without a profile.
 *
 * @throws AuthctlError `usage`, also if the key names another profile than --profile
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
