/** Which stored session a command means. */
import type { Outline } from '../declaration/outline.ts';
import type { Account, SessionKey } from './key.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';

/** What a command gives; what it leaves out is taken from the session written last, at its server if it names one. */
export interface Selector {
  readonly provider: string;
  readonly profile: string;
  readonly baseUrl?: string;
  readonly account?: Account;
  /** Non-secret fields of an account that is not known whole: they must not contradict it. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** The account that is meant: whole, as far as it is named, or by secrets that stand for it. */
export type NamedAccount =
  | { readonly account: Account }
  | { readonly fields: Readonly<Record<string, string>> }
  | { readonly secrets: readonly { readonly name: string; readonly value: string }[] };

/**
 * The account that the values at hand name.
 *
 * @param outline with the ways to log in that the command leaves open
 * @param lookUp what a source has for a field without asking a person or running anything
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
  for (const { fields: names } of login) {
    const open = names.filter((name) => !secret.has(name));
    const needed = open.length > 0 ? open : names;
    const values = pick(needed);
    if (values.length < needed.length) continue;
    return open.length > 0 ? { account: { fields: record(values) } } : { secrets: values };
  }
  return { fields: record(pick([...known.keys()].filter((name) => !secret.has(name)))) };
}

/** The session that is meant, if it is stored. */
export async function findSession(
  store: Pick<Store, 'latest' | 'read'>,
  selector: Selector,
): Promise<Session | undefined> {
  const key = await selectedKey(store, selector);
  return key && store.read(key);
}

/** The key of the session that is meant. */
export async function selectedKey(
  store: Pick<Store, 'latest'>,
  selector: Selector,
): Promise<SessionKey | undefined> {
  const { provider, profile, baseUrl } = selector;
  return wholeKey(selector) ?? completed(selector, await store.latest(provider, profile, baseUrl));
}

/** The key where the selector names all of it. */
export function wholeKey({ provider, profile, baseUrl, account }: Selector) {
  return baseUrl !== undefined && account ? { provider, profile, baseUrl, account } : undefined;
}

/**
 * The selector with what it leaves out taken from the session written last.
 *
 * @returns undefined where there is none, or where it contradicts the selector
 */
export function completed(
  { provider, profile, baseUrl, account, fields = {} }: Selector,
  latest: SessionKey | undefined,
): SessionKey | undefined {
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

function record(values: readonly { readonly name: string; readonly value: string }[]) {
  return Object.fromEntries(values.map(({ name, value }) => [name, value]));
}
