/** Recorded requests → candidates, best first. */

import { AuthctlError } from '../errors.ts';
import type { FoundCarrier, FoundLogin } from './found.ts';
import { isGrantName } from './names.ts';
import { looksSecret } from './placeholders.ts';
import type { Candidate } from './reader.ts';
import type { RecordedRequest } from './recorded/request.ts';
import { splitUrl } from './recorded/url.ts';
import { foundIn } from './recorded.ts';
import { scoreOf } from './score.ts';
import { oneLine } from './texts.ts';

/** A request of a document. */
export interface Recording {
  readonly request: RecordedRequest;
  readonly summary: string;
  /** How calls carry the token, if the document shows it. */
  readonly carrier?: FoundCarrier;
}

/** How many are worth a look. */
const most = 100;

/** Scores a request; it is only read in full when it is taken. */
export function candidateOf({ request, summary, carrier }: Recording): Candidate | undefined {
  let found: FoundLogin | undefined;
  let problem: AuthctlError | undefined;
  try {
    const read = foundIn(request);
    found = { ...read, ...(carrier && { carrier }) };
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    problem = error;
  }
  const path = found?.path ?? pathOf(request.url);
  if (path === undefined) return undefined;
  const inputs = (found?.inputs ?? []).filter((each) => each.in === 'body' || each.in === 'query');
  const grant = inputs.find((each) => isGrantName(each.at.at(-1) ?? ''));
  const { score, reasons } = scoreOf({
    method: request.method,
    path,
    words: summary,
    sent: inputs.map((each) => each.at.at(-1) ?? ''),
    ...(grant && { grant: String(grant.constant ?? grant.sample) }),
    basic: found?.basic !== undefined,
    bearer: found?.inputs.some((each) => each.at[0] === 'Authorization') ?? false,
    ...(request.answer && { answered: request.answer.members.map(({ name }) => name) }),
    carried: request.answer?.members.some(({ carried }) => carried) ?? false,
  });
  return {
    operation: oneLine(`${request.method}:${path}`),
    summary: oneLine(summary),
    // A login that cannot be declared comes after one that can, and before what is none.
    score: problem ? score - 3 : score,
    reasons: problem ? [...reasons, problem.message] : reasons,
    read: () => {
      if (found) return found;
      throw problem ?? new AuthctlError('usage', 'the request cannot be read');
    },
  };
}

/** Puts candidates in order. One operation stands once. @param what the document, in words */
export function ranked(
  candidates: readonly (Candidate | undefined)[],
  what: string,
): readonly Candidate[] {
  const sorted = candidates.filter((each) => each !== undefined).sort((a, b) => b.score - a.score);
  const best = new Map<string, Candidate>();
  for (const each of sorted) {
    if (!best.has(each.operation)) best.set(each.operation, each);
  }
  if (best.size === 0) {
    throw new AuthctlError('usage', `${what} has no request that could be a login`);
  }
  return [...best.values()].slice(0, most);
}

function pathOf(url: string): string | undefined {
  try {
    const { path } = splitUrl(url, 'the request');
    return path
      .split('/')
      .map((segment) => (looksSecret(segment) ? '…' : segment))
      .join('/');
  } catch {
    return undefined;
  }
}
