/**
 * Finds the credentials for a login: flag → environment → config → keychain → prompt, field by field.
 */
import type { Command } from '../config/document.ts';
import type { FoundSetting } from '../config/read.ts';
import type { Declaration, Field, Login } from '../declaration/declaration.ts';
import { flagName, variableName } from '../declaration/names.ts';
import { AuthctlError } from '../errors.ts';
import { keychainAccount } from './keychain/account.ts';
import type { Keychain, KeychainAnswer } from './keychain/keychain.ts';
import type { Given } from './sources/flag.ts';

/** Where a credential came from. */
export type SourceKind = 'flag' | 'environment' | 'config' | 'keychain' | 'prompt';

/** A field's value, with its source in words such as `MY_API_KEY`. */
export interface Credential {
  readonly value: string;
  readonly kind: SourceKind;
  readonly origin: string;
}

/** All that one way to log in needs. */
export interface Credentials {
  readonly login: Login;
  readonly values: ReadonlyMap<string, Credential>;
}

/** What the search needs of the world and of the command. */
export interface Search {
  readonly declaration: Declaration;
  readonly profile: string;
  /** Of the base URL: what a stored secret is bound to. */
  readonly origin: string;
  /** The variable that gave the base URL, if one did: then no command of the config is run. */
  readonly baseUrlVariable?: string;
  /**
   * The base URL, where nothing but the session written last names it. A file or a variable of long
   * ago may have put it there: only the keychain is asked, whose secrets are bound to a server.
   */
  readonly sessionUrl?: string;
  readonly given: ReadonlyMap<string, Given>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly setting: (field: Field) => FoundSetting | undefined;
  /** Runs the command of a setting, known by its key. */
  readonly runCommand: (command: Command, key: string) => Promise<string>;
  readonly keychain: () => Promise<Keychain>;
  /** The accounts that were stored in the keychain, by our own list. */
  readonly keychainAccounts: readonly string[];
  /** Asks a person; undefined where nobody may be asked. */
  readonly ask: ((field: Field) => Promise<string>) | undefined;
  /** Takes every secret found, before anything else is done with it. */
  readonly keepSecret: (secret: string) => void;
  /** For -v: one line a field, never a value. */
  readonly detail: (text: string) => void;
}

interface Candidate {
  readonly kind: SourceKind;
  readonly origin: string;
  readonly read: () => string | Promise<string>;
}

/**
 * @throws AuthctlError `credential_missing`, naming every missing field; `usage` where flags of two
 *   ways to log in are mixed; `credential_command_failed`
 */
export async function resolveCredentials(search: Search): Promise<Credentials> {
  const { declaration, given, detail } = search;
  const logins = loginsForFlags(declaration, given);
  const blocked: string[] = [];
  const found = new Map<string, readonly Candidate[]>();
  for (const field of declaration.fields) found.set(field.name, candidates(search, field, blocked));
  const has = (name: string) => (found.get(name)?.length ?? 0) > 0;

  let login = logins.find(({ fields }) => fields.every(has));
  let answer: KeychainAnswer<ReadonlyMap<string, string>> | undefined;
  if (!login) {
    const secrets = declaration.fields.filter(
      ({ name, secret }) =>
        secret && !has(name) && logins.some(({ fields }) => fields.includes(name)),
    );
    answer = await askKeychain(search, secrets);
    for (const { name } of secrets) {
      const value = answer.value?.get(accountOf(search, name));
      if (value === undefined || value === '') continue;
      found.set(name, [{ kind: 'keychain', origin: 'the keychain', read: () => value }]);
    }
    login = logins.find(({ fields }) => fields.every(has));
  }
  const complete = login !== undefined;
  login ??= closest(logins, has);
  if (!complete && (!search.ask || search.sessionUrl !== undefined))
    throw (await import('./missing.ts')).missing(search, logins, login, has, answer, blocked);
  for (const other of logins) {
    if (other === login || !complete || !other.fields.every(has)) continue;
    detail(`credentials for ${other.fields.join(' and ')} are there too, and not used`);
  }

  const values = new Map<string, Credential>();
  for (const name of login.fields) {
    const field = declaration.fields.find((each) => each.name === name);
    if (!field) throw new Error(`a login of ${declaration.name} needs the unknown field ${name}`);
    const [first, ...shadowed] = found.get(name) ?? [];
    const credential = first
      ? { value: await first.read(), kind: first.kind, origin: first.origin }
      : { value: await askFor(search, field), kind: 'prompt' as const, origin: 'the prompt' };
    if (field.secret) search.keepSecret(credential.value);
    const over = shadowed.map(({ origin }) => origin).join(', ');
    detail(`${name} comes from ${credential.origin}${over === '' ? '' : `, before ${over}`}`);
    values.set(name, credential);
  }
  return { login, values };
}

/**
 * The ways to log in that the flags leave: they say which one is meant.
 *
 * @throws AuthctlError `usage` where they mean two
 */
export function loginsForFlags(
  declaration: Declaration,
  given: ReadonlyMap<string, Given>,
): readonly Login[] {
  const names = declaration.fields.map(({ name }) => name).filter((name) => given.has(name));
  const logins = declaration.login.filter(({ fields }) => names.every((n) => fields.includes(n)));
  if (logins.length > 0) return logins;
  throw new AuthctlError(
    'usage',
    `${names.map((name) => flagName(name)).join(' and ')} belong to different ways to log in`,
    {
      hint: `use one of: ${declaration.login.map(({ fields }) => fields.map((f) => flagName(f)).join(' with ')).join(', or ')}`,
    },
  );
}

/** The sources that can be looked at without asking anybody, first found first. */
function candidates(search: Search, field: Field, blocked: string[]): Candidate[] {
  const { declaration, given, env, setting, runCommand, baseUrlVariable, sessionUrl } = search;
  const list: Candidate[] = [];
  const flag = given.get(field.name);
  if (flag) list.push({ kind: 'flag', origin: flag.origin, read: () => flag.value });
  const variable = variableName(declaration.name, field.name);
  const fromEnv = env[variable];
  if (fromEnv) list.push({ kind: 'environment', origin: variable, read: () => fromEnv });
  const configured = setting(field);
  if (configured && 'value' in configured) {
    const { value } = configured;
    list.push({ kind: 'config', origin: 'the config', read: () => value });
  } else if (configured) {
    if (field.secret && baseUrlVariable !== undefined) {
      blocked.push(
        `the config's command for ${field.name} is not run while ${baseUrlVariable} says where it would go`,
      );
    } else {
      const origin = "the config's command";
      list.push({
        kind: 'config',
        origin,
        read: () => runCommand(configured.command, configured.key),
      });
    }
  }
  if (!field.secret || sessionUrl === undefined) return list;
  for (const { origin } of list) {
    blocked.push(`${origin} is not sent to ${sessionUrl}, which only the last session names`);
  }
  return [];
}

async function askKeychain(
  search: Search,
  fields: readonly Field[],
): Promise<KeychainAnswer<ReadonlyMap<string, string>>> {
  if (fields.length === 0) return { state: 'answered', value: new Map() };
  const answer = await (await search.keychain()).get(
    fields.map(({ name }) => accountOf(search, name)),
  );
  if (answer.state !== 'answered') {
    search.detail(`the keychain gave nothing: ${answer.reason ?? answer.state}`);
  }
  return answer;
}

function accountOf({ declaration, profile, origin }: Search, field: string): string {
  return keychainAccount(declaration.name, profile, field, origin);
}

async function askFor(search: Search, field: Field): Promise<string> {
  if (!search.ask) throw new Error('nobody can be asked');
  const value = await search.ask(field);
  if (value === '') throw new AuthctlError('credential_missing', `no ${field.name} was entered`);
  return value;
}

/** The way to log in of which the most is there; of equals the first declared. */
function closest(logins: readonly Login[], has: (name: string) => boolean): Login {
  const there = (login: Login) => login.fields.filter(has).length;
  return logins.reduce((best, login) => (there(login) > there(best) ? login : best));
}
