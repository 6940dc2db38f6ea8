/** What schemas and examples say about the members of a body. */
import { isConstant, wordsOf } from '../names.ts';
import type { Node } from './node.ts';

/** A member of a body, at its keys from the outermost. */
export interface Member {
  readonly at: readonly string[];
  /** What describes it: its schema, and the parts that this is put together of. */
  readonly facets: readonly Node[];
  readonly required: boolean;
}

/** The members of a body. */
export interface Members {
  readonly members: readonly Member[];
  /** What describes the body as a whole. */
  readonly facets: readonly Node[];
  /** How many forms the body may have, of which the members of one are these; or of all, in an answer. */
  readonly forms: number;
}

/** Levels of members. */
const deepest = 5;
const mostMembers = 200;
const mostFacets = 60;

/** Chooses between the forms of a request's body. */
export type Choose = (forms: readonly Node[]) => Node | undefined;

/**
 * A schema with the parts that it is put together of. Of the alternatives of `oneOf` and `anyOf`, all count,
 * or the one that is chosen.
 */
export function facetsOf(
  schema: Node,
  choose?: Choose,
): { readonly facets: readonly Node[]; readonly forms: number } {
  const facets: Node[] = [];
  const seen = new Set<unknown>();
  let forms = 1;
  const add = (node: Node) => {
    if (!node.isMap || seen.has(node.value) || facets.length >= mostFacets) return;
    seen.add(node.value);
    node.look();
    facets.push(node);
    for (const each of node.get('allOf').items) add(each);
    for (const key of ['oneOf', 'anyOf']) {
      const alternatives = node.get(key).items.filter((each) => !isNull(each));
      forms = Math.max(forms, alternatives.length);
      const chosen = choose && alternatives.length > 1 ? choose(alternatives) : undefined;
      for (const each of chosen ? [chosen] : alternatives) add(each);
    }
  };
  add(schema);
  return { facets, forms };
}

/** What was found for a schema, which many operations may share. */
const known = new WeakMap<object, Members>();

/** The members that a schema shows, down to texts, numbers and lists; the outer ones first. */
export function membersOf(schema: Node, choose?: Choose): Members {
  const { value } = schema;
  const isKept = choose === undefined && typeof value === 'object' && value !== null;
  const before = isKept ? known.get(value) : undefined;
  if (before) return before;
  const found = findMembers(schema, choose);
  if (isKept) known.set(value, found);
  return found;
}

interface Level {
  readonly parts: readonly Node[];
  readonly at: readonly string[];
  /** Whether what is required here is required in any case. */
  readonly isSure: boolean;
}

function findMembers(schema: Node, choose?: Choose): Members {
  const { facets, forms } = facetsOf(schema, choose);
  const members: Member[] = [];
  const levels: Level[] = [{ parts: facets, at: [], isSure: true }];
  for (let level = levels.shift(); level && members.length < mostMembers; level = levels.shift()) {
    const { parts, at, isSure } = level;
    const names = new Set(parts.flatMap((part) => part.get('properties').keys));
    const required = new Set(parts.flatMap((part) => requiredIn(part)));
    for (const name of names) {
      if (members.length + levels.length >= mostMembers) break;
      const own = parts
        .map((part) => part.get('properties').get(name))
        .filter((each) => each.isMap)
        .flatMap((each) => facetsOf(each, choose).facets);
      const isRequired = isSure && required.has(name);
      const hasMembers = own.some((each) => each.get('properties').keys.length > 0);
      if (hasMembers && at.length + 1 < deepest) {
        levels.push({ parts: own, at: [...at, name], isSure: isRequired });
      } else members.push({ at: [...at, name], facets: own, required: isRequired });
    }
  }
  return { members, facets, forms };
}

function requiredIn(node: Node): readonly string[] {
  const required = node.raw('required');
  return Array.isArray(required) ? required.filter((each) => typeof each === 'string') : [];
}

function isNull(node: Node): boolean {
  return node.raw('type') === 'null';
}

/** The type of a value: of a list of types, the first that is no null. */
export function typeOf(facets: readonly Node[]): string {
  for (const each of facets) {
    const type = each.raw('type');
    const names = Array.isArray(type) ? type : [type];
    const first: unknown = names.find((name) => typeof name === 'string' && name !== 'null');
    if (typeof first === 'string') return first;
  }
  if (facets.some((each) => each.raw('items') !== undefined)) return 'array';
  return facets.some((each) => each.raw('properties') !== undefined) ? 'object' : '';
}

/** The first text of this name. */
export function textOf(facets: readonly Node[], key: string): string {
  for (const each of facets) {
    const text = each.text(key);
    if (text !== '') return text;
  }
  return '';
}

/** A value that may stand in a request as it is. */
export type Plain = string | number | boolean;

function isPlain(value: unknown): value is Plain {
  const isShort = typeof value === 'string' && value.length <= 200;
  return isShort || typeof value === 'number' || typeof value === 'boolean';
}

/** What must stand there, as far as a schema says: `const`, an `enum` of one, a pattern without variety. */
export function constantOf(facets: readonly Node[]): Plain | undefined {
  for (const each of facets) {
    const fixed = each.raw('const');
    if (isPlain(fixed)) return fixed;
    const values = choicesOf([each]);
    if (values.length === 1) return values[0];
    const pattern = /^\^\(?([\w.:/-]+)\)?\$$/.exec(each.text('pattern'))?.[1];
    if (pattern !== undefined && !/^[\\.]/.test(pattern)) return pattern;
  }
  return undefined;
}

/** The values of an `enum`, less null. */
export function choicesOf(facets: readonly Node[]): readonly Plain[] {
  for (const each of facets) {
    const values = each.raw('enum');
    if (Array.isArray(values)) {
      const plain = values.filter((value) => value !== null);
      if (plain.length > 0 && plain.every(isPlain)) return plain;
    }
  }
  return [];
}

/** The default, if it is a plain value. */
export function defaultOf(facets: readonly Node[]): Plain | undefined {
  return facets.map((each) => each.raw('default')).find((each) => isPlain(each) && each !== '') as
    | Plain
    | undefined;
}

/** An example that is the protocol's, such as of a grant_type, and no credential. */
export function protocolExample(name: string, facets: readonly Node[]): string | undefined {
  const pattern = facets.map((each) => each.text('pattern')).find((each) => /^[\w-]+$/.test(each));
  const values = facets.flatMap((each) => [each.raw('example'), ...listOf(each.raw('examples'))]);
  return [pattern, ...values].find(
    (each): each is string => typeof each === 'string' && isConstant(name, each),
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, 20) : [];
}

/** A whole example of a body, and its name if it has one. */
export interface Example {
  readonly name: string;
  readonly value: unknown;
}

/** The examples of a body: of its media type, its schema, and tools' own. */
export function examplesOf(node: Node, schema: Node): readonly Example[] {
  const named = node.get('examples');
  const examples: Example[] = named.keys.map((name) => {
    const each = node.tolerant(() => named.get(name), undefined);
    return {
      name,
      value: each?.isMap && each.raw('value') !== undefined ? each.raw('value') : each?.value,
    };
  });
  const others = [
    ...[node.raw('example'), schema.raw('example'), ...listOf(schema.raw('examples'))],
    ...[schema.raw('x-example'), node.raw('x-example')],
  ];
  for (const value of others) {
    if (typeof value === 'object' && value !== null) examples.push({ name: '', value });
  }
  return examples.slice(0, 50).map(({ name, value }) => ({ name, value: unquoted(value) }));
}

/** Some documents have their examples as JSON in a text. */
function unquoted(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > 20_000 || !/^\s*\{/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The plain values of an example, at their keys from the outermost. */
export function leavesOf(
  value: unknown,
): readonly { readonly at: readonly string[]; readonly value: unknown }[] {
  const leaves: { readonly at: readonly string[]; readonly value: unknown }[] = [];
  const walk = (each: unknown, at: readonly string[]) => {
    if (leaves.length >= mostMembers || at.length > deepest) return;
    const isMap = typeof each === 'object' && each !== null && !Array.isArray(each);
    if (isMap) for (const [key, child] of Object.entries(each)) walk(child, [...at, key]);
    else if (at.length > 0) leaves.push({ at, value: each });
  };
  walk(value, []);
  return leaves;
}

/** The last of the keys. */
export function lastOf(at: readonly string[]): string {
  return at.at(-1) ?? '';
}

/** Whether a name is that of a password or of another secret that people have. */
export function isPasswordName(name: string): boolean {
  const words = wordsOf(name);
  const plain = words.join('');
  if (
    /^(new|old|confirm|repeat)/.test(plain) ||
    /(confirm|confirmation|repeat|again)$/.test(plain)
  ) {
    return false;
  }
  return (
    words.some((each) =>
      /^(password|passwd|passwort|pwd|pass|passphrase|secret|pin|contrasena|senha|mdp)$/.test(each),
    ) || /^(user|login)?password$|^(client|app|api|consumer)secret$/.test(plain)
  );
}

/** Whether a name, or what is said of it, is that of somebody or something that logs in. */
export function isUserName(name: string, description = ''): boolean {
  const plain = wordsOf(name).join('');
  if (
    /^(user|username|userid|login|loginid|loginname|email|emailaddress|mail|identity|identifier|account|accountid|accountname|useremail|usernameoremail|usernameoremailaddress|clientid|appid|appkey|machineid|name|uid|phone|phonenumber|mobile)$/.test(
      plain,
    )
  ) {
    return true;
  }
  const said = /^(the |your )?(user ?name|e-?mail( address)?|login name)\b/i;
  return said.test(description.trim()) && !isPasswordName(name);
}
