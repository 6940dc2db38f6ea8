/** Stores credentials: secrets in the OS keychain, other fields in the config. */
import { dropSetting, putSetting } from '../config/edit.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { findField } from '../declaration/names.ts';
import { keychainAccount } from './keychain/account.ts';
import { type EntriesWorld, saveSecrets } from './keychain/entries.ts';

/** The credentials of one server. */
export interface ToKeep {
  readonly declaration: Declaration;
  readonly profile: string;
  /** The server's. */
  readonly origin: string;
  /** By field. */
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Stores them.
 *
 * @returns what was stored, in words that follow "stored"
 * @throws AuthctlError `keychain`, `config_broken`
 */
export async function keepCredentials(
  world: EntriesWorld,
  { declaration, profile, origin, values }: ToKeep,
): Promise<string> {
  const provider = declaration.name;
  const isSecret = (name: string) => findField(declaration, name)?.secret === true;
  const entries = [...values]
    .filter(([name]) => isSecret(name))
    .map(([name, value]): [string, string] => [
      keychainAccount(provider, profile, name, origin),
      value,
    ]);
  await saveSecrets(world, new Map(entries), (draft) => {
    for (const [name, value] of values) {
      const key = { profile, provider, name };
      // The default profile's values are stored with the provider: one in the profile would win.
      if (profile === 'default') dropSetting(draft, key);
      if (!isSecret(name))
        putSetting(draft, profile === 'default' ? { provider, name } : key, value);
    }
  });
  const where = entries.length > 0 ? `, for ${origin}` : '';
  return `${[...values.keys()].join(', ')} of ${provider} in the profile ${profile}${where}`;
}
