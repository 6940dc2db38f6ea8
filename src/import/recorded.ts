/** One request, as a line or a recording has it → what was found. */
import { isDeeper } from '../declaration/nesting.ts';
import { AuthctlError } from '../errors.ts';
import type { Request } from '../http/message.ts';
import type { FoundAnswer, FoundDoubt, FoundLogin, FoundServer, Input } from './found.ts';
import { fieldName, hasSecretWord, isCsrfName, isIdentityName, isSecretName } from './names.ts';
import type { Pairs } from './outside.ts';
import {
  looksLikeValue,
  looksSecret,
  placeholderName,
  replacePlaceholders,
} from './placeholders.ts';

/** A request with its values. */
export interface RecordedRequest {
  readonly method: string;
  /** May have placeholders of any kind. */
  readonly url: string;
  readonly headers: Pairs;
  /** Name and value, beside those of the headers. */
  readonly cookies?: Pairs;
  /** Beside those of the URL. */
  readonly query?: Pairs;
  readonly body?: RecordedBody;
  /** User and password of Basic authentication. */
  readonly user?: readonly [user: string, password: string];
  /** Where it is from, such as `the line`. */
  readonly source: string;
  readonly title?: string;
  readonly answer?: FoundAnswer;
  readonly doubts?: readonly FoundDoubt[];
}

/** A body: its text, or the parts of a form. */
export type RecordedBody = { readonly text: string } | { readonly form: Pairs };

const methods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What a body may have. */
const deepest = 32;
const mostInputs = 200;
/** In characters, before it is encoded. */
const longestPath = 1000;

/**
 * Finds the login that a request is.
 *
 * @throws AuthctlError `usage`, without any value of the request
 */
export function foundIn(request: RecordedRequest): FoundLogin {
  return new Finding(request).found();
}

class Finding {
  readonly #request: RecordedRequest;
  readonly #doubts: FoundDoubt[];
  readonly #inputs: Input[] = [];

  constructor(request: RecordedRequest) {
    this.#request = request;
    this.#doubts = [...(request.doubts ?? [])];
  }

  found(): FoundLogin {
    const { method, query = [], answer, source, cookies = [] } = this.#request;
    if (!methods.includes(method)) {
      const shown = /^[A-Z]{1,20}$/.test(method) ? method : 'its method';
      throw new AuthctlError(
        'usage',
        `${source} cannot be a login: ${shown} is not one of ${methods.join(', ')}`,
      );
    }
    const url = splitUrl(this.#request.url, source);
    const servers = this.#servers(url);
    const path = this.#path(url.path);
    this.#pairs('query', [...url.query, ...query]);
    let user = this.#request.user ?? url.user;
    for (const [name, value] of this.#request.headers) user = this.#header(name, value) ?? user;
    this.#cookies(cookies);
    const body = this.#body();
    const basic = user && basicNames(user);
    if (basic) this.#removeHeader('authorization');
    const isEmpty = !basic && this.#inputs.every(({ constant }) => constant !== undefined);
    if (isEmpty) this.#doubt('', `${source} sends no value that could be a credential`);
    return {
      title:
        printableTitle(this.#request.title) ||
        url.host.replace(/\{[^{}]*\}\./g, '') ||
        'The imported API',
      method: method as Request['method'],
      path,
      servers,
      inputs: this.#inputs,
      ...(body && { body }),
      ...(basic && { basic }),
      ...(answer && { answer }),
      doubts: this.#doubts,
    };
  }

  #doubt(pointer: string, text: string): void {
    if (this.#doubts.some((each) => each.text === text)) return;
    this.#doubts.push({ pointer, text });
  }

  #servers({ scheme, host }: SplitUrl): readonly FoundServer[] {
    const { source } = this.#request;
    if (host === '') {
      this.#doubt('', `the server of ${source} is a variable`);
      return [];
    }
    if (scheme === '') this.#doubt('', `the URL of ${source} has no scheme: https is taken`);
    return [{ url: `${scheme || 'https'}://${host}` }];
  }

  /** The path with `{name}` for what stands for a value. */
  #path(text: string): string {
    const tooLong = `the path of ${this.#request.source} is too long`;
    if (text.length > longestPath) throw new AuthctlError('usage', tooLong);
    const taken = new Set<string>();
    const nameOf = (given: string) => {
      const name = fieldName(given || 'value', taken);
      taken.add(name);
      return name;
    };
    const parameter = (name: string, secret?: boolean) => {
      this.#inputs.push({
        in: 'path',
        at: [name],
        required: true,
        ...(secret !== undefined && { secret }),
      });
    };
    const segments = text.split('/').map((segment) => {
      const whole = /^:([A-Za-z_][\w-]*)$/.exec(segment)?.[1] ?? placeholderName(decoded(segment));
      if (whole !== undefined) {
        const name = nameOf(whole);
        parameter(name);
        return `{${name}}`;
      }
      const pieces = replacePlaceholders(decodedBraces(segment), nameOf);
      for (const name of pieces.names) parameter(name);
      if (pieces.names.length > 0) return pathText(pieces.text, true);
      if (looksLikeValue(segment)) {
        this.#doubt(
          '/login/0/request/path',
          'a part of the path looks like a value of one user: make it a field if it is',
        );
      } else if (looksSecret(decoded(segment))) {
        const name = nameOf('path_key');
        parameter(name, true);
        return `{${name}}`;
      }
      return pathText(segment, false);
    });
    const path = segments.join('/');
    if (path.length > 4000) throw new AuthctlError('usage', tooLong);
    return path.startsWith('/') ? path : `/${path}`;
  }

  #pairs(place: 'query' | 'body', pairs: Pairs): void {
    const seen = new Set<string>();
    const where = `/login/0/request/${place === 'body' ? 'form' : 'query'}`;
    for (const [name, value] of pairs) {
      if (name === '' && value === '') continue;
      if (isUnprintable(name)) {
        this.#doubt(where, 'a name with control characters is left out');
      } else if (seen.has(name)) {
        this.#doubt(where, 'a name stands twice, and is sent once');
      } else {
        seen.add(name);
        this.#add({ in: place, at: [name], required: true, ...textValue(name, value) });
      }
    }
  }

  #add(input: Input): void {
    const name = input.name ?? input.at.at(-1) ?? '';
    if (isCsrfName(name)) {
      const where = input.in === 'body' ? '' : `/${input.in === 'cookie' ? 'cookies' : input.in}`;
      this.#doubt(
        `/login/0/request${where}`,
        `${printable(name)} looks like a value against forged requests, which a server makes for each login: a step before may have to fetch it`,
      );
    }
    this.#inputs.push(input);
    if (this.#inputs.length > mostInputs) {
      const { source } = this.#request;
      throw new AuthctlError('usage', `${source} sends more than ${mostInputs} values`);
    }
  }

  /** @returns user and password of Basic authentication, if the header has them */
  #header(name: string, value: string): readonly [string, string] | undefined {
    const lower = name.toLowerCase();
    if (lower === 'authorization') return this.#authorization(value.trim());
    if (lower === 'cookie') {
      this.#cookies(value.split(';').map(cookiePair));
      return undefined;
    }
    if (lower === 'content-type') {
      // The body's own type is sent without a word.
      if (!/^application\/(json|x-www-form-urlencoded)\s*(;|$)/i.test(value)) {
        this.#constantHeader(name, value);
      }
      return undefined;
    }
    if (isDropped(lower) || ['', '*/*'].includes(value.trim())) return undefined;
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      this.#doubt('/login/0/request', 'a header without a proper name is left out');
      return undefined;
    }
    if (this.#inputs.some((each) => each.in === 'header' && each.at[0]?.toLowerCase() === lower)) {
      this.#doubt('/login/0/request/headers', `the header ${name} stands twice, and is sent once`);
      return undefined;
    }
    const inPlace = placeholderName(value);
    const isField =
      inPlace !== undefined ||
      /\$\{?[A-Za-z]|\{\{/.test(value) ||
      isIdentityName(name) ||
      isCsrfName(name) ||
      hasSecretWord(name) ||
      looksSecret(value) ||
      /[^\x20-\x7e]/.test(value);
    if (isField) {
      const secret = !isIdentityName(name) || looksSecret(value);
      this.#add({ in: 'header', at: [name], required: true, secret });
    } else this.#constantHeader(name, value);
    return undefined;
  }

  #constantHeader(name: string, value: string): void {
    if (/[^\x20-\x7e]/.test(value) || looksSecret(value) || value.length > 500) return;
    this.#add({ in: 'header', at: [name], required: true, constant: value.trim() });
  }

  #authorization(value: string): readonly [string, string] | undefined {
    const [, scheme = '', rest = ''] = /^([A-Za-z][\w-]*) +(\S.*)$/s.exec(value) ?? [];
    if (/^basic$/i.test(scheme)) {
      const pair = Buffer.from(rest, 'base64').toString();
      if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(rest) && pair.includes(':')) return userOf(pair);
      this.#doubt(
        '/login/0/request/basic',
        `${this.#request.source} has only a name in place of user and password`,
      );
      return ['user', 'password'];
    }
    if (/^(digest|ntlm|negotiate|aws4-hmac-sha256|hawk|oauth)$/i.test(scheme)) {
      throw new AuthctlError(
        'usage',
        `${this.#request.source} signs its request by ${scheme.slice(0, 20)}, which cannot be declared`,
      );
    }
    const name = placeholderName(scheme === '' ? value : rest) ?? 'api_key';
    if (/^(bearer|token|jwt)$/i.test(scheme)) {
      this.#doubt(
        '/login/0/request/headers',
        `${this.#request.source} carries a token already: it is a call rather than a login, unless the server gives a token for a key`,
      );
    }
    this.#removeHeader('authorization');
    this.#inputs.push({
      in: 'header',
      at: ['Authorization'],
      name,
      required: true,
      secret: true,
      ...(scheme !== '' && !looksSecret(scheme) && { prefix: `${scheme} ` }),
    });
    return undefined;
  }

  /** Basic authentication sets it too. */
  #removeHeader(lower: string): void {
    const at = this.#inputs.findIndex(
      (each) => each.in === 'header' && each.at[0]?.toLowerCase() === lower,
    );
    if (at >= 0) this.#inputs.splice(at, 1);
  }

  #cookies(pairs: Pairs): void {
    for (const [name, value] of pairs) {
      if (name === '' || value === '') continue;
      if (this.#inputs.some((each) => each.in === 'cookie' && each.at[0] === name)) continue;
      if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
        this.#doubt('/login/0/request', 'a cookie without a proper name is left out');
        continue;
      }
      const { source } = this.#request;
      this.#doubt(
        '/login/0/request/cookies',
        `${source} sends cookies: a login rarely needs those of an earlier session`,
      );
      this.#add({ in: 'cookie', at: [name], required: false, secret: true });
    }
  }

  #body(): FoundLogin['body'] {
    const { body, method, source, headers } = this.#request;
    if (!body || ('text' in body && body.text.trim() === '')) return undefined;
    if ('form' in body && body.form.length === 0) return undefined;
    if (method === 'GET') {
      throw new AuthctlError('usage', `${source} sends a body with GET, which cannot be declared`);
    }
    if ('form' in body) {
      this.#pairs('body', body.form);
      return 'form';
    }
    const type = headers.findLast(([name]) => /^content-type$/i.test(name))?.[1] ?? '';
    const text = body.text.trim();
    if (/^multipart\//i.test(type)) {
      throw new AuthctlError('usage', `${source} sends a multipart form, which cannot be declared`);
    }
    const isJson = /\bjson\b/i.test(type) || (/^[[{]/.test(text) && !/form/i.test(type));
    // Commands without a type send JSON as a form, and servers take it.
    const json = isJson || text.startsWith('{') ? this.#parsed(text) : undefined;
    if (json !== undefined) {
      if (type === '' || /urlencoded/i.test(type)) {
        this.#doubt(
          '/login/0/request/json',
          `${source} does not say that the body is JSON; it is sent as application/json`,
        );
      }
      if (typeof json !== 'object' || json === null || Array.isArray(json)) {
        throw new AuthctlError('usage', `the body of ${source} is JSON, but no object`);
      }
      this.#members([], [], json);
      return 'json';
    }
    if (isJson) throw new AuthctlError('usage', `the body of ${source} is not valid JSON`);
    if (/^<(\?|[A-Za-z][^<>]*>\s*<)/.test(text) || !text.includes('=')) {
      throw new AuthctlError('usage', `the body of ${source} is neither JSON nor a form`);
    }
    this.#pairs('body', formPairs(text));
    return 'form';
  }

  #parsed(text: string): unknown {
    const { source } = this.#request;
    if (isDeeper(text, deepest)) {
      throw new AuthctlError('usage', `the body of ${source} is nested too deeply`);
    }
    // As it is; with quotes from another shell; with names that stand where a number or text would.
    const named = text.length > 10_000 ? [] : [withQuotedNames(text)];
    for (const each of [text, text.replaceAll('\\"', '"'), ...named]) {
      try {
        return JSON.parse(each);
      } catch {
        // The next one.
      }
    }
    return undefined;
  }

  /** Adds what is in a JSON value. */
  #members(at: readonly string[], lists: readonly number[], value: unknown): void {
    const { source } = this.#request;
    if (typeof value !== 'object' || value === null) {
      const name = at.findLast((_, index) => !lists.includes(index)) ?? '';
      if (value === null) {
        this.#add({ in: 'body', at, lists, required: false });
        return;
      }
      const type = typeof value;
      const constant = type === 'string' ? queryOf(name, String(value)) : undefined;
      const isOfList = lists.includes(at.length - 1);
      this.#add({
        in: 'body',
        at,
        ...(lists.length > 0 && { lists }),
        required: true,
        type: type === 'number' || type === 'boolean' ? type : 'string',
        ...(constant === undefined ? { sample: value } : { constant }),
        ...(isOfList && typeof value === 'string' && nameFor(value)),
      });
      return;
    }
    const isList = Array.isArray(value);
    const entries = Object.entries(value);
    if (entries.length === 0 && at.length > 0) {
      this.#doubt('/login/0/request/json', 'an empty list or object is left out');
    }
    for (const [key, each] of entries) {
      if (isUnprintable(key)) {
        throw new AuthctlError('usage', `the body of ${source} has a name that is not printable`);
      }
      this.#members([...at, key], isList ? [...lists, at.length] : lists, each);
    }
  }
}

/** Headers of browsers, of connections, and of what watches a service. */
function isDropped(lower: string): boolean {
  return (
    dropped.has(lower) ||
    /^(:|sec-|proxy-|access-control-|x-b3-|x-datadog-|x-amzn-trace|if-|cf-|x-forwarded-)/.test(
      lower,
    )
  );
}

const dropped: ReadonlySet<string> = new Set([
  ...['accept-charset', 'accept-encoding', 'accept-language', 'cache-control', 'connection'],
  ...['content-length', 'content-encoding', 'dnt', 'expect', 'forwarded', 'host', 'keep-alive'],
  ...['origin', 'postman-token', 'pragma', 'priority', 'range', 'referer', 'save-data', 'te'],
  ...['trailer', 'transfer-encoding', 'upgrade', 'upgrade-insecure-requests', 'user-agent', 'via'],
  ...['traceparent', 'tracestate', 'baggage', 'sentry-trace', 'newrelic', 'x-request-id'],
  ...['x-correlation-id', 'date', 'alt-used'],
]);

export interface SplitUrl {
  /** Empty if there is none. */
  readonly scheme: string;
  /** With the port, and `{name}` for labels; empty if it is a variable. */
  readonly host: string;
  readonly path: string;
  readonly query: Pairs;
  readonly user?: readonly [string, string];
}

/** Splits a URL that need not be one yet. */
export function splitUrl(text: string, source: string): SplitUrl {
  if (text.trim() === '') throw new AuthctlError('usage', `${source} has no URL`);
  const [beforeQuery = '', queryText = ''] = (text.trim().split('#')[0] ?? '').split(/\?(.*)/s);
  const query = formPairs(queryText);
  const [, given, rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(.*)$/s.exec(beforeQuery) ?? [];
  const scheme = (given ?? '').toLowerCase();
  if (scheme !== '' && scheme !== 'https' && scheme !== 'http') {
    throw new AuthctlError('usage', `the URL of ${source} begins with neither https nor http`);
  }
  const [, authority = '', path = ''] =
    /^((?:<[^<>/]*>|\{\{[^{}]*\}\}|\$\{[^{}]*\}|[^/])*)(.*)$/s.exec(rest) ?? [];
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? undefined : userOf(decoded(authority.slice(0, at)));
  const hostText = authority.slice(at + 1);
  const split = { path: path || '/', query, ...(user && { user }) };
  if (hostText === '' && scheme === '' && path !== '') return { ...split, scheme, host: '' };
  if (placeholderName(hostText.replace(/:\d+$/, '')) !== undefined) {
    return { ...split, scheme, host: '' };
  }
  const labels = new Set<string>();
  const host = hostText
    .split('.')
    .map((label) => {
      const whole = placeholderName(label);
      if (whole !== undefined) {
        const name = fieldName(whole, labels);
        labels.add(name);
        return `{${name}}`;
      }
      return label.toLowerCase();
    })
    .join('.');
  const plain = host.replace(/\{[^{}]*\}/g, 'x');
  if (!/^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/i.test(toAscii(plain)) || plain.length > 300) {
    throw new AuthctlError('usage', `the URL of ${source} has no proper host`);
  }
  const literals = host.split('.').length - (host.lastIndexOf('{') < 0 ? 0 : lastField(host));
  if (labels.size > 0 && literals < 2) return { ...split, scheme, host: '' };
  const isPlain = labels.size > 0 ? host : toAscii(host);
  return { ...split, scheme, host: isPlain };
}

/** The number of labels up to the last `{field}`. */
function lastField(host: string): number {
  return host.split('.').findLastIndex((label) => label.startsWith('{')) + 1;
}

/** The host as it is sent. */
function toAscii(host: string): string {
  if (/^[\x21-\x7e]*$/.test(host) || !URL.canParse(`https://${host}`)) return host;
  return new URL(`https://${host}`).host;
}

/** Name and value of a form's or a query's parts. */
export function formPairs(text: string): Pairs {
  if (text === '') return [];
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', value = ''] = part.trim().split(/=(.*)/s);
      return [decoded(name.replaceAll('+', ' ')), decoded(value.replaceAll('+', ' '))];
    });
}

/** Percent-decoded, as far as it can be. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Browsers write braces in percents. */
function decodedBraces(text: string): string {
  return text.replace(/%7b/gi, '{').replace(/%7d/gi, '}');
}

/** A part of a path as it is sent. @param hasFields whether braces are those of fields */
function pathText(text: string, hasFields: boolean): string {
  const encode = (piece: string) =>
    piece.replace(/[^!$&'()*+,;=:@A-Za-z0-9._~%-]/gu, (sign) =>
      [...Buffer.from(sign)]
        .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
        .join(''),
    );
  if (!hasFields) return encode(text);
  return text
    .split(/(\{[a-z][a-z0-9_]*\})/)
    .map((piece, index) => (index % 2 === 1 ? piece : encode(piece)))
    .join('');
}

function cookiePair(text: string): readonly [string, string] {
  const [name = '', value = ''] = text.split(/=(.*)/s);
  return [name.trim(), value.trim()];
}

/** Splits `user:password`. */
export function userOf(pair: string): readonly [string, string] {
  const colon = splitColon(pair);
  return colon < 0 ? [pair, 'password'] : [pair.slice(0, colon), pair.slice(colon + 1)];
}

/** The colon between two parts, which is not that of `${NAME:-default}`. */
function splitColon(pair: string): number {
  const start = /^\$\{[^{}]*\}/.exec(pair)?.[0].length ?? 0;
  return pair.indexOf(':', start);
}

/** What the two parts of Basic authentication are called. */
function basicNames([user, password]: readonly [string, string]): NonNullable<FoundLogin['basic']> {
  const [userName, passwordName] = [placeholderName(user), placeholderName(password)];
  return {
    ...(user !== '' && { user: userName ?? (password === '' ? 'api_key' : 'user') }),
    ...(password !== '' && { password: passwordName ?? (user === '' ? 'api_key' : 'password') }),
  };
}

/** A value of a form: `true` and short numbers stay, as they do in JSON. */
function textValue(name: string, value: string): Partial<Input> {
  if (/^(true|false)$/.test(value)) return { constant: value };
  if (/^\d{1,4}$/.test(value) && !isSecretName(name) && !isIdentityName(name)) {
    return { constant: value };
  }
  const query = queryOf(name, value);
  return query === undefined ? { sample: value } : { constant: query };
}

/** A GraphQL document, if it has no text that could be a secret. */
function queryOf(name: string, value: string): string | undefined {
  if (name !== 'query' || !/^\s*(mutation|query)\b/.test(value)) return undefined;
  return /["\\]|\d{5}/.test(value) || value.length > 8000 || isUnprintable(value.replace(/\s/g, ''))
    ? undefined
    : value;
}

function nameFor(value: string): Partial<Input> {
  const name = placeholderName(value);
  return name === undefined ? {} : { name };
}

/** Quotes names that stand in JSON in place of values: `{"id": {{id}}, "age": $AGE}`. */
function withQuotedNames(text: string): string {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|[^"]+|"/gs) ?? [];
  return parts
    .map((part) =>
      part.startsWith('"')
        ? part
        : part.replace(
            /([:[,]\s*)(\{\{[^{}"]*\}\}|\$\{?\w+\}?|<[^<>"]*>|[A-Z][A-Z_]+|:[a-z_]+)(?=\s*[,}\]])/g,
            (_, before: string, name: string) => `${before}${JSON.stringify(name)}`,
          ),
    )
    .join('');
}

function isUnprintable(name: string): boolean {
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(name) || name.length > 200;
}

function printableTitle(title = ''): string {
  return title.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

function printable(name: string): string {
  return isUnprintable(name) ? 'a value' : name;
}
