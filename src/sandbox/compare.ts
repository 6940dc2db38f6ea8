/**
 * Compares a request with the one that a client would send: it is built from the declaration as the client
 * builds it, so that no word of the vocabulary needs a reversed implementation here.
 */
import { placeholdersIn, renderJson } from '../declaration/template.ts';
import type { Request } from '../http/message.ts';

/** A received request. */
export interface Incoming {
  readonly method: string;
  /** Path and query, without the base URL. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** A text that stands for values which the client chooses. */
export interface Wildcard {
  /** The text in the expected request. */
  readonly text: string;
  /** The pattern of the values. */
  readonly pattern: string;
}

/** They come before the text that is expected in place of a number or a boolean. */
export const scalarMarks = { number: '\u0001', boolean: '\u0002' } as const;

/** A JSON template with a mark before each `{x|number}` and `{x|boolean}`, which then is a text. */
export function withMarks(json: unknown): unknown {
  return renderJson(json, (text) => {
    const [first] = placeholdersIn(text);
    const mark = scalarMarks[first?.filter as keyof typeof scalarMarks];
    return mark === undefined ? text : mark + text.replace(/\|[a-z]+\}$/, '}');
  });
}

/** The values in place of wildcards, by the wildcard's text. */
export type Found = Map<string, string>;

/**
 * Compares a request with the expected one. It must have the same method, path, query, body and cookies,
 * and the expected headers; more headers do not matter.
 *
 * @param expected its URL begins with the path
 * @returns the values in place of the wildcards, which must be the same wherever one occurs; undefined
 *   if the requests differ
 */
export function compare(
  expected: Request,
  incoming: Incoming,
  wildcards: readonly Wildcard[],
): Found | undefined {
  const found: Found = new Map();
  const isSame = (text: string, given: string | undefined) =>
    given !== undefined && matchText(text, given, wildcards, found);
  const matches =
    expected.method === incoming.method &&
    samePath(expected.url, incoming.target, isSame) &&
    sameQuery(expected.url, incoming.target, isSame) &&
    Object.entries(expected.headers).every(([name, value]) =>
      sameHeader(name.toLowerCase(), value, incoming.headers.get(name.toLowerCase()), isSame),
    ) &&
    sameBody(expected, incoming, isSame);
  return matches ? found : undefined;
}

/** Whether a request has the path of an expected one, whatever its method. */
export function hasPath(
  expected: Pick<Request, 'url'>,
  incoming: Pick<Incoming, 'target'>,
  wildcards: readonly Wildcard[],
): boolean {
  return samePath(
    expected.url,
    incoming.target,
    (text, given) => given !== undefined && matchText(text, given, wildcards, new Map()),
  );
}

/** Compares a text with the expected one, as `compare` does. */
export function compareText(
  text: string,
  given: string,
  wildcards: readonly Wildcard[],
): Found | undefined {
  const found: Found = new Map();
  return matchText(text, given, wildcards, found) ? found : undefined;
}

/** Compares JSON with the expected one, as `compare` does. @param expected may have marks */
export function compareJson(
  expected: unknown,
  given: unknown,
  wildcards: readonly Wildcard[],
): Found | undefined {
  const found: Found = new Map();
  const isSame: IsSame = (text, value) =>
    value !== undefined && matchText(text, value, wildcards, found);
  return sameJson(expected, given, isSame) ? found : undefined;
}

type IsSame = (text: string, given: string | undefined) => boolean;

function matchText(
  text: string,
  given: string,
  wildcards: readonly Wildcard[],
  found: Found,
): boolean {
  const names: string[] = [];
  let pattern = '';
  let rest = text;
  for (;;) {
    const next = wildcards
      .map((wildcard) => ({ ...wildcard, at: rest.indexOf(wildcard.text) }))
      .filter(({ at }) => at !== -1)
      .sort((a, b) => a.at - b.at)[0];
    if (!next) break;
    pattern += `${literal(rest.slice(0, next.at))}(${next.pattern})`;
    names.push(next.text);
    rest = rest.slice(next.at + next.text.length);
  }
  const values = new RegExp(`^${pattern}${literal(rest)}$`).exec(given)?.slice(1);
  if (!values) return false;
  return names.every((name, index) => {
    const value = values[index] ?? '';
    const earlier = found.get(name);
    found.set(name, value);
    return earlier === undefined || earlier === value;
  });
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function samePath(expected: string, target: string, isSame: IsSame): boolean {
  const segments = (url: string) => url.replace(/[?#].*$/s, '').split('/');
  const wanted = segments(expected);
  const given = segments(target);
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) => isSame(decoded(segment) ?? '', decoded(given[index] ?? '')))
  );
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function sameQuery(expected: string, target: string, isSame: IsSame): boolean {
  const query = (url: string) => /\?([^#]*)/.exec(url)?.[1] ?? '';
  return samePairs(query(expected), query(target), isSame);
}

/** Pairs of a query or a form, in any order. */
function samePairs(expected: string, given: string, isSame: IsSame): boolean {
  const wanted = [...new URLSearchParams(expected)];
  const pairs = [...new URLSearchParams(given)];
  const values = new Map(pairs);
  return (
    wanted.length === pairs.length && wanted.every(([name, text]) => isSame(text, values.get(name)))
  );
}

function sameHeader(
  name: string,
  text: string,
  given: string | undefined,
  isSame: IsSame,
): boolean {
  if (given === undefined) return false;
  if (name === 'content-type') return mediaType(text) === mediaType(given);
  if (name === 'cookie') {
    const cookies = given.split(/; */);
    return text.split('; ').every((pair) => cookies.some((cookie) => isSame(pair, cookie)));
  }
  const [wanted, credentials] = [text, given].map(basicCredentials);
  return (
    isSame(text, given) ||
    (wanted !== undefined && credentials !== undefined && isSame(wanted, credentials))
  );
}

/** The user and password of Basic authentication. */
function basicCredentials(value: string): string | undefined {
  const base64 = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(value)?.[1];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString();
}

function mediaType(text: string): string | undefined {
  return text.split(';')[0]?.trim().toLowerCase();
}

function sameBody(
  { headers, body }: Request,
  { headers: given, body: bytes }: Incoming,
  isSame: IsSame,
): boolean {
  if (body === undefined) return bytes.length === 0;
  const type = mediaType(
    Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '',
  );
  const text = textOf(bytes);
  if (text === undefined || mediaType(given.get('content-type') ?? '') !== type) return false;
  if (type === 'application/x-www-form-urlencoded') return samePairs(body, text, isSame);
  const wanted = parseJson(body);
  return wanted === undefined ? isSame(body, text) : sameJson(wanted, parseJson(text), isSame);
}

/** Exactly the same keys and types. */
function sameJson(expected: unknown, given: unknown, isSame: IsSame): boolean {
  if (typeof expected === 'string') {
    if (typeof given === 'string') return isSame(expected, given);
    // What the client sends as a number or a boolean is expected as a text that stands for it.
    const mark = scalarMarks[typeof given as keyof typeof scalarMarks];
    return mark !== undefined && expected.startsWith(mark) && isSame(expected.slice(1), `${given}`);
  }
  if (typeof expected !== 'object' || expected === null) return expected === given;
  if (typeof given !== 'object' || given === null) return false;
  if (Array.isArray(expected) !== Array.isArray(given)) return false;
  const parts = new Map<string, unknown>(Object.entries(given));
  const wanted = Object.entries(expected);
  return (
    wanted.length === parts.size &&
    wanted.every(([key, part]) => parts.has(key) && sameJson(part, parts.get(key), isSame))
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
