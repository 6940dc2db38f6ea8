/** Reads JSON that others wrote, without trust in its form. */
import { isDeeper } from '../declaration/nesting.ts';
import { AuthctlError } from '../errors.ts';

/** What bounds a file. */
export interface Limits {
  /** In characters. */
  readonly size: number;
  /** Levels of nested lists and objects. */
  readonly depth: number;
}

/** @param what it is, such as `the recording` @throws AuthctlError `usage`, without a word of the text */
export function parseOutside(text: string, what: string, { size, depth }: Limits): unknown {
  const mebibytes = size / 1024 / 1024;
  if (text.length > size) throw new AuthctlError('usage', `${what} is over ${mebibytes} MiB`);
  if (isDeeper(text, depth)) throw new AuthctlError('usage', `${what} is nested too deeply`);
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new AuthctlError('usage', `${what} is not valid JSON`);
  }
}

/** The value of an object's own member; undefined if there is none. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** The value at the end of several members. */
export function memberAt(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce(member, value);
}

/** The text of a member, or an empty one. */
export function textOf(value: unknown, name: string): string {
  const text = member(value, name);
  return typeof text === 'string' ? text : typeof text === 'number' ? String(text) : '';
}

/** The items of a list; none if it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Names and values, as recordings write headers. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** `name=value` → its two parts, without spaces around them. */
export function pairIn(text: string): [name: string, value: string] {
  const [name = '', value = ''] = text.split(/=(.*)/s);
  return [name.trim(), value.trim()];
}

/** Pairs of a list such as `[{"name": …, "value": …}]`. @param key the member with the name */
export function pairsOf(value: unknown, key: 'name' | 'key'): Pairs {
  return listOf(value)
    .filter((each) => member(each, 'disabled') !== true && textOf(each, key) !== '')
    .map((each) => [textOf(each, key), textOf(each, 'value')]);
}
