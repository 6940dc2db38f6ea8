/** Finds the profiles that the config knows. */
import { type Config, isObject, keychainAccounts, own } from './document.ts';

/** A provider that has something in a profile, and where. */
export interface ProfileUse {
  readonly profile: string;
  readonly provider: string;
  readonly source: 'config' | 'keychain';
}

/** Settings beside those of the providers, whose names no provider may have. */
const others: readonly string[] = ['profiles', 'store'];

/**
 * What the config has of profiles: settings, of which those outside of the profiles are the default
 * one's, and the list of the keychain's accounts.
 */
export function profileUses(config: Config): readonly ProfileUse[] {
  const uses: ProfileUse[] = [];
  const levels: (readonly [profile: string, level: unknown])[] = [['default', config.settings]];
  const profiles = own(config.settings, 'profiles');
  if (isObject(profiles)) levels.push(...Object.entries(profiles));
  for (const [profile, level] of levels) {
    if (!isObject(level)) continue;
    for (const [provider, settings] of Object.entries(level)) {
      const isProvider = /^[a-z][a-z0-9-]*$/.test(provider) && isObject(settings);
      if (!isProvider || (level === config.settings && others.includes(provider))) continue;
      uses.push({ profile, provider, source: 'config' });
    }
  }
  for (const account of keychainAccounts(config)) {
    // <provider>/<profile>/<field>@<origin>
    const [provider, profile] = account.split('/');
    if (provider && profile) uses.push({ profile, provider, source: 'keychain' });
  }
  return uses;
}
