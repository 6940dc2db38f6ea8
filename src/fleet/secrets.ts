/** Reads the secrets of the shared store, when they are needed: its password, and the key that seals. */
import type { Clock } from '../clock.ts';
import { type Config, keychainAccounts } from '../config/document.ts';
import { storeProvider } from '../config/store-names.ts';
import { keychainAccount } from '../credentials/keychain/account.ts';
import type { Keychain } from '../credentials/keychain/keychain.ts';
import type { Environment } from '../credentials/sources/environment.ts';
import { decode } from '../credentials/sources/flag.ts';
import { AuthctlError } from '../errors.ts';
import { readNamed } from '../files/named.ts';
import type { Given, StoreSettings } from './settings.ts';

/** What reading depends on. */
export interface SecretsWorld {
  readonly env: Environment;
  readonly clock: Clock;
  readonly config: () => Config;
  readonly keychain: () => Promise<Keychain>;
  /** Receives every secret, before anything else is done with it. */
  readonly keepSecret: (secret: string) => void;
}

/** The longest that a file which is a pipe may take, in milliseconds. */
const fileTime = 5000;

/** The text of a value. @throws AuthctlError `usage`, `credential_command_failed` */
export async function readGiven(
  { env, clock, keepSecret }: Omit<SecretsWorld, 'config' | 'keychain'>,
  name: string,
  given: Given,
): Promise<string> {
  const value = 'value' in given ? given.value : await textOf({ env, clock }, name, given);
  keepSecret(value);
  return value;
}

async function textOf(
  { env, clock }: Pick<SecretsWorld, 'env' | 'clock'>,
  name: string,
  given: Exclude<Given, { value: string }>,
): Promise<string> {
  if ('command' in given) {
    const { runCredentialCommand } = await import('../config/command.ts');
    return runCredentialCommand(given.command, { key: given.from, env, clock });
  }
  const read = await readNamed(given.file, { clock, timeout: fileTime });
  if ('bytes' in read) return decode(name, given.from, read.bytes);
  const place = `${given.file}, ${name} from ${given.from}`;
  throw new AuthctlError('usage', `cannot read ${place}: ${read.problem}`);
}

/** The account of a store's password in the keychain: it is bound to the address. */
export function passwordAccount({ address }: Pick<StoreSettings, 'address'>): string {
  return keychainAccount(storeProvider, 'default', 'password', address.shown);
}

/**
 * The password: as given, else from the keychain, which is asked only for the store of the config.
 *
 * @throws AuthctlError as `readGiven`
 */
export async function readPassword(
  world: SecretsWorld,
  settings: StoreSettings,
): Promise<string | undefined> {
  if (settings.password) {
    const password = await readGiven(world, 'the password of the store', settings.password);
    // A variable can name any file, and what it has goes to the store.
    if (!/[\r\n]/.test(password)) return password;
    throw new AuthctlError(
      'usage',
      `the password of the store, from ${settings.password.from}, has a line break`,
    );
  }
  const account = passwordAccount(settings);
  const isListed = keychainAccounts(world.config()).includes(account);
  if (settings.variable !== undefined || !isListed) return undefined;
  const answer = await (await world.keychain()).get([account]);
  const secret = answer.value?.get(account);
  if (secret !== undefined) world.keepSecret(secret);
  return secret;
}
