/** Reads values from an answer: from its JSON, a header, a cookie, or its whole text. */
import type { Response } from '../http/message.ts';
import { type Cookie, findCookie } from './cookie.ts';
import type { Place, TokenPlace } from './declaration.ts';
import { hasDuplicateNames } from './duplicate-names.ts';
import { resolvePointer } from './pointer.ts';
import { type LookUp, renderTemplate } from './template.ts';

/** An answer, parsed where it can be. */
export interface ReadAnswer {
  readonly response: Response;
  /** The body as JSON, or why it is not. */
  readonly json:
    | { readonly ok: true; readonly value: unknown }
    | { readonly ok: false; readonly problem: string };
  /** The body as text, less one line end; undefined if it cannot be read. */
  readonly text: string | undefined;
  /** The values of fields, for the names of cookies. */
  readonly lookUp: LookUp;
}

/** Parses an answer. @param lookUp the values of fields that are not secret */
export function readAnswer(response: Response, lookUp: LookUp = () => undefined): ReadAnswer {
  const { body, problem } = response;
  const text = problem === undefined ? decode(body) : undefined;
  return { response, lookUp, json: parse(text, problem), text: text?.replace(/\r?\n$/, '') };
}

/** Whether a place is in the JSON of an answer. */
export function isPointer(place: Place): place is string {
  return typeof place === 'string';
}

/**
 * The value at a place; undefined if there is none.
 *
 * @throws AuthctlError `bad_answer` for two values of one cookie
 */
export function valueAt(answer: ReadAnswer, place: Place): unknown {
  if (isPointer(place)) {
    return answer.json.ok ? resolvePointer(answer.json.value, place) : undefined;
  }
  if ('header' in place) return answer.response.headers[place.header.toLowerCase()];
  if ('cookie' in place) return cookieAt(answer, place)?.value;
  return answer.text === '' ? undefined : answer.text;
}

/** The cookie at a place; undefined if there is none, or it is empty or to be removed. */
export function cookieAt(
  { response, lookUp }: ReadAnswer,
  { cookie }: Extract<Place, { cookie: string }>,
): Cookie | undefined {
  const name = renderTemplate(cookie, lookUp);
  return name === undefined ? undefined : findCookie(response.cookies, name, timeOf(response));
}

/** When an answer was sent, by the server's clock, else by the local one. */
export function timeOf({ headers, receivedAt }: Response): number {
  const date = parseDate(headers['date']);
  return Number.isNaN(date) ? receivedAt : date;
}

/** Milliseconds since the epoch; NaN for another format. `Date.parse` alone accepts local times too. */
export function parseDate(header = ''): number {
  return header.endsWith(' GMT') ? Date.parse(header) : Number.NaN;
}

/** Whether two places are one. */
export function isSamePlace(a: Place, b: Place | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A place in words, such as `/data/token` or `the header X-Token`. */
export function describePlace(place: TokenPlace): string {
  if (typeof place === 'string') return place === '' ? 'the whole answer' : place;
  if ('value' in place) return `the kept value ${place.value}`;
  if ('header' in place) return `the header ${place.header}`;
  return 'cookie' in place ? `the cookie ${place.cookie}` : 'the whole text';
}

function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function parse(text: string | undefined, problem = 'a body that is not UTF-8'): ReadAnswer['json'] {
  if (text === undefined) return { ok: false, problem };
  if (text === '') return { ok: false, problem: 'an empty body' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const problem = /^\s*</.test(text) ? 'a page, not JSON' : 'a body that is not JSON';
    return { ok: false, problem };
  }
  // One of the two values may be the token, and parsers disagree on which of them counts.
  if (!hasDuplicateNames(text)) return { ok: true, value };
  return { ok: false, problem: 'JSON that has a duplicate name in an object' };
}
