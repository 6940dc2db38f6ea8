/** Says in words where a declaration does not fit the schema. */
import type { Problem } from './check/problem.ts';
import type { Violation } from './generated/validator.js';
import { didYouMean, nearest } from './nearest.ts';
import { escaped, resolvePointer } from './pointer.ts';

/** A part of a JSON Schema, as far as messages use it. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly title?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
}

/** Words of other tools and of plain English, and the ones that are meant. */
const synonyms: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    algorithm: ['alg', 'hash'],
    auth: ['basic', 'use'],
    base_url: ['baseUrl'],
    body: ['json', 'form', 'text'],
    credentials: ['fields'],
    data: ['form', 'json'],
    expires_in: ['lifetime', 'lives'],
    extract: ['keep'],
    id: ['name'],
    if: ['when'],
    one_time: ['once'],
    params: ['query'],
    parameters: ['query'],
    pattern: ['in'],
    payload: ['claims'],
    pointer: ['at'],
    private_key: ['key'],
    prompt: ['label'],
    requests: ['steps'],
    response: ['answer'],
    save: ['keep', 'stored'],
    seed: ['secret'],
    servers: ['environments'],
    token_path: ['token'],
    store: ['keep', 'stored'],
    ttl: ['lifetime', 'lives'],
    url: ['baseUrl', 'path'],
    username: ['user'],
    value: ['in', 'value'],
  }),
);

/**
 * The problems that a validator found.
 *
 * @param schema the whole schema
 * @param violations in the validator's order
 */
export function schemaProblems(
  schema: unknown,
  value: unknown,
  violations: readonly Violation[],
): readonly Problem[] {
  const problems = violations.flatMap((violation, index): readonly Problem[] => {
    const { instancePath, keyword } = violation;
    if (isInBranch(violations, index) || isSaidBetter(violations, violation)) return [];
    const part = partAt(schema, value, instancePath);
    const given = resolvePointer(value, instancePath);
    if (keyword !== 'anyOf') return [problemOf(part, violation, given)];
    const branch = branchOf(violations, index);
    const within = violations.filter((_, other) => branch.includes(other));
    return alternatives(schema, value, part, instancePath, given, within);
  });
  const seen = new Set<string>();
  return problems.filter(({ pointer, message }) => {
    const text = `${pointer} ${message}`;
    return !seen.has(text) && seen.add(text);
  });
}

/** Of a constant, its value says more than its type. */
function isSaidBetter(violations: readonly Violation[], { instancePath, keyword }: Violation) {
  return (
    keyword === 'type' &&
    violations.some(
      (other) => other.instancePath === instancePath && ['const', 'enum'].includes(other.keyword),
    )
  );
}

/** The violations of the alternatives of an `anyOf`: those before it at its place or below. */
function branchOf(violations: readonly Violation[], index: number): readonly number[] {
  const at = violations[index]?.instancePath ?? '';
  const branch: number[] = [];
  for (let before = index - 1; before >= 0; before--) {
    const path = violations[before]?.instancePath ?? '';
    if (path !== at && !path.startsWith(`${at}/`)) break;
    branch.push(before);
  }
  return branch;
}

function isInBranch(violations: readonly Violation[], index: number): boolean {
  return violations.some(
    ({ keyword }, other) =>
      keyword === 'anyOf' && other > index && branchOf(violations, other).includes(index),
  );
}

/**
 * The part of the schema that describes a place. Not by the validator's path into the schema, which begins
 * anew at each reference.
 */
function partAt(schema: unknown, value: unknown, pointer: string): Schema {
  let part = resolved(schema, schema as Schema);
  let here = value;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    part = resolved(schema, memberOf(resolvedFor(schema, part, here), key) ?? {});
    here = resolvePointer(here, `/${step}`);
  }
  return part;
}

/** Of alternatives, the one that a value is meant to be. */
function resolvedFor(schema: unknown, part: Schema, value: unknown): Schema {
  const branches = branchesOf(schema, part);
  if (branches.length === 0) return part;
  const isMeant = ({ type, properties = {} }: Schema) =>
    Array.isArray(value)
      ? type === 'array'
      : typeof value === 'object' &&
        value !== null &&
        Object.keys(value).some((key) => Object.hasOwn(properties, key));
  return branches.find(isMeant) ?? part;
}

function memberOf({ properties = {}, patternProperties = {}, items }: Schema, key: string) {
  if (Object.hasOwn(properties, key)) return properties[key];
  return Object.values(patternProperties)[0] ?? items;
}

function resolved(schema: unknown, part: Schema): Schema {
  if (part.$ref === undefined) return part;
  return (resolvePointer(schema, part.$ref.replace(/^#/, '')) as Schema | undefined) ?? {};
}

/** The alternatives of a part, and those of each that has some itself. */
function branchesOf(schema: unknown, { anyOf = [] }: Schema): readonly Schema[] {
  return anyOf.flatMap((each) => {
    const branch = resolved(schema, each);
    return branch.anyOf ? branchesOf(schema, branch) : [branch];
  });
}

/** The problems of a value that fits none of several alternatives. */
function alternatives(
  schema: unknown,
  value: unknown,
  part: Schema,
  pointer: string,
  given: unknown,
  violations: readonly Violation[],
): readonly Problem[] {
  const branches = branchesOf(schema, part);
  const objects = branches.filter(({ properties }) => properties);
  const isList = Array.isArray(given);
  const list = branches.find(({ type }) => type === 'array');
  const within = violations.filter(({ instancePath }) => instancePath.startsWith(`${pointer}/`));
  if (isList && list) return schemaProblems(schema, value, within);
  if (typeof given !== 'object' || given === null || isList || objects.length === 0) {
    return [{ pointer, message: `expected ${nameOf(part)}` }];
  }
  const known = objects.flatMap(({ properties = {} }) => Object.keys(properties));
  const keys = Object.keys(given);
  const meant = objects.find(({ properties = {} }) =>
    keys.some((key) => Object.hasOwn(properties, key)),
  );
  if (!meant) {
    const [key] = keys;
    if (key === undefined) return [{ pointer, message: `expected ${nameOf(part)}` }];
    return [unknownWord(`${pointer}/${escaped(key)}`, key, known)];
  }
  const { properties = {}, required = [] } = meant;
  const choices = objects.flatMap((each) => each.required ?? []);
  const inside = within.filter(({ instancePath }) =>
    Object.keys(properties).some((key) => {
      const own = `${pointer}/${escaped(key)}`;
      return instancePath === own || instancePath.startsWith(`${own}/`);
    }),
  );
  return [
    ...keys
      .filter((key) => !Object.hasOwn(properties, key))
      .map((key) =>
        choices.includes(key)
          ? {
              pointer: `${pointer}/${escaped(key)}`,
              message: `expected only one of ${choices.join(', ')}`,
            }
          : unknownWord(`${pointer}/${escaped(key)}`, key, Object.keys(properties)),
      ),
    ...required
      .filter((key) => !keys.includes(key))
      .map((key) => ({ pointer, message: `"${key}" is missing` })),
    ...schemaProblems(schema, value, inside),
  ];
}

function problemOf(
  part: Schema,
  { instancePath: pointer, keyword, params }: Violation,
  given: unknown,
): Problem {
  const text = (name: string) => String(params[name]);
  switch (keyword) {
    case 'additionalProperties': {
      const key = text('additionalProperty');
      const place = `${pointer}/${escaped(key)}`;
      if (part.patternProperties)
        return { pointer: place, message: `${JSON.stringify(key)} cannot be a name here` };
      return unknownWord(place, key, Object.keys(part.properties ?? {}));
    }
    case 'required':
      return { pointer, message: `"${text('missingProperty')}" is missing` };
    case 'enum': {
      const known = (part.enum ?? []).map(String);
      const meant = didYouMean(nearest(String(given), known));
      return { pointer, message: `expected one of ${known.join(', ')}${meant}` };
    }
    case 'const':
      return { pointer, message: `expected ${JSON.stringify(part.const)}` };
    case 'minimum':
    case 'maximum':
      return { pointer, message: `expected a number from ${part.minimum} to ${part.maximum}` };
    case 'minItems':
    case 'minLength':
      return { pointer, message: 'it is empty' };
    case 'maxItems':
    case 'maxProperties':
    case 'maxLength':
      return { pointer, message: `expected at most ${text('limit')} ${units[keyword]}` };
    default:
      return { pointer, message: `expected ${nameOf(part)}${quoteHint(part, given)}` };
  }
}

const units = { maxItems: 'items', maxProperties: 'members', maxLength: 'characters' } as const;

function unknownWord(pointer: string, key: string, known: readonly string[]): Problem {
  const meant = (synonyms.get(key.toLowerCase()) ?? []).filter((word) => known.includes(word));
  const word = meant.length > 0 ? meant.join(' or ') : nearest(key, known);
  const others = word === undefined ? `: expected ${known.join(', ')}` : '';
  return { pointer, message: `unknown word ${JSON.stringify(key)}${others}${didYouMean(word)}` };
}

/** What a part of the schema accepts, in words. */
function nameOf({ title, type }: Schema): string {
  if (title !== undefined) return title;
  return types[type ?? ''] ?? 'another value';
}

const types: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'text',
};

/** YAML reads some texts as other values. */
function quoteHint({ type }: Schema, given: unknown): string {
  if (type !== 'string') return '';
  if (typeof given === 'number' || typeof given === 'boolean') return ': put quotes around it';
  const isEmpty = given === null || (typeof given === 'object' && !Array.isArray(given));
  return isEmpty ? ': text that begins with { or # needs quotes' : '';
}
