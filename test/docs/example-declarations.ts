/** The declarations in docs/your-api.md. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { fences } from './markdown.ts';

/** The page with the examples. */
export const page = readFileSync('docs/your-api.md', 'utf8');

/** The YAML on the page, with the number of its first line. */
export const blocks = fences(page)
  .filter(({ info }) => info === 'yaml')
  .map(({ text, line }) => ({ text, line, value: parse(text) }));

/** The whole declarations, by name; other blocks are parts that belong into the first of them. */
export const declarations: ReadonlyMap<string, string> = new Map(
  blocks.flatMap(({ text, value }) => ('version' in value ? [[value.name, text]] : [])),
);

/** A declaration with a part in place of its own; lists are replaced as a whole. */
export function merged(whole: unknown, part: unknown): unknown {
  if (!isObject(whole) || !isObject(part)) return part;
  const both = Object.entries(part).map(([key, value]) => [key, merged(whole[key], value)]);
  return { ...whole, ...Object.fromEntries(both) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
