/** Credentials from the OS keychain, each stored for one origin. */
import type { Candidate } from '../candidate.ts';
import { keychainAccount } from '../keychain/account.ts';
import type { Keychain, KeychainAnswer } from '../keychain/keychain.ts';

/** The entries to ask for. */
export interface KeychainQuery {
  readonly provider: string;
  readonly profile: string;
  /** The origin of the server that the secrets are sent to; entries for other origins are not used. */
  readonly origin: string;
  readonly fields: readonly string[];
}

/** The candidates by field, and the keychain's answer. */
export interface FoundInKeychain {
  readonly found: ReadonlyMap<string, Candidate>;
  readonly answer: KeychainAnswer<unknown>;
}

/** Asks the keychain for several fields in one call. An empty entry counts as missing. */
export async function fromKeychain(
  keychain: Keychain,
  { provider, profile, origin, fields }: KeychainQuery,
): Promise<FoundInKeychain> {
  const account = (field: string) => keychainAccount(provider, profile, field, origin);
  const answer = await keychain.get(fields.map(account));
  const found = fields.flatMap((field): [string, Candidate][] => {
    const value = answer.value?.get(account(field));
    return value ? [[field, { kind: 'keychain', origin: 'the keychain', value }]] : [];
  });
  return { found: new Map(found), answer };
}
