/** Builds a request from a template and values. Pure: fresh UUIDs and the time are among the values. */
import { AuthctlError } from '../errors.ts';
import type { Request } from '../http/message.ts';
import type { Basic, RequestTemplate } from './declaration.ts';
import {
  type LookUp,
  mask,
  renderJson,
  renderTemplate,
  renderTyped,
  TypeProblem,
} from './template.ts';
import { isToken } from './token.ts';

/** How a request is built that is not to be sent. */
export interface How {
  /** To be shown: secrets are `***`, also in Basic authentication. */
  readonly masked?: boolean;
  /** To be compared: what would become a number or a boolean is kept as text. */
  readonly asText?: boolean;
}

/**
 * Builds the request that a template describes. What names an optional value that is missing is left out.
 *
 * @param baseUrl without a trailing slash
 * @throws AuthctlError `credential_unsendable` for a value that its place cannot carry, `bad_answer` for one
 *   that the path lacks
 */
export function buildRequest(
  template: RequestTemplate,
  baseUrl: string,
  lookUp: LookUp,
  how: How = {},
): Request {
  const headers = new Map<string, string>();
  const body = renderBody(template, lookUp, how);
  if (body) setHeader(headers, 'Content-Type', body.type);
  for (const [name, value] of renderedHeaders(template, lookUp, how))
    setHeader(headers, name, value);
  return {
    method: template.method,
    url: `${baseUrl}${renderedPath(template.path, lookUp)}${queryText(renderedQuery(template.query, lookUp))}`,
    headers: Object.fromEntries(headers),
    ...(body && { body: body.text }),
  };
}

/** Adds a header in place of one of the same name. */
export function setHeader(headers: Map<string, string>, name: string, value: string): void {
  for (const other of headers.keys()) {
    if (other.toLowerCase() === name.toLowerCase()) headers.delete(other);
  }
  headers.set(name, value);
}

/** A name and a value. */
type Pair = readonly [name: string, value: string];

/** The headers of a template, Basic authentication and cookies included. */
export function renderedHeaders(
  {
    headers,
    basic,
    cookies,
  }: Pick<RequestTemplate, 'headers' | 'basic'> & { readonly cookies?: RequestTemplate['cookies'] },
  lookUp: LookUp,
  how: How = {},
): readonly Pair[] {
  const pairs: Pair[] = [];
  const authorization = basic && basicValue(basic, lookUp, how);
  if (authorization !== undefined) pairs.push(['Authorization', authorization]);
  const cookie = renderedCookies(cookies, lookUp)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
  if (cookie !== '') pairs.push(['Cookie', cookie]);
  for (const [name, text] of Object.entries(headers ?? {})) {
    const value = renderTemplate(text, (each) =>
      // White space around a token stays in `Bearer {token}`.
      checked(lookUp, 'a header', isTokenName(each) ? charactersProblem : headerProblem)(each),
    );
    if (value !== undefined) pairs.push([name, value]);
  }
  return pairs;
}

/** The parts of a query. */
export function renderedQuery(query: RequestTemplate['query'], lookUp: LookUp): readonly Pair[] {
  return rendered(query, checked(lookUp, 'a query', unicodeProblem));
}

/** The cookies of a template. Their values are sent as they are. */
export function renderedCookies(
  cookies: RequestTemplate['cookies'],
  lookUp: LookUp,
): readonly Pair[] {
  return rendered(cookies, checked(lookUp, 'a cookie', cookieProblem));
}

/** `?a=b&c=d`, or nothing for an empty query. */
export function queryText(pairs: readonly Pair[]): string {
  const parts = pairs.map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function rendered(
  templates: Readonly<Record<string, string>> | undefined,
  lookUp: LookUp,
): readonly Pair[] {
  return Object.entries(templates ?? {}).flatMap(([name, text]): Pair[] => {
    const value = renderTemplate(text, lookUp);
    return value === undefined ? [] : [[name, value]];
  });
}

/** @throws Error if an optional value is missing, which the static check rules out */
function renderedPath(path: string, lookUp: LookUp): string {
  const text = renderTemplate(path, (name) => {
    const value = checked(lookUp, 'a path', pathProblem)(name);
    // By the check of a declaration, only an answer can leave out what stands in a path.
    if (value === undefined) {
      throw new AuthctlError(
        'bad_answer',
        `the answer before has no ${name}, which the path needs`,
      );
    }
    return percentEncoded(value);
  });
  return text ?? '';
}

/** Everything but letters, digits and `-_.!~*'()`. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text);
}

/** The value of the header Authorization; undefined if one of its values is missing. */
function basicValue(
  { user, password, encode }: Basic,
  lookUp: LookUp,
  { masked = false }: How,
): string | undefined {
  const text = (template: string, problemOf: Problem): string | undefined => {
    const value = renderTemplate(template, checked(lookUp, 'Basic authentication', problemOf));
    return value !== undefined && encode === 'form' ? formEncoded(value) : value;
  };
  const parts = [
    text(user, encode === 'form' ? basicProblem : userProblem),
    text(password, basicProblem),
  ];
  if (parts.includes(undefined)) return undefined;
  const pair = parts.join(':');
  // Base64 of a mask would only hide that something is masked.
  return `Basic ${masked && pair.includes(mask) ? mask : Buffer.from(pair).toString('base64')}`;
}

function formEncoded(text: string): string {
  return formText([['', text]]).slice(1);
}

function formText(pairs: readonly Pair[]): string {
  return new URLSearchParams(
    pairs.map(([name, value]): [string, string] => [name, value]),
  ).toString();
}

function renderBody(
  { json, form, text }: RequestTemplate,
  lookUp: LookUp,
  how: How,
): { readonly type: string; readonly text: string } | undefined {
  if (json !== undefined) {
    const body = renderJson(json, (template) => jsonValue(template, lookUp, how));
    return { type: 'application/json', text: JSON.stringify(body === undefined ? {} : body) };
  }
  if (form) {
    return {
      type: 'application/x-www-form-urlencoded',
      text: formText(rendered(form, checked(lookUp, 'a form', unicodeProblem))),
    };
  }
  if (!text) return undefined;
  const body = renderTemplate(text.body, (name) => {
    const value = lookUp(name);
    return value === undefined ? '' : escapes[text.escape](name, value);
  });
  return { type: text.type, text: body ?? '' };
}

/** A string of a JSON template. @throws AuthctlError `credential_unsendable` */
function jsonValue(template: string, lookUp: LookUp, { masked, asText }: How): unknown {
  try {
    return renderTyped(template, lookUp, (value) => asText || (masked === true && value === mask));
  } catch (error) {
    if (!(error instanceof TypeProblem)) throw error;
    const { placeholder, filter } = error;
    throw unsendable(placeholder, `a JSON ${filter}`, `it is no ${filter}`);
  }
}

const escapes = {
  xml: (name: string, value: string) => {
    if (/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value)) {
      throw unsendable(name, 'XML', 'it has a character that XML does not allow');
    }
    // A line break would be normalised.
    return value.replace(/[<>&"'\r\n\t]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  },
  json: (_: string, value: string) => JSON.stringify(value).slice(1, -1),
  none: (_: string, value: string) => value,
};

/** Why a value cannot be sent in its place. */
type Problem = (value: string) => string | undefined;

function checked(lookUp: LookUp, place: string, problemOf: Problem): LookUp {
  return (name) => {
    const value = lookUp(name);
    const problem = value === undefined ? undefined : problemOf(value);
    if (problem === undefined) return value;
    const isOfServer = isTokenName(name) && isToken(value ?? '');
    throw unsendable(name, place, problem, isOfServer ? 'token_unusable' : 'credential_unsendable');
  };
}

/** A header value is sent as Latin-1, and the receiver strips white space around it. */
const headerProblem: Problem = (value) =>
  charactersProblem(value) ??
  (/^[ \t]|[ \t]$/.test(value) ? 'it begins or ends with white space' : undefined);

const charactersProblem: Problem = (value) =>
  controlProblem(value.replaceAll('\t', ' ')) ??
  (/[^\0-\xff]/.test(value) ? 'it has a character outside Latin-1' : undefined);

const controlProblem: Problem = (value) =>
  /[\r\n]/.test(value)
    ? 'it has a line break'
    : /[\0-\x1f\x7f]/.test(value)
      ? 'it has a control character'
      : undefined;

const basicProblem: Problem = (value) => controlProblem(value) ?? unicodeProblem(value);

const userProblem: Problem = (value) =>
  basicProblem(value) ?? (value.includes(':') ? 'it has a colon, which ends the user' : undefined);

/** RFC 6265, section 4.1.1. */
const cookieProblem: Problem = (value) =>
  /^("?)[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*\1$/.test(value)
    ? undefined
    : 'it has a character that a cookie cannot have';

const pathProblem: Problem = (value) =>
  value === '.' || value === '..' ? 'it is "." or ".."' : unicodeProblem(value);

const unicodeProblem: Problem = (value) =>
  /\p{Cs}/u.test(value) ? 'it has an invalid Unicode character' : undefined;

function unsendable(
  name: string,
  place: string,
  problem: string,
  code: 'token_unusable' | 'credential_unsendable' = 'credential_unsendable',
): AuthctlError {
  return new AuthctlError(code, `${name} cannot be sent in ${place}: ${problem}`, { sent: [name] });
}

function isTokenName(name: string): boolean {
  return name === 'token' || name === 'refresh_token';
}
