/** The header Authorization, and the user of Basic authentication. */
import { AuthctlError } from '../../errors.ts';
import type { FoundLogin } from '../found.ts';
import { looksSecret, placeholderName } from '../placeholders.ts';
import type { Finding } from './finding.ts';

/** User and password of Basic authentication. */
export type User = readonly [user: string, password: string];

/**
 * Reads the value of the header Authorization.
 *
 * @returns user and password of Basic authentication, if it has them
 * @throws AuthctlError `usage` for a kind that cannot be declared
 */
export function authorizationIn(finding: Finding, value: string): User | undefined {
  const { source } = finding.request;
  const [, scheme = '', rest = ''] = /^([A-Za-z][\w-]*) +(\S.*)$/s.exec(value) ?? [];
  if (/^basic$/i.test(scheme)) {
    const pair = Buffer.from(rest, 'base64').toString();
    if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(rest) && pair.includes(':')) return userOf(pair);
    finding.doubt(
      '/login/0/request/basic',
      `${source} has only a name in place of user and password`,
    );
    return ['user', 'password'];
  }
  if (/^(digest|ntlm|negotiate|aws4-hmac-sha256|hawk|oauth)$/i.test(scheme)) {
    throw new AuthctlError(
      'usage',
      `${source} signs its request by ${scheme.slice(0, 20)}, which cannot be declared`,
    );
  }
  const name = placeholderName(scheme === '' ? value : rest) ?? 'api_key';
  if (/^(bearer|token|jwt)$/i.test(scheme)) {
    finding.doubt(
      '/login/0/request/headers',
      `${source} carries a token already: it is a call rather than a login, unless the server gives a token for a key`,
    );
  }
  finding.removeHeader('authorization');
  finding.inputs.push({
    in: 'header',
    at: ['Authorization'],
    name,
    required: true,
    secret: true,
    ...(scheme !== '' && !looksSecret(scheme) && { prefix: `${scheme} ` }),
  });
  return undefined;
}

/** Splits `user:password`. */
export function userOf(pair: string): User {
  const colon = splitColon(pair);
  return colon < 0 ? [pair, 'password'] : [pair.slice(0, colon), pair.slice(colon + 1)];
}

/** The colon between two parts, which is not that of `${NAME:-default}`. */
function splitColon(pair: string): number {
  const start = /^\$\{[^{}]*\}/.exec(pair)?.[0].length ?? 0;
  return pair.indexOf(':', start);
}

/** What the two parts of Basic authentication are called. */
export function basicNames([user, password]: User): NonNullable<FoundLogin['basic']> {
  const [userName, passwordName] = [placeholderName(user), placeholderName(password)];
  return {
    ...(user !== '' && { user: userName ?? (password === '' ? 'api_key' : 'user') }),
    ...(password !== '' && { password: passwordName ?? (user === '' ? 'api_key' : 'password') }),
  };
}
