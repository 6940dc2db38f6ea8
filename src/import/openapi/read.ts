/** Reads an OpenAPI document: the operations that may be its login, the best first. */
import { basename } from 'node:path';
import { AuthctlError } from '../../errors.ts';
import type {
  Carried,
  FoundAnswer,
  FoundCarrier,
  FoundDoubt,
  FoundLogin,
  Input,
} from '../found.ts';
import { tokenScore, wordsOf } from '../names.ts';
import type { Candidate } from '../reader.ts';
import { answerOf } from './answer.ts';
import { clipped, Files, type Limits } from './files.ts';
import { sentBy } from './inputs.ts';
import { Node } from './node.ts';
import { type Api, nameOf, type Operation, operationsOf, versionOf } from './operations.ts';
import { requestPath } from './path.ts';
import { rankOf } from './rank.ts';
import { headersOfCalls, relatedTo } from './related.ts';
import { carriageOf, type Flow, flowsOf, needsOf, type Scheme, schemesOf } from './security.ts';
import { serversOf, serversOfDocument } from './servers.ts';

/**
 * Reads Swagger 2.0, OpenAPI 3.0 and 3.1, JSON and YAML, in one file or several below the document's folder.
 *
 * @returns all operations of the document, the best login first
 * @throws AuthctlError `usage` if the document cannot be read, or is none
 */
export async function readOpenApi(path: string, limits?: Limits): Promise<readonly Candidate[]> {
  const files = new Files(path, limits);
  const name = clipped(basename(path));
  const root = Node.root(files);
  const version = versionOf(root);
  if (version === undefined) {
    throw new AuthctlError(
      'usage',
      `${name} is no OpenAPI document: it has neither "openapi: 3.…" nor "swagger: 2.…"`,
    );
  }
  let problem: AuthctlError | undefined;
  const note = (error: AuthctlError) => {
    problem ??= error;
  };
  const operations = operationsOf(root, note);
  const api: Api = { root, version, operations };
  const schemes = schemesOf(api);
  const flows = flowsOf(schemes);
  const candidates = [
    ...operations.map((operation, index) => {
      const flow = flows.find((each) => isAt(api, operation, each.tokenUrl));
      const { score, reasons } = rankOf(api, operation, schemes, flow);
      const candidate: Candidate = {
        operation: nameOf(operation),
        ...(operation.id !== '' && { id: operation.id }),
        summary: summaryOf(operation),
        score,
        reasons,
        read: () => foundLogin(api, operation, schemes, flow),
      };
      return { candidate, index, length: operation.path.length };
    }),
    ...flows
      .filter((flow) => !operations.some((each) => isAt(api, each, flow.tokenUrl)))
      .flatMap((flow, index) => {
        const candidate = flowCandidate(api, flow);
        return candidate ? [{ candidate, index: operations.length + index, length: 0 }] : [];
      }),
  ];
  if (candidates.length === 0) {
    throw problem ?? new AuthctlError('usage', `${name} describes no operations`);
  }
  candidates.sort(
    (a, b) => b.candidate.score - a.candidate.score || a.length - b.length || a.index - b.index,
  );
  // What could not be read may have been the login.
  if (problem && (candidates[0]?.candidate.score ?? 0) < 4) throw problem;
  return candidates.map(({ candidate }) => candidate);
}

function summaryOf({ summary, description, id }: Operation): string {
  const [line = ''] = (summary.trim() === '' ? description : summary).trim().split(/\r?\n/);
  return clipped(line === '' ? id : line);
}

/** Whether an operation is at a URL, which may be relative to the server's. */
function isAt(api: Api, operation: Operation, url: string): boolean {
  if (operation.method !== 'POST') return false;
  const path = pathOf(url);
  const own = requestPath(operation.path).path.replace(/\/+$/, '');
  if (own === '' || path === '') return false;
  if (path === own) return true;
  const { servers } = api.root.tolerant(() => serversOfDocument(api), { servers: [], doubts: [] });
  const bases = [pathOf(api.root.text('basePath')), ...servers.map((each) => pathOf(each.url))];
  return bases.some((base) => `${base.replace(/\/+$/, '')}${own}` === path);
}

/** The path of a URL, whether it is absolute or relative. */
function pathOf(url: string): string {
  const path = url
    .slice(0, 2000)
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .replace(/[?#].*$/s, '')
    .replace(/^\.\//, '');
  const rooted = path === '' || path.startsWith('/') ? path : `/${path}`;
  return rooted.replace(/\/+$/, '');
}

/** The login that an operation is. */
function foundLogin(
  api: Api,
  operation: Operation,
  schemes: ReadonlyMap<string, Scheme>,
  flow: Flow | undefined,
): FoundLogin {
  const sent = sentBy(api, operation, schemes, {
    prefersForm: flow !== undefined,
    ...(flow && { grant: flow.grant }),
  });
  const { answer, doubts: answerDoubts } = answerOf(api, operation);
  const used = new Set(sent.schemes.map(({ name }) => name));
  const hasToken = answer?.members.some(({ name }) => name === '' || tokenScore(name) > 2) ?? false;
  const carriage = carriageOf(api, schemes, operation, used, hasToken);
  const byHeader =
    carriage.carrier || !hasToken ? undefined : carrierOfCalls(api, operation, schemes);
  const carrier = carriage.carrier ?? byHeader;
  const { servers, doubts: serverDoubts } = serversOf(api, operation);
  const skipped: FoundDoubt[] = [];
  const related = api.root.tolerant(
    () => relatedTo(api, operation, schemes, carrier),
    { doubts: skipped },
    ({ message }) =>
      skipped.push({ pointer: '', text: `other operations are not read: ${message}` }),
  );
  const path = requestPath(operation.path);
  const doubts: FoundDoubt[] = [...serverDoubts, ...sent.doubts, ...answerDoubts];
  if (path.isShortened) {
    doubts.push({
      pointer: '/login/0/request/path',
      text: 'the path of the document has more in it',
    });
  }
  doubts.push(...carriage.doubts.map((text) => ({ pointer: '/use', text })), ...related.doubts);
  const docs = docsOf(api.root);
  const inPath = new Set(sent.inputs.filter((each) => each.in === 'path').map(({ at }) => at[0]));
  const more = path.parameters
    .filter((name) => !inPath.has(name))
    .map((name): Input => ({ in: 'path', at: [name], required: true, secret: false }));
  const { verify, logout, refresh } = related;
  return {
    title: titleOf(api.root),
    ...(docs !== undefined && { docs }),
    method: operation.method,
    path: path.path,
    servers,
    inputs: [
      ...sent.inputs.filter(
        (each) => each.in !== 'path' || path.parameters.includes(each.at[0] ?? ''),
      ),
      ...more,
    ],
    ...(sent.body && { body: sent.body }),
    ...(sent.basic && { basic: sent.basic }),
    ...(answer && { answer: withCookie(answer, carrier) }),
    ...(carrier && { carrier }),
    carried: [
      ...carriedKeys(api, operation, sent.schemes),
      ...(byHeader ? keptHeaders(api, operation, byHeader, answer) : []),
    ],
    ...(verify && { verify }),
    ...(logout && { logout }),
    ...(refresh && { refresh }),
    doubts,
  };
}

/** A token may be in the cookie that calls carry, where the answer shows nothing else. */
function withCookie(answer: FoundAnswer, carrier: FoundCarrier | undefined): FoundAnswer {
  if (!carrier || !('cookie' in carrier)) return answer;
  const { cookie } = carrier;
  const isKnown = answer.members.some(({ name, place }) => {
    return tokenScore(name) >= 5 || (typeof place === 'object' && 'cookie' in place);
  });
  if (isKnown) return answer;
  return {
    ...answer,
    members: [...answer.members, { place: { cookie }, name: cookie, type: 'string' }],
  };
}

/** The keys of the login that other operations need too. */
function carriedKeys(api: Api, login: Operation, schemes: readonly Scheme[]): readonly Carried[] {
  return schemes.flatMap(({ name, kind, key }): readonly Carried[] => {
    if (kind !== 'header' && kind !== 'query') return [];
    const isNeeded = api.operations.some(
      (each) => each !== login && needsOf(each, api.root).alternatives.flat().includes(name),
    );
    return isNeeded ? [kind === 'header' ? { header: key } : { query: key }] : [];
  });
}

/** Without security schemes, the header parameters of other operations may show the token's. */
function carrierOfCalls(
  api: Api,
  login: Operation,
  schemes: ReadonlyMap<string, Scheme>,
): FoundCarrier | undefined {
  if ([...schemes.values()].some(({ kind }) => kind !== 'basic')) return undefined;
  const header = headersOfCalls(api, login).find((name) => {
    return /^authorization$/i.test(name) || tokenScore(name) >= 5;
  });
  if (header === undefined) return undefined;
  return /^authorization$/i.test(header) ? { header, prefix: 'Bearer ' } : { header };
}

/** Header parameters of other operations that are called as a value of the answer is. */
function keptHeaders(
  api: Api,
  login: Operation,
  carrier: FoundCarrier,
  answer: FoundAnswer | undefined,
): readonly Carried[] {
  const taken = 'header' in carrier ? carrier.header.toLowerCase() : '';
  return headersOfCalls(api, login).flatMap((header): readonly Carried[] => {
    if (header.toLowerCase() === taken) return [];
    const plain = wordsOf(header.replace(/^x-/i, '')).join('');
    if (!/id$|token$|csrf/.test(plain)) return [];
    const member = answer?.members.find(({ name }) => wordsOf(name).join('') === plain);
    return member ? [{ header, kept: member.place }] : [];
  });
}

function titleOf(root: Node): string {
  const title = root.tolerant(() => root.get('info').text('title'), '');
  return /[\p{L}\p{N}]/u.test(title) ? title : 'API';
}

function docsOf(root: Node): string | undefined {
  const url = root.tolerant(() => root.get('externalDocs').text('url'), '');
  return url === '' || /^[^/]*\/\/[^/]*@/.test(url) ? undefined : url;
}

/** A token URL that is no operation of the document. */
function flowCandidate(api: Api, flow: Flow): Candidate | undefined {
  const { grant, scheme, tokenUrl } = flow;
  const path = requestPath(pathOf(tokenUrl));
  if (path.hasParameters || path.path === '/') return undefined;
  return {
    operation: `POST:${path.path}`,
    summary: `the token URL of the scheme ${clipped(scheme)}`,
    score: grant === 'password' ? 8 : 7,
    reasons: [`the scheme "${clipped(scheme)}" has a flow for ${grantWords[grant]}`],
    read: () => flowLogin(api, flow, path.path),
  };
}

const grantWords = { password: 'a password', client_credentials: 'client credentials' } as const;

function flowLogin(api: Api, { grant, tokenUrl, refreshUrl }: Flow, path: string): FoundLogin {
  const { servers, doubts } = serversOfDocument(api);
  const origin = /^https?:\/\/[^/?#]+/i.exec(tokenUrl)?.[0];
  const isElsewhere =
    origin !== undefined &&
    !servers.some(({ url }) => url.toLowerCase().startsWith(origin.toLowerCase()));
  const docs = docsOf(api.root);
  const isPassword = grant === 'password';
  const body = (name: string, more: Partial<Input> = {}): Input => ({
    in: 'body',
    at: [name],
    required: true,
    type: 'string',
    ...more,
  });
  const grantType = (constant: string) => body('grant_type', { constant });
  const renews = refreshUrl !== '' && pathOf(refreshUrl) !== '';
  const base = servers.map(({ url }) => pathOf(url)).find((each) => each !== '');
  const isBelow = base !== undefined && path.startsWith(`${base}/`);
  return {
    title: titleOf(api.root),
    ...(docs !== undefined && { docs }),
    method: 'POST',
    path: !isElsewhere && isBelow ? path.slice(base.length) : path,
    servers: isElsewhere ? [{ url: origin }] : servers,
    inputs: [
      grantType(grant),
      ...(isPassword
        ? [body('username', { secret: false }), body('password', { secret: true })]
        : []),
    ],
    body: 'form',
    ...(!isPassword && { basic: { user: 'client_id', password: 'client_secret' } }),
    answer: {
      members: [
        { place: '/access_token', name: 'access_token', type: 'string' },
        { place: '/expires_in', name: 'expires_in', type: 'number' },
        ...(renews
          ? [{ place: '/refresh_token', name: 'refresh_token', type: 'string' } as const]
          : []),
      ],
    },
    carrier: { header: 'Authorization', prefix: 'Bearer ' },
    ...(renews && {
      refresh: {
        method: 'POST',
        path: requestPath(pathOf(refreshUrl)).path,
        body: 'form',
        inputs: [grantType('refresh_token'), body('refresh_token')],
      },
    }),
    doubts: [
      ...doubts,
      {
        pointer: '/login/0/request',
        text: 'the document names only the token URL: this is what OAuth says about the rest',
      },
      ...(isElsewhere
        ? [
            {
              pointer: '',
              text: 'the token URL is on another server than the rest of the document',
            },
          ]
        : []),
    ],
  };
}
