/** The error for missing credentials: the fields, how to give them, and why they were not found. */
import { keyText } from '../config/key.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { findField, flagName, variableName } from '../declaration/names.ts';
import { privateKeyFields } from '../declaration/uses.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Server } from './gate.ts';
import { hintCommand } from './hint.ts';
import { storedOrigins } from './keychain/account.ts';
import type { KeychainAnswer } from './keychain/keychain.ts';
import type { Wanted } from './wanted.ts';

/** A search for credentials that did not find all of them. */
export interface FailedSearch {
  readonly declaration: Declaration;
  readonly profile: string;
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

/** Builds the error. */
export function missingCredentials({
  declaration,
  profile,
  server,
  wanted,
  chosen,
  has,
  answer,
  keychainAccounts,
  withheld,
}: FailedSearch): AuthctlError {
  const describe = ({ required }: Wanted) =>
    required
      .filter((name) => !has(name))
      .map((name) => `${name} (${waysToGive(declaration, name).join(' or ')})`)
      .join(', ');
  const others = wanted.filter(
    (other) => other !== chosen && other.required.every((name) => !has(name)),
  );
  const onlySession = withheld.length > 0 && server.chosenBy === 'session';
  const reasons = [...withheld];
  const secrets = declaration.fields.filter(
    ({ name, secret, once }) => secret && !once && chosen.required.includes(name) && !has(name),
  );
  if (secrets.length > 0 && answer) {
    reasons.push(
      answer.state === 'answered'
        ? 'the keychain has no entry'
        : `the keychain cannot be used: ${answer.reason ?? answer.state}`,
    );
  }
  for (const { name } of secrets) {
    const origins = storedOrigins(keychainAccounts, declaration.name, profile, name).filter(
      (origin) => origin !== server.origin,
    );
    if (origins.length > 0) {
      reasons.push(
        `the keychain has ${name} for ${origins.join(', ')}, but not for ${server.origin}`,
      );
    }
  }
  const place = { ...(profile !== 'default' && { profile }), provider: declaration.name };
  // A plain setting is for the configured server.
  const limit = server.chosenBy === 'flag' && { server: server.origin };
  // `credentials set` needs a keychain, and asks for the secrets that the user has elsewhere. The help
  // names the ways that need none.
  const [lacking] =
    secrets.length > 0
      ? []
      : chosen.required.filter((name) => !has(name) && !findField(declaration, name)?.once);
  const next =
    lacking !== undefined
      ? hint`authctl config set ${named(keyText({ ...place, ...limit, name: lacking }))}`
      : secrets.length > 0 && answer?.state === 'answered'
        ? hintCommand(hint`credentials set ${named(declaration.name)}`, { profile, server })
        : hint`authctl help credentials`;
  return new AuthctlError(
    'credential_missing',
    [
      `missing for ${declaration.title}: ${[chosen, ...others].map(describe).join('; or instead: ')}`,
      ...reasons,
    ].join('; '),
    {
      provider: declaration.name,
      // No command that trusts the server: it may be of somebody else's choice.
      ...(onlySession
        ? {
            hint: hint`name your server with --base-url, or as ${named(keyText({ ...place, name: 'base_url' }))} in the config`,
          }
        : { hint: next }),
    },
  );
}

/** The flags and the variable that give a field; of a secret, no flag that shows it to other users. */
export function waysToGive(declaration: Declaration, name: string): readonly string[] {
  if (findField(declaration, name)?.once) return [flagName(name), flagName(name, '-stdin')];
  const isSecret = findField(declaration, name)?.secret ?? false;
  const suffix = privateKeyFields(declaration).has(name) ? '-file' : isSecret ? '-stdin' : '';
  return [flagName(name, suffix), variableName(declaration.name, name)];
}
