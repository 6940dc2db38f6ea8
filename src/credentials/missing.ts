/** The error for missing credentials: the fields, how to give them, and why they were not found. */
import { keyText } from '../config/key.ts';
import { fieldSetting } from '../config/read.ts';
import type { Declaration, Field } from '../declaration/declaration.ts';
import { fileVariable, findField, flagName, variableName } from '../declaration/names.ts';
import { privateKeyFields } from '../declaration/uses.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Server } from './gate.ts';
import { hintCommand } from './hint.ts';
import { storedOrigins } from './keychain/account.ts';
import type { KeychainAnswer, KeychainState } from './keychain/keychain.ts';
import { candidatesFor, type Sources } from './precedence.ts';
import type { Environment } from './sources/environment.ts';
import type { Wanted } from './wanted.ts';

/** A search for credentials that did not find all of them. */
export interface FailedSearch {
  readonly declaration: Declaration;
  readonly sources: Sources;
  readonly server: Server;
  /** The sets of fields that would do. */
  readonly wanted: readonly Wanted[];
  /** The one of them that is reported first. */
  readonly chosen: Wanted;
  /** Whether a field was found. */
  readonly has: (name: string) => boolean;
  /** The keychain's answer, if it was asked. */
  readonly answer: KeychainAnswer<unknown> | undefined;
  /** The accounts in the keychain, according to the config's list. */
  readonly keychainAccounts: readonly string[];
  /** Why candidates are not used for this server. */
  readonly withheld: readonly string[];
}

/** Why the keychain gave nothing. With -v, and by doctor, the user is told more. */
const keychainTrouble: Readonly<Record<Exclude<KeychainState, 'answered'>, string>> = {
  off: 'the keychain is switched off',
  'not-installed': 'there is no keychain here',
  'no-service': 'there is no keychain here',
  hanging: 'the keychain does not answer',
  locked: 'the keychain is locked',
  failed: 'the keychain failed',
};

/** Builds the error. */
export function missingCredentials(search: FailedSearch): AuthctlError {
  const { declaration, sources, server, wanted, chosen, has, answer, withheld } = search;
  const { profile } = sources;
  const describe = ({ required }: Wanted) =>
    required
      .filter((name) => !has(name))
      .map((name) => `${name} (${waysToGive(declaration, name, sources.flagPrefix).join(' or ')})`)
      .join(', ');
  const others = wanted.filter(
    (other) => other !== chosen && other.required.every((name) => !has(name)),
  );
  const onlySession = withheld.length > 0 && server.chosenBy === 'session';
  const lacking = declaration.fields.filter(
    ({ name, once }) => !once && chosen.required.includes(name) && !has(name),
  );
  const secrets = lacking.filter(({ secret }) => secret);
  const names = [chosen, ...others]
    .flatMap(({ required }) => required)
    .filter((name) => !has(name));
  const reasons = [
    ...emptyVariables(sources.env, declaration.name, names),
    ...withheld,
    ...lacking.flatMap((field) => settingOfAnother(sources, field)),
    ...(secrets.length > 0 && answer
      ? [answer.state === 'answered' ? 'the keychain has no entry' : keychainTrouble[answer.state]]
      : []),
    ...secrets.flatMap((field) => entriesOfOthers(search, field)),
  ];
  const place = { ...(profile !== 'default' && { profile }), provider: declaration.name };
  return new AuthctlError(
    'credential_missing',
    [
      `missing for ${declaration.title}: ${[chosen, ...others].map(describe).join('; or instead: ')}`,
      ...reasons,
    ].join('; '),
    {
      provider: declaration.name,
      // No command that trusts the server: it may be of somebody else's choice.
      hint: onlySession
        ? hint`name your server with --base-url, or as ${named(keyText({ ...place, name: 'base_url' }))} in the config`
        : // `credentials set` needs a keychain. The help names the ways that need none.
          secrets.length > 0 && answer?.state === 'answered'
          ? hintCommand(hint`credentials set ${named(declaration.name)}`, { profile, server })
          : hint`authctl help credentials`,
    },
  );
}

/** The plain setting of a field, where it is not used because it is for the configured server. */
function settingOfAnother(sources: Sources, field: Field): readonly string[] {
  const { config, provider, profile, server } = sources;
  const setting = config && fieldSetting(config, provider, profile, field);
  if (!setting || candidatesFor(sources, field).length > 0) return [];
  return [`${setting.key} in the config is for ${server?.configured ?? 'another server'}`];
}

/** The entries of a field for other servers. */
function entriesOfOthers(
  { declaration, sources, server, keychainAccounts }: FailedSearch,
  { name }: Field,
): readonly string[] {
  const origins = storedOrigins(keychainAccounts, declaration.name, sources.profile, name).filter(
    (origin) => origin !== server.origin,
  );
  if (origins.length === 0) return [];
  return [`the keychain has ${name} for ${origins.join(', ')}, but not for ${server.origin}`];
}

/** The variables of fields that are set, but empty: they count as not set. */
export function emptyVariables(
  env: Environment,
  provider: string,
  names: readonly string[],
): readonly string[] {
  const empty = new Set(
    names
      .flatMap((name) => [variableName(provider, name), fileVariable(provider, name)])
      .filter((variable) => env[variable] === ''),
  );
  if (empty.size === 0) return [];
  return [`${[...empty].join(' and ')} ${empty.size === 1 ? 'is' : 'are'} set, but empty`];
}

/** The flags and the variable that give a field; of a secret, no flag that shows it to other users. */
export function waysToGive(
  declaration: Declaration,
  name: string,
  flagPrefix?: string,
): readonly string[] {
  const flag = (suffix: string) => flagName(name, suffix, flagPrefix);
  if (findField(declaration, name)?.once) return [flag(''), flag('-stdin')];
  const isSecret = findField(declaration, name)?.secret ?? false;
  const suffix = privateKeyFields(declaration).has(name) ? '-file' : isSecret ? '-stdin' : '';
  return [flag(suffix), variableName(declaration.name, name)];
}
