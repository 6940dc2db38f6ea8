/** Matches requests against request templates, and extracts the values of their placeholders. */
import type { RequestTemplate } from '../declaration/declaration.ts';
import { parseTemplate } from '../declaration/template.ts';

/** A received request. */
export interface Incoming {
  readonly method: string;
  /** Path and query, without the base URL. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** Values by placeholder. */
export type Found = ReadonlyMap<string, string>;

/** The formats of the values that a client generates. */
const formats: ReadonlyMap<string, string> = new Map([
  ['uuid', '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}'],
  ['now', '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?Z'],
]);

/**
 * Matches a request against a template. The body must have exactly the keys and types of the template,
 * and be empty if the template has none.
 *
 * @returns undefined without a match
 */
export function matchRequest(template: RequestTemplate, incoming: Incoming): Found | undefined {
  if (incoming.method !== template.method) return undefined;
  const found = new Map<string, string>();
  const matches =
    matchPath(template.path, incoming.target, found) &&
    Object.entries(template.headers ?? {}).every(([name, text]) =>
      matchString(text, incoming.headers.get(name.toLowerCase()), found),
    ) &&
    matchBody(template, incoming, found);
  return matches ? found : undefined;
}

/** Whether a request has the path of a template, whatever its method. */
export function matchesPath(template: RequestTemplate, incoming: Incoming): boolean {
  return matchPath(template.path, incoming.target, new Map());
}

/** @returns undefined without a match */
export function matchText(template: string, text: string | undefined): Found | undefined {
  const found = new Map<string, string>();
  return matchString(template, text, found) ? found : undefined;
}

function matchPath(template: string, target: string, found: Map<string, string>): boolean {
  return match(template, target, found, '[^/?#]+?', (segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return undefined;
    }
  });
}

function matchString(template: string, text: unknown, found: Map<string, string>): boolean {
  return typeof text === 'string' && match(template, text, found, '[^]*?', (value) => value);
}

function match(
  template: string,
  text: string,
  found: Map<string, string>,
  anything: string,
  decode: (raw: string) => string | undefined,
): boolean {
  const parts = parseTemplate(template);
  const names = parts.flatMap((part) => (part.kind === 'placeholder' ? [part.name] : []));
  const pattern = parts.map((part) =>
    part.kind === 'literal' ? escapeRegExp(part.text) : `(${formats.get(part.name) ?? anything})`,
  );
  const values = new RegExp(`^${pattern.join('')}$`).exec(text)?.slice(1);
  if (!values) return false;
  return names.every((name, index) => {
    const value = decode(values[index] ?? '');
    if (value === undefined || (name === 'now' && Number.isNaN(Date.parse(value)))) return false;
    const earlier = found.get(name);
    found.set(name, value);
    return earlier === undefined || earlier === value;
  });
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function matchBody(
  template: RequestTemplate,
  incoming: Incoming,
  found: Map<string, string>,
): boolean {
  const type = incoming.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (template.json !== undefined) {
    return type === 'application/json' && matchJson(template.json, parseJson(incoming.body), found);
  }
  if (template.form) {
    return (
      type === 'application/x-www-form-urlencoded' && matchForm(template.form, incoming.body, found)
    );
  }
  return incoming.body.length === 0;
}

function matchJson(template: unknown, value: unknown, found: Map<string, string>): boolean {
  if (typeof template === 'string') return matchString(template, value, found);
  if (typeof template !== 'object' || template === null) return template === value;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(template) !== Array.isArray(value)) return false;
  const parts = new Map<string, unknown>(Object.entries(value));
  const expected = Object.entries(template);
  return (
    expected.length === parts.size &&
    expected.every(([key, part]) => parts.has(key) && matchJson(part, parts.get(key), found))
  );
}

function matchForm(
  template: Readonly<Record<string, string>>,
  body: Uint8Array,
  found: Map<string, string>,
): boolean {
  const given = [...new URLSearchParams(decodeText(body) ?? '')];
  const parts = new Map(given);
  const expected = Object.entries(template);
  return (
    expected.length === given.length &&
    expected.every(([key, part]) => matchString(part, parts.get(key), found))
  );
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decodeText(body) ?? '');
  } catch {
    return undefined;
  }
}

function decodeText(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
