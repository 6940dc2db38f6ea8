/** What carries a token: the headers, query and cookies that a call needs. */
import type { Request } from '../http/message.ts';
import type { Declaration, Use } from './declaration.ts';
import { keptValues } from './kept.ts';
import { keepVariable, variableName } from './names.ts';
import { type How, queryText, renderedCookies, renderedHeaders, renderedQuery } from './request.ts';
import type { LookUp } from './template.ts';
import { namesSent, templatesInUse } from './uses.ts';
import { secretNames } from './values.ts';

/** A name and a value. */
export interface Carrier {
  readonly name: string;
  readonly value: string;
}

/** What a call needs. */
export interface Carriers {
  /** The one of "header" first; cookies are not among them. */
  readonly headers: readonly Carrier[];
  readonly query: readonly Carrier[];
  readonly cookies: readonly Carrier[];
}

/** What a call needs, as it carries it and as variables. */
export interface Carried {
  /** @throws AuthctlError `token_unusable`, `credential_unsendable` for a value that its place cannot carry */
  readonly carriers: () => Carriers;
  /** Kept values, and the secrets that calls carry. */
  readonly variables: readonly (Carrier & { readonly secret: boolean })[];
}

/** What a call needs. */
export function carriedBy(declaration: Declaration, lookUp: LookUp): Carried {
  const { name, use, fields } = declaration;
  const secrets = secretNames(declaration);
  const sent = namesSent(declaration, templatesInUse(use));
  const variables = [
    ...[...keptValues(declaration).keys()].map((each) => [each, keepVariable(name, each)] as const),
    ...fields
      .filter((field) => field.secret && sent.has(field.name))
      .map((field) => [field.name, variableName(name, field.name)] as const),
  ];
  return {
    carriers: () => carriersOf(use, lookUp),
    variables: variables.flatMap(([each, variable]) => {
      const value = lookUp(each);
      return value === undefined ? [] : [{ name: variable, value, secret: secrets.has(each) }];
    }),
  };
}

/**
 * What carries a token.
 *
 * @param form the form of the header, if it is not `use.value`
 * @throws AuthctlError `token_unusable`, `credential_unsendable`
 */
export function carriersOf(use: Use, lookUp: LookUp, form = use.value, how: How = {}): Carriers {
  const { header, headers, query, cookie, basic } = use;
  const main = header === undefined || form === undefined ? {} : { [header]: form };
  const carriers = (pairs: readonly (readonly [string, string])[]) =>
    pairs.map(([name, value]) => ({ name, value }));
  return {
    headers: [
      ...carriers(renderedHeaders({ headers: main }, lookUp, how)),
      ...carriers(
        renderedHeaders({ ...(basic && { basic }), ...(headers && { headers }) }, lookUp, how),
      ),
    ],
    query: carriers(renderedQuery(query, lookUp)),
    cookies: carriers(renderedCookies(cookie, lookUp)),
  };
}

/** The forms that the header may have, for a check of the token. */
export function formsOf({ value, alternates = [] }: Use): readonly (string | undefined)[] {
  return [value, ...alternates];
}

/** The cookies as one header; undefined without any. */
export function cookieHeader(cookies: readonly Carrier[]): Carrier | undefined {
  if (cookies.length === 0) return undefined;
  return { name: 'Cookie', value: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') };
}

/**
 * Adds to a request what carries the token. A header that the request sets itself stays; cookies are added
 * to its own.
 */
export function addCarriers(request: Request, { headers, query, cookies }: Carriers): Request {
  const all = new Map(Object.entries(request.headers));
  const own = new Set([...all.keys()].map((name) => name.toLowerCase()));
  for (const { name, value } of headers) if (!own.has(name.toLowerCase())) all.set(name, value);
  const cookie = cookieHeader(cookies);
  if (cookie) {
    const [name, before] = [...all].find(([each]) => /^cookie$/i.test(each)) ?? [cookie.name];
    all.set(name, before === undefined ? cookie.value : `${before}; ${cookie.value}`);
  }
  const text = queryText(query.map(({ name, value }) => [name, value]));
  const url = request.url + (request.url.includes('?') ? text.replace('?', '&') : text);
  return { ...request, url, headers: Object.fromEntries(all) };
}
