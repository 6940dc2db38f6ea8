/** Our entries in the OS keychain, and the list of them that the config keeps: no keychain lists its own. */
import type { Clock } from '../../clock.ts';
import { type Config, keychainAccounts } from '../../config/document.ts';
import { addKeychainAccounts, type Draft, dropKeychainAccounts } from '../../config/edit.ts';
import { updateConfig } from '../../config/write.ts';
import { AuthctlError } from '../../errors.ts';
import type { Keychain } from './keychain.ts';

/** What is needed to change entries. */
export interface EntriesWorld {
  readonly keychain: () => Promise<Keychain>;
  readonly config: () => Config;
  readonly configPath: () => string;
  readonly context: { readonly clock: Clock; readonly uid: number | undefined };
}

/**
 * Stores secrets by account, then changes the config: first the list, then what `change` does.
 *
 * @throws AuthctlError `keychain`, `config_broken`
 */
export async function keepSecrets(
  { keychain, configPath, context }: EntriesWorld,
  secrets: ReadonlyMap<string, string>,
  change: (draft: Draft) => void,
): Promise<void> {
  if (secrets.size > 0) {
    const answer = await (await keychain()).set(secrets);
    if (answer.state !== 'answered') throw keychainFailed(answer.reason ?? answer.state);
  }
  await updateConfig(configPath(), context, (draft) => {
    if (secrets.size > 0) addKeychainAccounts(draft, [...secrets.keys()]);
    change(draft);
  });
}

/**
 * Removes the secrets whose accounts begin in some way.
 *
 * @returns how many there were
 * @throws AuthctlError `keychain`, `config_broken`
 */
export async function forgetSecrets(
  { keychain, config, configPath, context }: EntriesWorld,
  prefix: string,
): Promise<number> {
  const accounts = keychainAccounts(config()).filter((each) => each.startsWith(prefix));
  if (accounts.length === 0) return 0;
  const answer = await (await keychain()).delete(accounts);
  if (answer.state !== 'answered') throw keychainFailed(answer.reason ?? answer.state);
  await updateConfig(configPath(), context, (draft) => dropKeychainAccounts(draft, accounts));
  return accounts.length;
}

function keychainFailed(reason: string): AuthctlError {
  return new AuthctlError('keychain', `the keychain cannot be used: ${reason}`, {
    hint: 'without a keychain, use variables, --…-stdin, --…-file, or a command in the config (authctl config set --command)',
  });
}
