/** The requests that a sandbox expects, built as a client builds them. */
import type { Declaration, RequestTemplate } from '../declaration/declaration.ts';
import { derivedFrom, withDerived } from '../declaration/derive.ts';
import { buildRequest } from '../declaration/request.ts';
import {
  type LookUp,
  placeholdersIn,
  renderJson,
  renderTemplate,
} from '../declaration/template.ts';
import { addCarriers, carriersOf } from '../declaration/use.ts';
import { namesUsed, templatesInRequest, templatesInUse } from '../declaration/uses.ts';
import { requestValues } from '../declaration/values.ts';
import { AuthctlError } from '../errors.ts';
import type { Request } from '../http/message.ts';
import {
  compare,
  compareText,
  type Found,
  hasPath,
  type Incoming,
  scalarMarks,
  type Wildcard,
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

/**
 * Whether a request is the one that a client with these values sends.
 *
 * @param values by name; what the client generates is found in the request
 * @param optional the names of values that the request may lack
 */
export function isRequestOf(
  declaration: Declaration,
  expected: Expected,
  incoming: Incoming,
  {
    values,
    optional,
  }: { readonly values: ReadonlyMap<string, string>; readonly optional: readonly string[] },
): boolean {
  const left = lacking(declaration, expected, incoming, optional);
  if (!left) return false;
  const given = new Map([...values].filter(([name]) => !left.has(name)));
  return isExactly(declaration, expected, incoming, given);
}

function isExactly(
  declaration: Declaration,
  expected: Expected,
  incoming: Incoming,
  values: ReadonlyMap<string, string>,
): boolean {
  const known = requestValues(declaration, { values, uuid: () => '', now: 0 });
  const { times, dependents } = generatedBy(declaration);
  const derivations = new Map(Object.entries(declaration.derive ?? {}));
  const unknown = new Set([...generated.keys(), ...times, ...dependents]);
  const first = build(declaration, expected, (name) =>
    // One that lacks an optional value is left out.
    unknown.has(name) && known(name) !== undefined ? anyValue(name).text : known(name),
  );
  const found = first && compare(first, incoming, [...unknown].map(anyValue));
  if (!found || !hasTimes(found)) return false;
  if (dependents.size === 0) return true;
  // What depends on generated values can be worked out once these are known.
  const lookUp: LookUp = (name) => {
    if (!unknown.has(name)) return known(name);
    if (!dependents.has(name)) return found.get(anyValue(name).text) ?? known(name);
    const derivation = derivations.get(name);
    return derivation && derivedFrom(derivation, lookUp, 0);
  };
  const second = build(declaration, expected, lookUp);
  return second !== undefined && compare(second, incoming, []) !== undefined;
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

/** The derived values that are times, and those that depend on something generated. */
function generatedBy(declaration: Declaration) {
  const derivations = Object.entries(declaration.derive ?? {});
  const times = derivations.filter(([, each]) => 'time' in each).map(([name]) => name);
  const dependents = new Set(withDerived(declaration, [...generated.keys(), ...times]));
  for (const name of [...generated.keys(), ...times]) dependents.delete(name);
  return { times, dependents };
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
    const marked = asText ? { ...template, ...markedJson(template) } : template;
    const request = buildRequest(marked, '', lookUp, { asText });
    return carried ? addCarriers(request, carriersOf(use, lookUp, carried.form)) : request;
  } catch (error) {
    if (error instanceof AuthctlError) return undefined;
    throw error;
  }
}

/** The JSON with a mark before each `{x|number}` and `{x|boolean}`. */
function markedJson({ json }: RequestTemplate): Pick<RequestTemplate, 'json'> {
  if (json === undefined) return {};
  return {
    json: renderJson(json, (text) => {
      const [first] = placeholdersIn(text);
      const mark = scalarMarks[first?.filter as keyof typeof scalarMarks];
      return mark === undefined ? text : mark + text.replace(/\|[a-z]+\}$/, '}');
    }),
  };
}

/** Every set of some of the names, the smallest first, or of all or none if there are many. */
function subsets(names: readonly string[]): readonly ReadonlySet<string>[] {
  if (names.length > 4) return [new Set(), new Set(names)];
  const sets: ReadonlySet<string>[] = [new Set()];
  for (const name of names) sets.push(...sets.map((set) => new Set([...set, name])));
  return sets.sort((a, b) => a.size - b.size);
}
