/** What names of members, parameters and headers mean. */
import { reservedFieldNames } from '../declaration/reserved.ts';

/** In characters. What comes after them says no more. */
const longestName = 200;

/** The words of a name: `accessToken`, `access_token` and `X-Access-Token` alike. */
export function wordsOf(name: string): readonly string[] {
  return name
    .slice(0, longestName)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** The words that make a name that of a secret, wherever they stand. */
const secretWords = new Set([
  ...['password', 'passwd', 'passwort', 'pwd', 'pass', 'passphrase', 'secret', 'token', 'jwt'],
  ...['apikey', 'apicode', 'key', 'code', 'otp', 'totp', 'mfa', 'pin', 'passcode', 'credential'],
  ...['credentials', 'assertion', 'signature', 'hash', 'hmac', 'cookie', 'session', 'sid', 'auth'],
]);

/** The words that make a name that of something anybody may see. */
const openWords = new Set([
  ...['user', 'username', 'login', 'email', 'mail', 'id', 'identifier', 'identity', 'name'],
  ...['nickname', 'account', 'client', 'clientid', 'userid', 'domain', 'realm', 'tenant', 'scope'],
  ...['scopes', 'organization', 'organisation', 'org', 'company', 'customer', 'workspace', 'team'],
  ...['project', 'region', 'locale', 'language', 'lang', 'device', 'app', 'application', 'host'],
  ...['audience', 'issuer', 'subject', 'type', 'provider', 'source', 'version', 'ttl', 'number'],
]);

/** Whether a value of this name is taken for a secret: everything is, unless its name says otherwise. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  // `client_secret` and `password` on one side, `token_type` and `key_id` on the other.
  if (openWords.has(last))
    return words.length === 1 ? false : words.some((each) => /^pass/.test(each));
  if (words.some((each) => secretWords.has(each))) return true;
  return !words.some((each) => openWords.has(each));
}

/** Whether a name has a word that only secrets have. */
export function hasSecretWord(name: string): boolean {
  return wordsOf(name).some((word) => secretWords.has(word) || /^(api)?(pass|secret)/.test(word));
}

/** The words that make a name that of somebody, so that its value differs from user to user. */
const identityWords = new Set([
  ...['user', 'username', 'userid', 'login', 'email', 'mail', 'account', 'customer', 'client'],
  ...['clientid', 'id', 'identifier', 'identity', 'nickname', 'company', 'organization'],
  ...['organisation', 'org', 'tenant', 'workspace', 'phone', 'mobile', 'number'],
]);

/** Whether a value of this name says who somebody is. */
export function isIdentityName(name: string): boolean {
  return identityWords.has(wordsOf(name).at(-1) ?? '');
}

/** Whether a name is that of a one-time code. */
export function isCodeName(name: string): boolean {
  const words = wordsOf(name);
  if (
    words.some((each) => ['otp', 'totp', 'mfa', '2fa', 'tfa', 'passcode', 'mfacode'].includes(each))
  ) {
    return true;
  }
  return /^(one_time|two_factor|second_factor)/.test(words.join('_'));
}

/** Names whose values are the protocol's, and stay as they are. */
const constantNames = new Set([
  ...['grant_type', 'response_type', 'token_type', 'client_assertion_type', 'subject_token_type'],
  ...['requested_token_type', 'jsonrpc', 'method', 'type', 'provider', 'auth_type', 'login_type'],
  ...['methods', 'grant', 'operation_name'],
]);

/** Whether a sample is no credential, and stays in the request: short numbers, booleans, a fixed list. */
export function isConstant(name: string, sample: unknown): boolean {
  if (typeof sample === 'boolean' || sample === null) return true;
  const isSecret = isSecretName(name);
  if (typeof sample === 'number') {
    return !isSecret && !isIdentityName(name) && Math.abs(sample) < 10_000;
  }
  const plain = wordsOf(name).join('_');
  return (
    typeof sample === 'string' && constantNames.has(plain) && /^[\w.:/ -]{1,100}$/.test(sample)
  );
}

/** Whether a name is that of OAuth's kind of login. */
export function isGrantName(name: string): boolean {
  return wordsOf(name).join('_') === 'grant_type';
}

const tokenScores: ReadonlyMap<string, number> = new Map([
  ['accesstoken', 10],
  ['bearertoken', 9],
  ['authtoken', 9],
  ['token', 8],
  ['jwt', 8],
  ['jwttoken', 8],
  ['apitoken', 8],
  ['sessiontoken', 7],
  ['clienttoken', 7],
  ['access', 6],
  ['authorization', 6],
  ['sessionid', 5],
  ['sid', 5],
  ['session', 4],
  ['ticket', 4],
  ['idtoken', 3],
  ['id', 1],
]);

/** How well a name fits an access token, from 0; a session id fits less well. */
export function tokenScore(name: string): number {
  const plain = wordsOf(name)
    .join('')
    .replace(/^x(?=auth|access|session|token)/, '');
  const known = tokenScores.get(plain);
  if (known !== undefined) return known;
  if (/sess(ion)?id$|^connectsid$/.test(plain)) return 5;
  return /token$/.test(plain) && !/refresh|csrf|xsrf|request|type|push|device/.test(plain) ? 5 : 0;
}

/** Whether a name is that of a refresh token. */
export function isRefreshName(name: string): boolean {
  return /^(refreshtoken|refresh|renewtoken|renewaltoken|refreshjwt)$/.test(wordsOf(name).join(''));
}

/** What a name says about a lifetime; undefined if it is none. */
export function lifetimeOf(
  name: string,
):
  | { readonly kind: 'duration' | 'moment' | 'unknown'; readonly unit?: 's' | 'ms' | 'min' }
  | undefined {
  const words = wordsOf(name);
  const plain = words.join('_');
  if (words.includes('refresh') || words.includes('rt')) return undefined;
  const last = words.at(-1) ?? '';
  if (
    /^(expires_in|expire_in|expiresin|expires_in_s|expires_in_sec|expires_in_seconds)$/.test(plain)
  ) {
    return { kind: 'duration', unit: 's' };
  }
  if (/expir|valid|lifetime|ttl|timeout|max_age|lease_duration/.test(plain)) {
    if (['ms', 'millis', 'milliseconds'].includes(last)) return { kind: 'duration', unit: 'ms' };
    if (['s', 'sec', 'secs', 'seconds'].includes(last)) return { kind: 'duration', unit: 's' };
    if (['min', 'mins', 'minutes'].includes(last)) return { kind: 'duration', unit: 'min' };
    const isMoment = [
      'at',
      'on',
      'until',
      'after',
      'expiry',
      'expiration',
      'date',
      'time',
      'expires',
      'expire',
    ];
    return { kind: isMoment.includes(last) ? 'moment' : 'unknown' };
  }
  return undefined;
}

/** Whether a name is that of a value against forged requests, which calls need beside the token. */
export function isCsrfName(name: string): boolean {
  return /csrf|xsrf|requesttoken/.test(wordsOf(name).join(''));
}

/** A name for a field: `userName` → `user_name`. Reserved ones get a second word. */
export function fieldName(name: string, taken: ReadonlySet<string> = new Set()): string {
  const words = wordsOf(name.slice(0, longestName).normalize('NFKD').replace(/\p{M}/gu, ''));
  const plain =
    words
      .join('_')
      .replace(/^[^a-z]+/, '')
      .slice(0, 56) || 'value';
  // A secret has the flags --x-stdin and --x-file too.
  const isFlag = /_(stdin|file)$/.test(plain);
  const free = reservedFieldNames.has(plain) ? `login_${plain}` : isFlag ? `${plain}_value` : plain;
  if (!taken.has(free)) return free;
  let count = 2;
  while (taken.has(`${free}_${count}`)) count += 1;
  return `${free}_${count}`;
}

/** What a prompt asks for: `user_name` → `User name`. */
export function labelOf(field: string): string {
  const words = field.split('_').map((word) => acronyms.get(word) ?? word);
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const acronyms: ReadonlyMap<string, string> = new Map([
  ['id', 'ID'],
  ['api', 'API'],
  ['otp', 'one-time code'],
  ['totp', 'one-time code'],
  ['url', 'URL'],
  ['pin', 'PIN'],
]);

/** Words of a title that name no API. */
const emptyWords = new Set(['api', 'apis', 'rest', 'the', 'www', 'swagger', 'openapi', 'com']);

/** A name for a provider: `Acme Parcels API` → `acme-parcels`. */
export function nameOf(title: string): string {
  // Of a host, the end says nothing.
  const said = /^[\w-]+(\.[\w-]+)+$/.test(title) ? title.replace(/\.[\w-]+$/, '') : title;
  const words = said
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const plain = words.filter((word) => !emptyWords.has(word) && !/^v?[\d]+$/.test(word));
  const name = (plain.length > 0 ? plain : words)
    .slice(0, 3)
    .join('-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40);
  return name === '' ? 'my-api' : name;
}

/** A name that no other provider has. */
export function freeName(name: string, providers: readonly { readonly name: string }[]): string {
  const isTaken = (each: string) => providers.some((provider) => provider.name === each);
  if (!isTaken(name)) return name;
  let count = 2;
  while (isTaken(`${name}-${count}`)) count += 1;
  return `${name}-${count}`;
}
