/** Selects the stored session that a command refers to. */
import type { Outline } from '../declaration/outline.ts';
import type { Account, SessionKey } from './key.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';

/**
 * What a command says about its session; the rest is taken from the profile's current session, at the
 * server that it names, if it names one.
 */
export interface Selector {
  readonly provider: string;
  readonly profile: string;
  readonly baseUrl?: string;
  readonly account?: Account;
  /** The known fields of an account that is only partly known; the session's account must match them. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** What a command says about its account: all of it, some of its fields, or the secrets that identify it. */
export type NamedAccount =
  | { readonly account: Account }
  | { readonly fields: Readonly<Record<string, string>> }
  | { readonly secrets: readonly { readonly name: string; readonly value: string }[] };

/**
 * The account according to the values that are available.
 *
 * @param outline with the ways to log in that are possible
 * @param lookUp returns the value of a field, without prompting or running a command
 */
export function namedAccount(
  { fields, login }: Pick<Outline, 'fields' | 'login'>,
  lookUp: (field: Outline['fields'][number]) => string | undefined,
): NamedAccount {
  const secret = new Set(fields.filter((field) => field.secret).map(({ name }) => name));
  const known = new Map<string, string>();
  for (const field of fields) {
    const value = lookUp(field);
    if (value !== undefined) known.set(field.name, value);
  }
  const pick = (names: readonly string[]) =>
    names.flatMap((name) => {
      const value = known.get(name);
      return value === undefined ? [] : [{ name, value }];
    });
  for (const { fields: names, spare = [] } of login) {
    const isOpen = ({ name }: { readonly name: string }) => !secret.has(name);
    const more = pick(spare);
    const open = [...pick(names), ...more].filter(isOpen);
    const openNames = names.filter((name) => !secret.has(name));
    const needed = open.length > 0 || openNames.length > 0 ? openNames : names;
    if (pick(needed).length < needed.length) continue;
    if (open.length === 0) return { secrets: [...pick(names), ...more] };
    return { account: { fields: record(open) } };
  }
  return { fields: record(pick([...known.keys()].filter((name) => !secret.has(name)))) };
}

/** The selected session, if it is stored. */
export async function findSession(
  store: Pick<Store, 'latest' | 'read'>,
  selector: Selector,
): Promise<Session | undefined> {
  const key = await selectedKey(store, selector);
  return key && store.read(key);
}

/** The key of the selected session; undefined if the selector is partial and no stored session matches it. */
export async function selectedKey(
  store: Pick<Store, 'latest'>,
  selector: Selector,
): Promise<SessionKey | undefined> {
  const { provider, profile, baseUrl } = selector;
  return wholeKey(selector) ?? completed(selector, await store.latest(provider, profile, baseUrl));
}

/** The key, if the selector is complete. */
export function wholeKey({ provider, profile, baseUrl, account }: Selector) {
  return baseUrl !== undefined && account ? { provider, profile, baseUrl, account } : undefined;
}

/**
 * The selector, completed from the profile's current session.
 *
 * @returns undefined if there is no current session, or it does not match the selector
 */
export function completed(
  { provider, profile, baseUrl, account, fields = {} }: Selector,
  latest: SessionKey | undefined,
): SessionKey | undefined {
  // A file's name is only a location: the content says whose pointer it is.
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

function record(values: readonly { readonly name: string; readonly value: string }[]) {
  return Object.fromEntries(values.map(({ name, value }) => [name, value]));
}
