/** Stores and removes entries in the OS keychain, and keeps the list of them in the config up to date. */
import type { Clock } from '../../clock.ts';
import { type Config, keychainAccounts } from '../../config/document.ts';
import { addKeychainAccounts, type Draft, dropKeychainAccounts } from '../../config/edit.ts';
import { updateConfig } from '../../config/write.ts';
import { fileVariable, variableName } from '../../declaration/names.ts';
import { AuthctlError, type Hint, hint } from '../../errors.ts';
import { keychainAccount } from './account.ts';
import type { Keychain, KeychainAnswer } from './keychain.ts';

/** What changing entries depends on. */
export interface EntriesWorld {
  readonly keychain: () => Promise<Keychain>;
  readonly config: () => Config;
  readonly configPath: () => string;
  readonly context: { readonly clock: Clock; readonly uid: number | undefined };
}

/**
 * Stores secrets by account, then updates the config: the list of accounts, and whatever `change` does.
 *
 * @throws AuthctlError `keychain`, `config_broken`
 */
export async function saveSecrets(
  { keychain, configPath, context }: EntriesWorld,
  secrets: ReadonlyMap<string, string>,
  change: (draft: Draft) => void,
): Promise<void> {
  if (secrets.size > 0) {
    const answer = await (await keychain()).set(secrets);
    if (answer.state !== 'answered') throw keychainFailed(answer, insteadOfKeychain);
  }
  await updateConfig(configPath(), context, (draft) => {
    if (secrets.size > 0) addKeychainAccounts(draft, [...secrets.keys()]);
    change(draft);
  });
}

/** The number of secrets that were removed, and of those that the keychain did not find. */
export interface DeletedSecrets {
  readonly removed: number;
  readonly notFound: number;
}

/**
 * Removes the secrets whose accounts begin with a prefix, and the accounts from the config's list.
 *
 * @throws AuthctlError `keychain`, `config_broken`
 */
export async function deleteSecrets(
  { keychain, config, configPath, context }: EntriesWorld,
  prefix: string,
): Promise<DeletedSecrets> {
  const accounts = keychainAccounts(config()).filter((each) => each.startsWith(prefix));
  if (accounts.length === 0) return { removed: 0, notFound: 0 };
  const answer = await (await keychain()).delete(accounts);
  if (answer.state !== 'answered') throw keychainFailed(answer);
  await updateConfig(configPath(), context, (draft) => dropKeychainAccounts(draft, accounts));
  const removed = answer.value?.size ?? 0;
  return { removed, notFound: accounts.length - removed };
}

/** The notice for secrets that the keychain did not find; undefined if it found all. */
export function notFoundNotice({ notFound }: DeletedSecrets): string | undefined {
  if (notFound === 0) return undefined;
  const secrets = notFound === 1 ? '1 secret was' : `${notFound} secrets were`;
  return `notice: ${secrets} not found: the keychain has no entry`;
}

/** What works without a keychain. */
export const insteadOfKeychain = hint`without a keychain, use variables, --…-stdin, --…-file, or a command in the config (authctl config set --command)`;

function keychainFailed({ state, reason }: KeychainAnswer<unknown>, advice?: Hint): AuthctlError {
  return new AuthctlError('keychain', `the keychain cannot be used: ${reason ?? state}`, {
    ...(advice !== undefined && { hint: advice }),
  });
}

/**
 * The error for secrets that cannot be stored, with what gives them instead; undefined if they can be. The
 * keychain is asked for them, so that nobody types in vain.
 *
 * @param names the fields, at least one
 */
export async function whyUnstorable(
  { keychain }: Pick<EntriesWorld, 'keychain'>,
  { provider, profile, names }: { provider: string; profile: string; names: readonly string[] },
): Promise<AuthctlError | undefined> {
  const [first] = names;
  if (first === undefined) return undefined;
  const answer = await (await keychain()).get([keychainAccount(provider, profile, first, '')]);
  if (answer.state === 'answered') return undefined;
  const { message } = keychainFailed(answer);
  const ways = names.map(
    (name) => `${name} as ${variableName(provider, name)} or ${fileVariable(provider, name)}`,
  );
  const what = `${message}; give ${ways.join(', ')}, or by a command in the config`;
  return new AuthctlError('keychain', what, { provider });
}
