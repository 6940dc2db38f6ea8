/** Finds the login in a Postman collection (v2.1, and v2.0 where it is the same). It runs no script. */
import { AuthctlError } from '../errors.ts';
import { candidateOf, type Recording, ranked } from './candidate.ts';
import type { FoundAnswer, FoundDoubt } from './found.ts';
import { hasSecretWord, isIdentityName } from './names.ts';
import { listOf, member, memberAt, type Pairs, pairsOf, parseOutside, textOf } from './outside.ts';
import { looksSecret } from './placeholders.ts';
import type { Candidate } from './reader.ts';
import type { RecordedBody } from './recorded.ts';
import { answerOf } from './sample-answer.ts';

/** What a collection may have. */
const limits = { size: 64 * 1024 * 1024, depth: 200 };
const mostRequests = 5000;
const deepestFolder = 50;

/**
 * The requests of a collection that may be its login, best first.
 *
 * @throws AuthctlError `usage`, without a value of the collection
 */
export function readPostman(text: string): readonly Candidate[] {
  const file = parseOutside(text, 'the collection', limits);
  // Postman's own interface wraps it.
  const collection = member(file, 'collection') ?? file;
  const items = member(collection, 'item');
  if (!Array.isArray(items)) {
    const isOld = Array.isArray(member(collection, 'requests'));
    throw new AuthctlError(
      'usage',
      isOld
        ? 'the collection is of version 1, which is not read'
        : 'the file is no Postman collection: it has no items',
      { ...(isOld && { hint: 'export it from Postman as version 2.1' }) },
    );
  }
  const reader = new CollectionReader(variablesOf(collection));
  reader.folder(items, {
    names: [],
    auth: member(collection, 'auth'),
    hasScript: hasScript(collection),
  });
  return ranked(reader.recordings.map(candidateOf), 'the collection');
}

/** What a folder hands down. */
interface Inherited {
  readonly names: readonly string[];
  readonly auth: unknown;
  readonly hasScript: boolean;
}

class CollectionReader {
  readonly recordings: Recording[] = [];
  readonly #variables: ReadonlyMap<string, string>;

  constructor(variables: ReadonlyMap<string, string>) {
    this.#variables = variables;
  }

  folder(items: readonly unknown[], inherited: Inherited): void {
    for (const item of items) {
      if (this.recordings.length >= mostRequests) return;
      const within: Inherited = {
        names: [...inherited.names, textOf(item, 'name')],
        auth: authOf(item) ?? inherited.auth,
        hasScript: inherited.hasScript || hasScript(item),
      };
      const inner = member(item, 'item');
      if (Array.isArray(inner)) {
        if (inherited.names.length < deepestFolder) this.folder(inner, within);
      } else if (member(item, 'request') !== undefined) this.#request(item, within);
    }
  }

  #request(item: unknown, { names, auth, hasScript }: Inherited): void {
    const given = member(item, 'request');
    // A request may be no more than a URL.
    const request = typeof given === 'string' ? { method: 'GET', url: given } : given;
    const doubts: FoundDoubt[] = hasScript
      ? [
          {
            pointer: '/login/0/request',
            text: 'a script runs before the request, which is not read: it may make values or send requests of its own',
          },
        ]
      : [];
    const own = authOf(request) ?? auth;
    const login = loginOf(own, doubts);
    const body = bodyOf(member(request, 'body'), doubts);
    const answer = answerOfItem(item);
    const headers = this.#filled(headersOf(member(request, 'header')));
    const isJson =
      textOf(memberAt(request, 'body', 'options', 'raw'), 'language') === 'json' &&
      !headers.some(([name]) => /^content-type$/i.test(name));
    this.recordings.push({
      request: {
        method: (textOf(request, 'method') || 'GET').toUpperCase(),
        url: this.#url(member(request, 'url')),
        headers: [
          ...headers,
          ...login.headers,
          ...(isJson ? ([['Content-Type', 'application/json']] as const) : []),
        ],
        query: login.query,
        ...(login.user && { user: login.user }),
        ...(body && { body }),
        ...(answer && { answer }),
        source: 'the request',
        doubts,
      },
      summary: names.filter((name) => name !== '').join(' / '),
    });
  }

  /** A URL's text, with the harmless variables filled in. */
  #url(url: unknown): string {
    if (typeof url === 'string') return this.#withVariables(url);
    const raw = textOf(url, 'raw');
    const [beforeQuery = ''] = (raw === '' ? joined(url) : raw).split(/[?#]/);
    const query = pairsOf(member(url, 'query'), 'key')
      .map(([name, value]) => `${encodeText(name)}=${encodeText(value)}`)
      .join('&');
    const own = new Map(
      pairsOf(member(url, 'variable'), 'key').filter(([name, value]) => isHarmless(name, value)),
    );
    const path = beforeQuery.replace(
      /(?<=\/):([A-Za-z_]\w*)(?=\/|$)/g,
      (all, name: string) => own.get(name) || all,
    );
    return this.#withVariables(query === '' ? path : `${path}?${query}`);
  }

  #withVariables(text: string): string {
    let filled = text;
    // A variable may name another.
    for (let round = 0; round < 5 && filled.includes('{{') && filled.length < 10_000; round++) {
      filled = filled.replace(/\{\{\s*([^{}]{1,100}?)\s*\}\}/g, (all, name: string) => {
        const value = this.#variables.get(name);
        return value === undefined || value.length > 1000 ? all : value;
      });
    }
    return filled;
  }

  #filled(pairs: Pairs): Pairs {
    return pairs.map(([name, value]) => [name, this.#withVariables(value)]);
  }
}

/** The collection's variables whose values nobody has to hide. */
function variablesOf(collection: unknown): ReadonlyMap<string, string> {
  const pairs = listOf(member(collection, 'variable'))
    .filter((each) => member(each, 'disabled') !== true && textOf(each, 'type') !== 'secret')
    .map((each) => [textOf(each, 'key') || textOf(each, 'id'), textOf(each, 'value')] as const);
  return new Map(pairs.filter(([name, value]) => isHarmless(name, value)));
}

function isHarmless(name: string, value: string): boolean {
  if (name === '' || value === '' || value.length > 1000 || hasSecretWord(name)) return false;
  // The address of a server, which other rules look at.
  if (/^(https?:\/\/)?[a-z0-9.-]+\.[a-z]{2,}(:\d+)?(\/[\w./~-]*)?$/i.test(value)) return true;
  if (/^https?:\/\/[\w.{}-]+(:\d+)?[\w./~{}-]*$/i.test(value)) return true;
  return !isIdentityName(name) && !looksSecret(value) && /^[\w./{}-]{1,40}$/.test(value);
}

/** The text of a URL of parts. */
function joined(url: unknown): string {
  const parts = (name: string, between: string) => {
    const value = member(url, name);
    if (typeof value === 'string') return value;
    return listOf(value)
      .map((each) => (typeof each === 'string' ? each : textOf(each, 'value')))
      .join(between);
  };
  const [protocol, host, path] = [textOf(url, 'protocol'), parts('host', '.'), parts('path', '/')];
  const port = textOf(url, 'port');
  if (host === '' && path === '') return '';
  const scheme = protocol === '' ? '' : `${protocol.replace(/:\/*$/, '')}://`;
  return `${scheme}${host}${port === '' ? '' : `:${port}`}/${path.replace(/^\//, '')}`;
}

/** Keeps `{{name}}` as it is. */
function encodeText(text: string): string {
  return text.replace(/[&#+]/g, (sign) => encodeURIComponent(sign));
}

/** Headers are a list, or a text of lines. */
function headersOf(header: unknown): Pairs {
  if (typeof header !== 'string') return pairsOf(header, 'key');
  return header.split(/\r?\n/).flatMap((line) => {
    const [, name, value = ''] = /^([^:]+):(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name.trim(), value.trim()] as const];
  });
}

function hasScript(item: unknown): boolean {
  return listOf(member(item, 'event')).some((event) => {
    if (textOf(event, 'listen') !== 'prerequest' || member(event, 'disabled') === true)
      return false;
    const lines = memberAt(event, 'script', 'exec');
    const text = typeof lines === 'string' ? lines : listOf(lines).join('\n');
    return text.trim() !== '';
  });
}

/** The authentication that an item declares; undefined if it takes that of its folder. */
function authOf(item: unknown): unknown {
  const auth = member(item, 'auth');
  return typeof auth === 'object' && auth !== null ? auth : undefined;
}

/** What the authentication adds to a request. */
function loginOf(
  auth: unknown,
  doubts: FoundDoubt[],
): { readonly headers: Pairs; readonly query: Pairs; readonly user?: readonly [string, string] } {
  const type = textOf(auth, 'type');
  const none = { headers: [], query: [] };
  const own = member(auth, type);
  // A list in version 2.1, an object in 2.0.
  const value = (name: string) =>
    Array.isArray(own)
      ? textOf(
          own.find((each) => textOf(each, 'key') === name),
          'value',
        )
      : textOf(own, name);
  if (type === '' || type === 'noauth') return none;
  if (type === 'basic') return { ...none, user: [value('username'), value('password')] };
  if (type === 'bearer') {
    return { ...none, headers: [['Authorization', `Bearer ${value('token') || '{{token}}'}`]] };
  }
  if (type === 'apikey') {
    const pair = [value('key') || 'X-API-Key', value('value') || '{{api_key}}'] as const;
    // Whatever its name, the value is a key.
    const key: Pairs = [hasSecretWord(pair[0]) ? pair : [pair[0], '{{api_key}}']];
    return value('in') === 'query' ? { ...none, query: key } : { ...none, headers: key };
  }
  const words = /^[a-z0-9]{1,20}$/.test(type) ? type : 'another kind';
  doubts.push({
    pointer: '/login/0/request',
    text: `the authentication of the request (${words}) is left out`,
  });
  return none;
}

function bodyOf(body: unknown, doubts: FoundDoubt[]): RecordedBody | undefined {
  if (member(body, 'disabled') === true) return undefined;
  const mode = textOf(body, 'mode');
  if (mode === 'raw') return { text: withoutComments(textOf(body, 'raw')) };
  if (mode === 'urlencoded') {
    const parts = member(body, 'urlencoded');
    if (typeof parts === 'string') return { text: parts };
    return { form: pairsOf(parts, 'key') };
  }
  if (mode === 'graphql') {
    const variables = memberAt(body, 'graphql', 'variables');
    const text = typeof variables === 'string' ? variables : JSON.stringify(variables ?? {});
    const query = textOf(member(body, 'graphql'), 'query');
    return { text: `{"query":${JSON.stringify(query)},"variables":${text.trim() || '{}'}}` };
  }
  if (mode === 'formdata') {
    doubts.push({
      pointer: '/login/0/request',
      text: 'the request sends a multipart form, which cannot be declared: it is written as a form of names and values',
    });
    return {
      form: pairsOf(
        listOf(member(body, 'formdata')).filter((each) => textOf(each, 'type') !== 'file'),
        'key',
      ),
    };
  }
  if (mode === 'file') {
    doubts.push({
      pointer: '/login/0/request',
      text: 'the request sends a file, which is left out',
    });
  }
  return undefined;
}

/** Postman takes comments in JSON. */
function withoutComments(text: string): string {
  return text.replace(/^[ \t]*\/\/.*$/gm, '');
}

/** The first saved example that is a success. */
function answerOfItem(item: unknown): FoundAnswer | undefined {
  for (const response of listOf(member(item, 'response'))) {
    const status = Number(textOf(response, 'code'));
    if (!(status >= 200 && status < 300)) continue;
    const headers = headersOf(member(response, 'header'));
    try {
      return answerOf(textOf(response, 'body'), headers, { status });
    } catch (error) {
      // Another example may do.
      if (!(error instanceof AuthctlError)) throw error;
    }
  }
  return undefined;
}
