/** Finds the stored session that a command means. */
import type { Account, SessionKey } from './key.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './store.ts';

/** What a command gives; what it leaves out is taken from the session written last. */
export interface Wanted {
  readonly provider: string;
  readonly profile: string;
  readonly baseUrl?: string;
  readonly account?: Account;
  /** Non-secret fields of an account that is not known whole: they must not contradict it. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** The session that is meant, if it is stored. */
export function findSession(
  store: Pick<SessionStore, 'latest' | 'read'>,
  wanted: Wanted,
): Session | undefined {
  const key = completeKey(store, wanted);
  return key && store.read(key);
}

/** The key of the session that is meant. */
export function completeKey(
  store: Pick<SessionStore, 'latest'>,
  wanted: Wanted,
): SessionKey | undefined {
  const { provider, profile, baseUrl, account, fields = {} } = wanted;
  if (baseUrl !== undefined && account) return { provider, profile, baseUrl, account };
  const latest = store.latest(provider, profile);
  // A file's name is only a place.
  if (latest?.provider !== provider || latest.profile !== profile) return undefined;
  const key = {
    provider,
    profile,
    baseUrl: baseUrl ?? latest.baseUrl,
    account: account ?? latest.account,
  };
  const named = Object.entries(fields);
  if (named.length === 0) return key;
  if (!('fields' in key.account)) return undefined;
  const known = new Map(Object.entries(key.account.fields));
  return named.every(([name, value]) => known.get(name) === value) ? key : undefined;
}
