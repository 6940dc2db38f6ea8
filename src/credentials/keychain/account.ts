/** The account names of authctl's entries in the OS keychain. */

/** The account of a secret, such as `my-api/default/api_key@https://host`. It is stored per origin. */
export function keychainAccount(
  provider: string,
  profile: string,
  field: string,
  origin: string,
): string {
  return `${provider}/${profile}/${field}@${origin}`;
}

/**
 * The name of an account's entry: Windows ignores case, so that the profiles `A` and `a` would share theirs.
 * An upper-case letter becomes a lower-case one after a `^`, which no account has.
 */
export function entryName(account: string): string {
  return account.replace(/[A-Z]/g, (letter) => `^${letter.toLowerCase()}`);
}

/** The origins that a secret is stored for, according to the config's list of accounts. */
export function storedOrigins(
  accounts: readonly string[],
  provider: string,
  profile: string,
  field: string,
): string[] {
  const prefix = keychainAccount(provider, profile, field, '');
  return accounts.filter((a) => a.startsWith(prefix)).map((a) => a.slice(prefix.length));
}
