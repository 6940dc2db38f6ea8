/** Judges the answers to requests about a token that exists: a check of it, and the end of it. */
import { failures, requireDeclared, requireOk, unreadable } from './answer.ts';
import type { Declaration, Match } from './declaration.ts';
import { haveJson, matches, readsJson } from './match.ts';
import type { ReadAnswer } from './place.ts';

/**
 * Requires the answer to a check of a token to accept it.
 *
 * @throws AuthctlError `refused` if it does not; `bad_answer` if it does not tell; `rate_limited`,
 *   `server_error`, `redirect`
 */
export function requireAccepted(
  declaration: Declaration,
  { inconclusive, accepted, refused }: NonNullable<Declaration['verify']>,
  read: ReadAnswer,
): void {
  const { answer, title } = declaration;
  const fail = failures(declaration, read);
  const unclear = () =>
    fail('bad_answer', `the answer from ${title} does not show whether it accepts the token`);
  if (inconclusive && matches(inconclusive, read)) throw unclear();
  if (accepted && matches(accepted, read)) return;
  const judgement = { fail, sent: 'token' as const };
  requireDeclared(declaration, read, { ...judgement, refused: refused ?? answer.refused ?? [] });
  const { status } = read.response;
  // Where the refusals are declared, no other answer is one.
  if (refused && (status === 401 || status === 403)) throw unclear();
  requireOk(declaration, read, { ...judgement, json: readsJson(answer) });
  if (!accepted) return;
  if (haveJson(accepted.body) && !read.json.ok) {
    throw unreadable(title, read, read.json.problem, fail);
  }
  throw refused ? unclear() : fail('refused', `${title} does not accept the token`);
}

/**
 * Requires the answer to a logout to say that the session has ended, now or before.
 *
 * @throws AuthctlError `refused`, `bad_answer`, `rate_limited`, `server_error`, `redirect`
 */
export function requireEnded(
  declaration: Declaration,
  { accepted, gone = [] }: Pick<NonNullable<Declaration['logout']>, 'accepted' | 'gone'>,
  read: ReadAnswer,
): void {
  const { status } = read.response;
  const isGone = (kind: number | Match) =>
    typeof kind === 'number' ? kind === status : matches(kind, read);
  if (gone.some(isGone) || (accepted && matches(accepted, read))) return;
  const fail = failures(declaration, read);
  requireOk(declaration, read, { fail, sent: 'logout', json: false });
  if (accepted) {
    throw fail('bad_answer', `the answer from ${declaration.title} does not report the end`);
  }
}
