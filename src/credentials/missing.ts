/** The error for credentials that nobody gave: what is missing, and every way to give it. */

import type { Login } from '../declaration/declaration.ts';
import { flagName, variableName } from '../declaration/names.ts';
import { AuthctlError } from '../errors.ts';
import { storedOrigins } from './keychain/account.ts';
import type { KeychainAnswer } from './keychain/keychain.ts';
import type { Search } from './resolve.ts';

/**
 * @param logins the ways to log in that the command leaves open
 * @param login the one of them that is meant
 * @param has whether a field was found
 * @param answer the keychain's, if it was asked
 * @param blocked why what is there is not used
 */
export function missing(
  search: Search,
  logins: readonly Login[],
  login: Login,
  has: (name: string) => boolean,
  answer: KeychainAnswer<unknown> | undefined,
  blocked: readonly string[],
): AuthctlError {
  const { declaration, profile, keychainAccounts, sessionUrl } = search;
  const describe = ({ fields }: Login) =>
    fields
      .filter((name) => !has(name))
      .map((name) => `${name} (${flagName(name)} or ${variableName(declaration.name, name)})`)
      .join(', ');
  const others = logins.filter((other) => other !== login && other.fields.every((f) => !has(f)));
  const reasons = [...blocked];
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
        `the keychain has ${name} for ${origins.join(', ')}, and this goes to ${search.origin}`,
      );
    }
  }
  const settingPrefix = profile === 'default' ? '' : `profiles.${profile}.`;
  const profileFlag = profile === 'default' ? '' : ` --profile ${profile}`;
  return new AuthctlError(
    'credential_missing',
    [
      `missing for ${declaration.title}: ${[login, ...others].map(describe).join('; or instead: ')}`,
      ...reasons,
    ].join('; '),
    {
      provider: declaration.name,
      hint:
        blocked.length > 0 && sessionUrl !== undefined
          ? `authctl config set ${settingPrefix}${declaration.name}.base_url ${sessionUrl}, or --base-url`
          : `authctl credentials set ${declaration.name}${profileFlag}`,
    },
  );
}
