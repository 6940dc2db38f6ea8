/** Finds the credentials for a login in the order of precedence, limited to those that the server may get. */
import type { Command } from '../config/document.ts';
import type { Declaration, Field, Login } from '../declaration/declaration.ts';
import { findField, flagName } from '../declaration/names.ts';
import { requiredFields, spareFields } from '../declaration/uses.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Candidate, SourceKind } from './candidate.ts';
import { type Server, whyWithheld } from './gate.ts';
import { storedOrigins } from './keychain/account.ts';
import type { Keychain, KeychainAnswer, KeychainState } from './keychain/keychain.ts';
import { candidatesFor, type Sources } from './precedence.ts';
import type { Given } from './sources/flag.ts';
import type { Wanted } from './wanted.ts';

/** The value of a field, and its source. */
export interface Credential {
  readonly value: string;
  readonly kind: SourceKind;
  /** The source as shown to the user, such as `MY_API_KEY`. */
  readonly origin: string;
}

/** All credentials of one way to log in. */
export interface Credentials {
  readonly login: Login;
  readonly values: ReadonlyMap<string, Credential>;
  /** What the keychain said, if it was asked. */
  readonly keychain: KeychainState | undefined;
}

/** Where to look for credentials, and how. */
export interface Search {
  readonly declaration: Declaration;
  readonly server: Server;
  readonly sources: Sources;
  /** The accounts in the keychain, according to the config's list. */
  readonly keychainAccounts: readonly string[];
  /** Runs the command of a setting, and returns its output; `key` is the setting's key. */
  readonly runCommand: (command: Command, key: string) => Promise<string>;
  readonly keychain: () => Promise<Keychain>;
  /** Prompts the user; undefined if that is not allowed. */
  readonly ask: ((field: Field) => Promise<string>) | undefined;
  /** Receives every secret, before anything else is done with it. */
  readonly keepSecret: (secret: string) => void;
  /** Prints a line per field for -v, never a value. */
  readonly detail: (text: string) => void;
}

/**
 * Finds the credentials for a login.
 *
 * @throws AuthctlError `credential_missing`, naming every missing field; `usage` if flags of different
 *   ways to log in are mixed; `credential_command_failed`; `config_broken`
 */
export async function resolveCredentials(search: Search): Promise<Credentials> {
  const { chosen, values, keychain } = await resolveFields(search, waysToLogIn(search));
  return { login: chosen.login, values, keychain };
}

/**
 * Checks that the credentials for a login are there, without getting them.
 *
 * @throws AuthctlError `credential_missing`, `usage` and `config_broken`, as `resolveCredentials`
 */
export async function requireCredentials(search: Search): Promise<void> {
  await chooseFields(search, waysToLogIn(search));
}

function waysToLogIn({ declaration, sources }: Search) {
  return loginsForFlags(declaration, sources.given).map((login) => ({
    login,
    required: requiredFields(declaration, login),
    spare: spareFields(declaration, login),
  }));
}

/**
 * Finds the values of the first of several sets of fields that is complete.
 *
 * @param wanted at least one
 * @throws AuthctlError as `resolveCredentials`
 */
export async function resolveFields<W extends Wanted>(
  search: Search,
  wanted: readonly W[],
): Promise<{
  readonly chosen: W;
  readonly values: ReadonlyMap<string, Credential>;
  readonly keychain: KeychainState | undefined;
}> {
  const { chosen, found, answer, others } = await chooseFields(search, wanted);
  for (const { required } of others) {
    search.detail(`credentials for ${required.join(' and ')} were found too, and are not used`);
  }
  return { chosen, values: await readValues(search, chosen, found), keychain: answer?.state };
}

/** The set that is used, and the candidates for its fields. */
interface Chosen<W> {
  readonly chosen: W;
  readonly found: Found;
  /** The keychain's, if it was asked. */
  readonly answer: KeychainAnswer<unknown> | undefined;
  /** The other sets that are complete. */
  readonly others: readonly W[];
}

/**
 * Chooses the first set that is complete. No command is run, and nobody is prompted.
 *
 * @param wanted at least one
 * @throws AuthctlError `credential_missing`, `config_broken`
 */
async function chooseFields<W extends Wanted>(
  search: Search,
  wanted: readonly W[],
): Promise<Chosen<W>> {
  const { server } = search;
  const { found, withheld } = findCandidates(search);
  const has = (name: string) => (found.get(name)?.length ?? 0) > 0;
  const isComplete = ({ required }: Wanted) => required.every(has);

  let chosen = wanted.find(isComplete);
  let answer: KeychainAnswer<unknown> | undefined;
  if (!chosen || lacksStoredSpare(search, chosen, has)) {
    answer = await askKeychain(search, chosen ? [chosen] : wanted, found);
    chosen ??= wanted.find(isComplete);
  }
  const complete = chosen !== undefined;
  chosen ??= mostComplete(wanted, has);
  if (!complete && (!search.ask || server.chosenBy === 'session')) {
    const { missingCredentials } = await import('./missing.ts');
    throw missingCredentials({ ...search, wanted, chosen, has, answer, withheld });
  }
  const others = complete ? wanted.filter((other) => other !== chosen && isComplete(other)) : [];
  return { chosen, found, answer, others };
}

/** Whether the keychain has a secret that is used if it has a value, by the config's list. */
function lacksStoredSpare(
  { declaration, sources, server, keychainAccounts }: Search,
  { spare }: Wanted,
  has: (name: string) => boolean,
): boolean {
  const { provider, profile } = sources;
  return spare.some(
    (name) =>
      !has(name) &&
      findField(declaration, name)?.secret === true &&
      storedOrigins(keychainAccounts, provider, profile, name).includes(server.origin),
  );
}

/**
 * The ways to log in that have all fields given by flags.
 *
 * @throws AuthctlError `usage` if there is none
 */
export function loginsForFlags(
  declaration: Declaration,
  given: ReadonlyMap<string, Given>,
): readonly Login[] {
  const names = declaration.fields.map(({ name }) => name).filter((name) => given.has(name));
  const inLogins = new Set(declaration.login.flatMap(({ fields }) => fields));
  const logins = declaration.login.filter(({ fields }) =>
    names.every((name) => fields.includes(name) || !inLogins.has(name)),
  );
  if (logins.length > 0) return logins;
  throw new AuthctlError(
    'usage',
    `${names.map((name) => flagName(name)).join(' and ')} belong to different ways to log in`,
    {
      hint: hint`use one of: ${named(declaration.login.map(({ fields }) => fields.map((f) => flagName(f)).join(' with ')).join(', or '))}`,
    },
  );
}

/** The usable candidates of each field, in order of precedence. */
type Found = Map<string, readonly Candidate[]>;

/** Finds the candidates from flags, environment and config, except those withheld from the server. */
function findCandidates({ declaration, sources, server }: Search) {
  const withheld: string[] = [];
  const found: Found = new Map();
  for (const field of declaration.fields) {
    const usable = candidatesFor(sources, field).filter((candidate) => {
      const reason = whyWithheld(candidate, field, server);
      if (reason !== undefined) withheld.push(reason);
      return reason === undefined;
    });
    found.set(field.name, usable);
  }
  return { found, withheld };
}

/** Asks the keychain for the secrets that are missing, and adds them to `found`. */
async function askKeychain(
  { declaration, sources, server, keychain, detail }: Search,
  sets: readonly Wanted[],
  found: Found,
): Promise<KeychainAnswer<unknown> | undefined> {
  const wanted = declaration.fields
    .filter(({ name, secret, once }) => secret && !once && found.get(name)?.length === 0)
    .map(({ name }) => name)
    .filter((name) => sets.some(({ required, spare }) => [...required, ...spare].includes(name)));
  if (wanted.length === 0) return undefined;
  const { fromKeychain } = await import('./sources/keychain.ts');
  const { provider, profile } = sources;
  const { origin } = server;
  const query = { provider, profile, origin, fields: wanted };
  const { found: inKeychain, answer } = await fromKeychain(await keychain(), query);
  if (answer.state !== 'answered') {
    detail(`the keychain cannot be used: ${answer.reason ?? answer.state}`);
  }
  for (const [name, candidate] of inKeychain) found.set(name, [candidate]);
  return answer;
}

async function readValues(
  { declaration, runCommand, ask, keepSecret, detail }: Search,
  { required, spare }: Wanted,
  found: Found,
): Promise<ReadonlyMap<string, Credential>> {
  const values = new Map<string, Credential>();
  for (const field of declaration.fields) {
    const { name } = field;
    const [first, ...shadowed] = found.get(name) ?? [];
    if (!required.includes(name) && !(spare.includes(name) && first)) continue;
    const credential = first ? await read(first, runCommand) : await prompted(field, ask);
    if (field.secret) keepSecret(credential.value);
    const over = shadowed.map(({ origin }) => origin).join(', ');
    detail(`${name} comes from ${credential.origin}${over === '' ? '' : `, before ${over}`}`);
    values.set(name, credential);
  }
  return values;
}

async function read(candidate: Candidate, runCommand: Search['runCommand']): Promise<Credential> {
  const { kind, origin } = candidate;
  if ('value' in candidate) return { kind, origin, value: candidate.value };
  return { kind, origin, value: await runCommand(candidate.command, candidate.key) };
}

async function prompted(field: Field, ask: Search['ask']): Promise<Credential> {
  if (!ask) throw new Error('prompting is not possible');
  return { kind: 'prompt', origin: 'the prompt', value: await ask(field) };
}

/** The set with the most fields found; the first of several. */
function mostComplete<W extends Wanted>(sets: readonly W[], has: (name: string) => boolean): W {
  const count = ({ required }: Wanted) => required.filter(has).length;
  return sets.reduce((best, each) => (count(each) > count(best) ? each : best));
}
