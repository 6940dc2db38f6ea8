/** What the security of a login needs itself: keys in headers, queries and cookies, or Basic. */
import type { Input } from '../../found.ts';
import { type Api, type Operation, type Parameter, parametersOf } from '../operations.ts';
import { needsOf, type Scheme } from '../security.ts';
import { usualGrant } from './grant.ts';
import type { Doubt } from './part.ts';

/** What the two parts of Basic authentication are called. */
export interface BasicParts {
  readonly user: string;
  readonly password: string;
}

const clientParts: BasicParts = { user: 'client_id', password: 'client_secret' };
const userParts: BasicParts = { user: 'username', password: 'password' };

/** The keys and the scheme of Basic authentication. */
export interface LoginSecurity {
  readonly keys: readonly Input[];
  readonly basicScheme?: Scheme;
  /** The schemes of both. */
  readonly schemes: readonly Scheme[];
}

/** What the security needs. @param hasPassword whether the login sends a password elsewhere */
export function securityOf(
  api: Api,
  operation: Operation,
  known: ReadonlyMap<string, Scheme>,
  hasPassword: boolean,
): LoginSecurity {
  const { alternatives, isOwn } = needsOf(operation, api.root);
  const choices = alternatives.map((names) => names.flatMap((name) => known.get(name) ?? []));
  const withBasic = hasPassword ? undefined : choices.find((each) => each.some(isBasic));
  if (alternatives.some((names) => names.length === 0) && !withBasic) {
    return { keys: [], schemes: [] };
  }
  const chosen = withBasic ?? choices[0] ?? [];
  // Where a whole document needs one key, that may be the token itself.
  const isTrusted = isOwn || chosen.length > 1;
  const keys = isTrusted ? chosen.filter(isKey) : [];
  const basicScheme = hasPassword && !isOwn ? undefined : chosen.find(isBasic);
  return {
    keys: keys.map(inputOf),
    ...(basicScheme && { basicScheme }),
    schemes: [...keys, ...(basicScheme ? [basicScheme] : [])],
  };
}

/** A scheme of a key. */
interface KeyScheme extends Scheme {
  readonly kind: 'header' | 'query' | 'cookie';
}

function isKey(scheme: Scheme): scheme is KeyScheme {
  const { kind, key } = scheme;
  const isPlace = kind === 'header' || kind === 'query' || kind === 'cookie';
  return isPlace && !/^(authorization|cookie)\b/i.test(key);
}

function isBasic({ kind }: Scheme): boolean {
  return kind === 'basic';
}

function inputOf({ kind, key, description }: KeyScheme): Input {
  return {
    in: kind,
    at: [key],
    required: true,
    secret: true,
    type: 'string',
    ...(description !== '' && { description }),
  };
}

/** The parts of Basic authentication: a client's, or a user's. */
export function basicOf(
  api: Api,
  operation: Operation,
  { description }: Scheme,
  grant: string | undefined,
): BasicParts {
  if (grant === 'client_credentials' || isOfClient(description)) return clientParts;
  const parameters = parametersOf(operation, api.version);
  const usual = usualGrant(api, operation, parameters);
  return usual === 'client_credentials' ? clientParts : userParts;
}

/** The parts of Basic authentication that is written down as a header; undefined if it is another. */
export function hiddenBasic(
  { description, required }: Parameter,
  hasPassword: boolean,
  doubt: Doubt,
): BasicParts | undefined {
  const isSaid = /\bbasic\b|base ?64/i.test(description);
  if (!isSaid && (hasPassword || !required || /bearer/i.test(description))) return undefined;
  const words = isSaid ? ' describes it so' : ' does not say more';
  doubt('/login/0/request/basic', `the header Authorization of the document${words}: check it`);
  return isOfClient(description) ? clientParts : userParts;
}

function isOfClient(description: string): boolean {
  return /client[ _-]?id/i.test(description);
}
