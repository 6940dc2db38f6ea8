/** The key that identifies a session. Imports nothing, since the launcher uses it. */

/** Who logged in: the non-secret fields, or a fingerprint of the secret if there are none. */
export type Account =
  | { readonly fields: Readonly<Record<string, string>> }
  | { readonly fingerprint: string };

/** The identity of a session. Sessions that differ in any part are separate. */
export interface SessionKey {
  readonly provider: string;
  readonly profile: string;
  readonly baseUrl: string;
  readonly account: Account;
}

/** The canonical text of a key, regardless of the order of its fields. */
export function canonicalKey({ provider, profile, baseUrl, account }: SessionKey): string {
  return JSON.stringify([provider, profile, baseUrl, canonicalAccount(account)]);
}

/** Whether two keys are equal. */
export function sameKey(a: SessionKey, b: SessionKey): boolean {
  return canonicalKey(a) === canonicalKey(b);
}

/** The account as shown to the user: `cid=123`, or the beginning of the fingerprint. */
export function describeAccount(account: Account): string {
  if ('fingerprint' in account) return `key ${account.fingerprint.slice(0, 8)}`;
  return Object.entries(account.fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function canonicalAccount(account: Account): unknown {
  if ('fingerprint' in account) return account.fingerprint;
  return Object.entries(account.fields).sort(([a], [b]) => (a < b ? -1 : 1));
}
