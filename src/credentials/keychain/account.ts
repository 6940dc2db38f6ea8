/** The names of our entries in the OS keychain. */

/** `my-api/default/api_key@https://host`: a secret is stored for the origin it is meant for. */
export function keychainAccount(
  provider: string,
  profile: string,
  field: string,
  origin: string,
): string {
  return `${provider}/${profile}/${field}@${origin}`;
}

/** The origins for which a secret is stored, by the list of accounts that the config keeps. */
export function storedOrigins(
  accounts: readonly string[],
  provider: string,
  profile: string,
  field: string,
): string[] {
  const prefix = keychainAccount(provider, profile, field, '');
  return accounts.filter((a) => a.startsWith(prefix)).map((a) => a.slice(prefix.length));
}
