/** Reads an OpenAPI document: the operations that may be its login, the best first. */
import { basename } from 'node:path';
import { AuthctlError } from '../../errors.ts';
import type { FoundDoubt, FoundLogin, Input } from '../found.ts';
import { tokenScore } from '../names.ts';
import type { Candidate } from '../reader.ts';
import { answerOf } from './answer.ts';
import { carriedKeys, carrierOfCalls, keptHeaders, withCookie } from './carried.ts';
import { clipped, Files, type Limits } from './files.ts';
import { flowCandidate } from './flow.ts';
import { docsOf, titleOf } from './info.ts';
import { sentBy } from './inputs.ts';
import { Node } from './node.ts';
import { type Api, nameOf, type Operation, operationsOf, versionOf } from './operations.ts';
import { pathOf, requestPath } from './path.ts';
import { rankOf } from './rank.ts';
import { relatedTo } from './related.ts';
import { carriageOf, type Flow, flowsOf, type Scheme, schemesOf } from './security.ts';
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
