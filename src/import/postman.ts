/** Finds the login in a Postman collection (v2.1, and v2.0 where it is the same). It runs no script. */
import { AuthctlError } from '../errors.ts';
import { candidateOf, type Recording, ranked } from './candidate.ts';
import type { FoundAnswer, FoundDoubt } from './found.ts';
import { listOf, member, memberAt, type Pairs, pairsOf, parseOutside, textOf } from './outside.ts';
import { authOf, loginOf } from './postman/auth.ts';
import { bodyOf } from './postman/body.ts';
import { urlText, type Variables, variablesOf, withVariables } from './postman/url.ts';
import type { Candidate } from './reader.ts';
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
  const recordings = recordingsIn(items, {
    names: [],
    auth: member(collection, 'auth'),
    hasScript: hasScript(collection),
    variables: variablesOf(collection),
  });
  const candidates: (Candidate | undefined)[] = [];
  for (const each of recordings) {
    candidates.push(candidateOf(each));
    if (candidates.length >= mostRequests) break;
  }
  return ranked(candidates, 'the collection');
}

/** What a folder hands down. */
interface Inherited {
  readonly names: readonly string[];
  readonly auth: unknown;
  readonly hasScript: boolean;
  readonly variables: Variables;
}

/** The requests of folders, and of those in them. */
function* recordingsIn(
  items: readonly unknown[],
  inherited: Inherited,
): Generator<Recording, void, undefined> {
  for (const item of items) {
    const within: Inherited = {
      ...inherited,
      names: [...inherited.names, textOf(item, 'name')],
      auth: authOf(item) ?? inherited.auth,
      hasScript: inherited.hasScript || hasScript(item),
    };
    const inner = member(item, 'item');
    if (Array.isArray(inner)) {
      if (inherited.names.length < deepestFolder) yield* recordingsIn(inner, within);
    } else if (member(item, 'request') !== undefined) yield recordingOf(item, within);
  }
}

function recordingOf(item: unknown, { names, auth, hasScript, variables }: Inherited): Recording {
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
  const login = loginOf(authOf(request) ?? auth, doubts);
  const body = bodyOf(member(request, 'body'), doubts);
  const answer = answerOfItem(item);
  const headers = headersOf(member(request, 'header')).map(
    ([name, value]) => [name, withVariables(value, variables)] as const,
  );
  const isJson =
    textOf(memberAt(request, 'body', 'options', 'raw'), 'language') === 'json' &&
    !headers.some(([name]) => /^content-type$/i.test(name));
  return {
    request: {
      method: (textOf(request, 'method') || 'GET').toUpperCase(),
      url: urlText(member(request, 'url'), variables),
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
  };
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
