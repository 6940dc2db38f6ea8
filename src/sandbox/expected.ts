/** The requests that a sandbox expects, built as a client builds them. */
import type { Declaration, RequestTemplate } from '../declaration/declaration.ts';
import { derivedFrom, templatesOf, withDerived } from '../declaration/derive.ts';
import { buildRequest } from '../declaration/request.ts';
import { type LookUp, placeholdersIn, renderTemplate } from '../declaration/template.ts';
import { addCarriers, carriersOf } from '../declaration/use.ts';
import { namesUsed, templatesInRequest, templatesInUse } from '../declaration/uses.ts';
import { requestValues } from '../declaration/values.ts';
import { AuthctlError } from '../errors.ts';
import type { Request } from '../http/message.ts';
import { isSigned, readAssertion } from './assertion.ts';
import {
  compare,
  compareText,
  type Found,
  hasPath,
  type Incoming,
  type Wildcard,
  withMarks,
} from './compare.ts';

/** A request that a sandbox answers. */
export interface Expected {
  readonly template: RequestTemplate;
  /** The form of the header that carries the token, if "use" is added. */
  readonly use?: { readonly form: string | undefined };
}

/** Stand for what the client generates. They look like it, since every place accepts that. */
const generated: ReadonlyMap<string, Wildcard> = new Map([
  [
    'uuid',
    {
      text: '5a9d2b1e-7c36-4e0f-8d24-b16f0c9a3e75',
      pattern: '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}',
    },
  ],
  [
    'now',
    {
      text: '1971-02-03T04:05:06.789Z',
      pattern: '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?Z',
    },
  ],
]);

/** Stands for any value of a name. Every place accepts it. */
function anyValue(name: string): Wildcard {
  return generated.get(name) ?? { text: `zq${name}qz`, pattern: '[^]*?' };
}

/** Whether a text is one that a template can give. */
export function isSample(template: string, text: string): boolean {
  const names = placeholdersIn(template).map(({ name }) => name);
  const rendered = renderTemplate(template, (name) => anyValue(name).text) ?? '';
  const found = compareText(rendered, text, names.map(anyValue));
  return found !== undefined && hasTimes(found);
}

/** Whether a request has the path of an expected one. */
export function isAt(declaration: Declaration, expected: Expected, incoming: Incoming): boolean {
  const request = build(declaration, expected, (name) => anyValue(name).text, true);
  const wildcards = namesIn(declaration, expected).map(anyValue);
  return request !== undefined && hasPath(request, incoming, wildcards);
}

/** Whether a request has the shape of an expected one, whatever its values. */
export function hasShape(
  declaration: Declaration,
  expected: Expected,
  incoming: Incoming,
  optional: readonly string[],
): boolean {
  return lacking(declaration, expected, incoming, optional) !== undefined;
}

/** The optional values that a request lacks; undefined if it has not the shape of the expected one. */
function lacking(
  declaration: Declaration,
  expected: Expected,
  incoming: Incoming,
  optional: readonly string[],
): ReadonlySet<string> | undefined {
  const wildcards = namesIn(declaration, expected).map(anyValue);
  return subsets(optional).find((left) => {
    const lookUp = present(declaration, left);
    const request = build(declaration, expected, lookUp, true);
    const found = request && compare(request, incoming, wildcards);
    return found !== undefined && hasTimes(found);
  });
}

/** Stands for every value but some, and what derives from these. */
function present(declaration: Declaration, left: ReadonlySet<string>): LookUp {
  const missing = withDerived(declaration, left);
  return (name) => (missing.has(name) ? undefined : anyValue(name).text);
}

/** What a request is compared with. */
export interface Given {
  /** By name; what the client generates is found in the request. */
  readonly values: ReadonlyMap<string, string>;
  /** The names of values that the request may lack. */
  readonly optional: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The moment whose one-time codes are expected, if not the present one. */
  readonly codeTime?: number;
  /** The derived JWT that is the token, if the token is any that the client has signed. */
  readonly mint?: string;
}

/** Whether a request is the one that a client with these values sends. */
export function isRequestOf(
  declaration: Declaration,
  expected: Expected,
  incoming: Incoming,
  given: Given,
): boolean {
  return findRequest(declaration, expected, incoming, given) !== undefined;
}

/** The token in a request, if the client has signed it, and the request is right. */
export function mintedToken(
  declaration: Declaration,
  expected: Expected,
  incoming: Incoming,
  given: Given & { readonly mint: string },
): string | undefined {
  const values = new Map([...given.values, ['token', '']]);
  const found = findRequest(declaration, expected, incoming, { ...given, values });
  return found?.get(anyValue('token').text);
}

/** The moments whose one-time codes are right: the present one, one period before, and one after. */
export function codeMoments({ derive = {} }: Declaration, now: number): readonly number[] {
  const periods = Object.values(derive).flatMap((each) =>
    'totp' in each ? [(each.totp.period ?? 30) * 1000] : [],
  );
  return [...new Set([now, ...periods.flatMap((period) => [now - period, now + period])])];
}

function findRequest(
  declaration: Declaration,
  expected: Expected,
  incoming: Incoming,
  given: Given,
): Found | undefined {
  const left = lacking(declaration, expected, incoming, given.optional);
  if (!left) return undefined;
  for (const absent of subsets(optionalClaims(declaration, given.optional))) {
    const isGiven = (name: string) => !left.has(name) && !absent.has(name);
    const values = new Map([...given.values].filter(([name]) => isGiven(name)));
    const found = findExactly(declaration, expected, incoming, { ...given, values });
    if (found) return found;
  }
  return undefined;
}

/** The optional values in JWTs: a JWT may lack them, which the shape of its request does not show. */
function optionalClaims(
  { derive = {} }: Declaration,
  optional: readonly string[],
): readonly string[] {
  const claimed = Object.values(derive)
    .flatMap((each) => ('jwt' in each ? templatesOf(each) : []))
    .flatMap(([, template]) => placeholdersIn(template));
  return optional.filter((name) => claimed.some((each) => each.name === name));
}

/** What the client generates, found in a request that has these values. */
function findExactly(
  declaration: Declaration,
  expected: Expected,
  incoming: Incoming,
  { values, now, codeTime = now, mint }: Given,
): Found | undefined {
  const known = requestValues(declaration, {
    ...{ values, uuid: () => '', now: 0, codeTime, baseUrl: '' },
  });
  const { jwts, generatedHere, dependents } = unknownIn(declaration, mint);
  const isUnknown = (name: string) => generatedHere.has(name) || dependents.has(name);
  const wildcards = [...generatedHere, ...dependents].map(anyValue);
  /** The request and its JWTs compared with these values. */
  const compareAll = (lookUp: LookUp, tokens?: Found): Found | undefined => {
    const request = build(declaration, expected, lookUp);
    const found = request && compare(request, incoming, wildcards);
    // One may be a claim of those after it.
    for (const [name, template] of found ? [...jwts].reverse() : []) {
      const token = (tokens ?? found)?.get(anyValue(name).text);
      if (token === undefined) continue;
      const parts = readAssertion(template, token, { lookUp, wildcards, now });
      if (!parts || !found || !merge(found, parts)) return undefined;
    }
    return found;
  };
  const first = compareAll((name) =>
    // One that lacks an optional value is left out.
    isUnknown(name) && known(name) !== undefined ? anyValue(name).text : known(name),
  );
  if (!first || !hasTimes(first)) return undefined;
  for (const [name, template] of jwts) {
    const token = first.get(anyValue(name).text);
    if (token !== undefined && !isSigned(template, token, known)) return undefined;
  }
  if (dependents.size === 0) return first;
  // What depends on generated values can be worked out once these are known.
  const derivations = new Map(Object.entries(declaration.derive ?? {}));
  const unseen = [...jwts.keys()].filter((name) => !first.has(anyValue(name).text));
  const hidden = withDerived(declaration, unseen);
  const lookUp: LookUp = (name) => {
    if (!isUnknown(name)) return known(name);
    // A JWT that is only sent hashed, say, cannot be worked out.
    if (hidden.has(name)) return known(name) === undefined ? undefined : anyValue(name).text;
    if (!dependents.has(name)) return first.get(anyValue(name).text) ?? known(name);
    const derivation = derivations.get(name);
    return derivation && derivedFrom(derivation, lookUp, 0);
  };
  return compareAll(lookUp, first) && first;
}

/** Adds what was found. @returns whether it agrees with what was found before */
function merge(found: Found, more: Found): boolean {
  for (const [text, value] of more) {
    if ((found.get(text) ?? value) !== value) return false;
    found.set(text, value);
  }
  return true;
}

/** Whether what stands for the time is one. */
function hasTimes(found: Found): boolean {
  const time = found.get(generated.get('now')?.text ?? '');
  return time === undefined || !Number.isNaN(Date.parse(time));
}

/** The names that a request uses, without those that only derived values use. */
function namesIn({ use }: Declaration, { template, use: carried }: Expected): readonly string[] {
  const templates = [...templatesInRequest(template), ...(carried ? templatesInUse(use) : [])];
  return [...namesUsed({}, templates)];
}

/**
 * What cannot be known before a request is seen: JWTs, what else the client generates, JWTs included, and
 * what depends on it.
 *
 * @param mint the derived JWT that is the token
 */
function unknownIn(declaration: Declaration, mint: string | undefined) {
  const derivations = Object.entries(declaration.derive ?? {});
  const jwts = new Map(
    derivations.flatMap(([name, each]) => ('jwt' in each ? [[name, each.jwt] as const] : [])),
  );
  const minted = jwts.get(mint ?? '');
  if (minted) jwts.set('token', minted);
  const times = derivations.filter(([, each]) => 'time' in each).map(([name]) => name);
  const generatedHere = new Set([...generated.keys(), 'base_url', ...times, ...jwts.keys()]);
  const dependents = new Set(withDerived(declaration, generatedHere));
  for (const name of generatedHere) dependents.delete(name);
  return { jwts, generatedHere, dependents };
}

/**
 * @param asText whether what would be a number or a boolean is kept as text, with its mark
 * @returns undefined if a value cannot be sent in its place: then no client sends this request
 */
function build(
  { use }: Declaration,
  { template, use: carried }: Expected,
  lookUp: LookUp,
  asText = false,
): Request | undefined {
  try {
    const marked =
      asText && template.json !== undefined
        ? { ...template, json: withMarks(template.json) }
        : template;
    const request = buildRequest(marked, '', lookUp, { asText });
    return carried ? addCarriers(request, carriersOf(use, lookUp, carried.form)) : request;
  } catch (error) {
    if (error instanceof AuthctlError) return undefined;
    throw error;
  }
}

/** Every set of some of the names, the smallest first; of very many, none, one, all but one, and all. */
function subsets(names: readonly string[]): readonly ReadonlySet<string>[] {
  if (names.length > 8) {
    const others = names.map((name) => names.filter((each) => each !== name));
    return [[], ...names.map((name) => [name]), ...others, names].map((set) => new Set(set));
  }
  const sets: ReadonlySet<string>[] = [new Set()];
  for (const name of names) sets.push(...sets.map((set) => new Set([...set, name])));
  return sets.sort((a, b) => a.size - b.size);
}
