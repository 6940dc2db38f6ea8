/** What a session is known by. Loads nothing: it is on the way to a token that is already there. */

/** Who logged in: the non-secret fields, or a fingerprint of the secret where there are none. */
export type Account =
  | { readonly fields: Readonly<Record<string, string>> }
  | { readonly fingerprint: string };

/** A session's identity. Two that differ in anything never see one another. */
export interface SessionKey {
  readonly provider: string;
  readonly profile: string;
  readonly baseUrl: string;
  readonly account: Account;
}

/** One text for one key, whatever the order of its fields. */
export function canonicalKey({ provider, profile, baseUrl, account }: SessionKey): string {
  return JSON.stringify([provider, profile, baseUrl, canonicalAccount(account)]);
}

/** Whether two keys are one. */
export function sameKey(a: SessionKey, b: SessionKey): boolean {
  return canonicalKey(a) === canonicalKey(b);
}

/** For people: `cid=123`, or the beginning of the fingerprint. */
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
