/** The error for credentials that were not given: what is missing, and every way to give it. */
import type { Declaration, Login } from '../declaration/declaration.ts';
import { flagName, variableName } from '../declaration/names.ts';
import { AuthctlError, hint, named, quoted } from '../errors.ts';
import type { Server } from './gate.ts';
import { storedOrigins } from './keychain/account.ts';
import type { KeychainAnswer } from './keychain/keychain.ts';

/** What was looked for, and what came of it. */
export interface Shortage {
  readonly declaration: Declaration;
  readonly profile: string;
  readonly server: Server;
  /** The ways to log in that the command leaves open. */
  readonly logins: readonly Login[];
  /** The one of them that is meant. */
  readonly login: Login;
  /** Whether a field was found. */
  readonly has: (name: string) => boolean;
  /** The keychain's answer, if it was asked. */
  readonly answer: KeychainAnswer<unknown> | undefined;
  /** The accounts that were stored in the keychain, by our own list. */
  readonly keychainAccounts: readonly string[];
  /** Why what is there is not used. */
  readonly withheld: readonly string[];
}

/** Says all of it at once. */
export function missingCredentials({
  declaration,
  profile,
  server,
  logins,
  login,
  has,
  answer,
  keychainAccounts,
  withheld,
}: Shortage): AuthctlError {
  const describe = ({ fields }: Login) =>
    fields
      .filter((name) => !has(name))
      .map((name) => `${name} (${flagName(name)} or ${variableName(declaration.name, name)})`)
      .join(', ');
  const others = logins.filter((other) => other !== login && other.fields.every((f) => !has(f)));
  const reasons = [...withheld];
  const secrets = declaration.fields.filter(
    ({ name, secret }) => secret && login.fields.includes(name) && !has(name),
  );
  if (secrets.length > 0 && answer) {
    reasons.push(`the keychain: ${answer.reason ?? 'no entry, or it is locked'}`);
  }
  for (const { name } of secrets) {
    const origins = storedOrigins(keychainAccounts, declaration.name, profile, name);
    if (origins.length > 0) {
      reasons.push(
        `the keychain has ${name} for ${origins.join(', ')}, and this goes to ${server.origin}`,
      );
    }
  }
  const setting = `${profile === 'default' ? '' : `profiles.${profile}.`}${declaration.name}.base_url`;
  const command = hint`authctl credentials set ${named(declaration.name)}`;
  return new AuthctlError(
    'credential_missing',
    [
      `missing for ${declaration.title}: ${[login, ...others].map(describe).join('; or instead: ')}`,
      ...reasons,
    ].join('; '),
    {
      provider: declaration.name,
      hint:
        withheld.length > 0 && server.chosenBy === 'session'
          ? hint`authctl config set ${named(setting)} ${quoted(server.url)}, or --base-url`
          : profile === 'default'
            ? command
            : hint`${command} --profile ${named(profile)}`,
    },
  );
}
