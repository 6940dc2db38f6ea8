/** The reverse of a request template: whether a request is of its form, and what stands in its places. */
import type { RequestTemplate } from '../declaration/declaration.ts';
import { parseTemplate } from '../declaration/template.ts';

/** A request as it arrived. */
export interface Incoming {
  readonly method: string;
  /** Path and query, without the base URL. */
  readonly target: string;
  /** By lower-cased name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** What was found in the places of a template, by the placeholder's name. */
export type Found = ReadonlyMap<string, string>;

/** What a placeholder may stand for; the names are those of values that a client generates. */
const forms: ReadonlyMap<string, string> = new Map([
  ['uuid', '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}'],
  ['now', '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?Z'],
]);

/**
 * Takes a request apart by its template. A body with other keys, fewer keys or another type of
 * value is not of the template's form, and neither is one where the template has none.
 *
 * @returns undefined where the request is not of this form
 */
export function matchRequest(template: RequestTemplate, incoming: Incoming): Found | undefined {
  if (incoming.method !== template.method) return undefined;
  const found = new Map<string, string>();
  const fits =
    takePath(template.path, incoming.target, found) &&
    Object.entries(template.headers ?? {}).every(([name, text]) =>
      takeText(text, incoming.headers.get(name.toLowerCase()), found),
    ) &&
    takeBody(template, incoming, found);
  return fits ? found : undefined;
}

/** Whether a request is for the path of a template, whatever its method. */
export function matchesPath(template: RequestTemplate, incoming: Incoming): boolean {
  return takePath(template.path, incoming.target, new Map());
}

/** Takes a text apart by its template; undefined where it is not of its form. */
export function matchText(template: string, text: string | undefined): Found | undefined {
  const found = new Map<string, string>();
  return takeText(template, text, found) ? found : undefined;
}

function takePath(template: string, target: string, found: Map<string, string>): boolean {
  return take(template, target, found, '[^/?#]+?', (segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return undefined;
    }
  });
}

function takeText(template: string, text: unknown, found: Map<string, string>): boolean {
  return typeof text === 'string' && take(template, text, found, '[^]*?', (value) => value);
}

function take(
  template: string,
  text: string,
  found: Map<string, string>,
  anything: string,
  decode: (raw: string) => string | undefined,
): boolean {
  const parts = parseTemplate(template);
  const names = parts.flatMap((part) => (part.kind === 'placeholder' ? [part.name] : []));
  const pattern = parts.map((part) =>
    part.kind === 'literal' ? literally(part.text) : `(${forms.get(part.name) ?? anything})`,
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

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function takeBody(
  template: RequestTemplate,
  incoming: Incoming,
  found: Map<string, string>,
): boolean {
  const type = incoming.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (template.json !== undefined) {
    return type === 'application/json' && takeJson(template.json, parseJson(incoming.body), found);
  }
  if (template.form) {
    return (
      type === 'application/x-www-form-urlencoded' && takeForm(template.form, incoming.body, found)
    );
  }
  return incoming.body.length === 0;
}

function takeJson(template: unknown, value: unknown, found: Map<string, string>): boolean {
  if (typeof template === 'string') return takeText(template, value, found);
  if (typeof template !== 'object' || template === null) return template === value;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(template) !== Array.isArray(value)) return false;
  const parts = new Map<string, unknown>(Object.entries(value));
  const places = Object.entries(template);
  return (
    places.length === parts.size &&
    places.every(([key, place]) => parts.has(key) && takeJson(place, parts.get(key), found))
  );
}

function takeForm(
  template: Readonly<Record<string, string>>,
  body: Uint8Array,
  found: Map<string, string>,
): boolean {
  const given = [...new URLSearchParams(decodeText(body) ?? '')];
  const parts = new Map(given);
  const places = Object.entries(template);
  return (
    places.length === given.length &&
    places.every(([key, place]) => takeText(place, parts.get(key), found))
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
