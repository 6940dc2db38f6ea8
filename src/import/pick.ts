/** Which request is the login: the one that the user names, or picks. */
import { nearest } from '../declaration/nearest.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Conversation } from '../terminal/conversing.ts';
import type { Candidate } from './reader.ts';
import { traits } from './sources.ts';
import { oneLine } from './texts.ts';

/** The error for a source without a login. @param what the source, in words */
export function nothingFound(what: string): AuthctlError {
  return new AuthctlError('usage', `no login was found in ${what}: looked for ${traits}`);
}

/** Lets the user pick one of the best three, or of all. */
export async function pickCandidate(
  conversation: Conversation,
  candidates: readonly Candidate[],
): Promise<Candidate> {
  const item = ({ operation, summary }: Candidate) => ({
    value: operation,
    label: oneLine(summary === '' ? operation : `${operation}  ${summary}`),
  });
  const best = candidates.slice(0, 3).map(item);
  const more = candidates.length - best.length;
  let picked = await conversation.pick('Which request is the login?', [
    ...best,
    ...(more > 0 ? [{ value: '', label: `another one, of ${more}` }] : []),
  ]);
  if (picked === '') {
    picked = await conversation.pick('Which request is the login?', candidates.map(item));
  }
  const [first] = candidates;
  const found = candidates.find(({ operation }) => operation === picked) ?? first;
  if (!found) throw nothingFound('it');
  return found;
}

/**
 * The candidate of a name, such as `POST:/auth/login`, `post /auth/login`, `/auth/login` or its id.
 *
 * @param what the source, in words
 * @throws AuthctlError `usage` if there is none
 */
export function operationNamed(
  candidates: readonly Candidate[],
  name: string,
  what: string,
): Candidate {
  const plain = (text: string) =>
    text
      .trim()
      .replace(/\p{C}/gu, '')
      .replace(/^(\w+)\s*[: ]\s*/, (_, verb) => `${verb}:`)
      .toLowerCase();
  const wanted = plain(name);
  const found =
    candidates.find(({ operation }) => operation === name) ??
    candidates.find(({ id }) => id === name) ??
    candidates.find(({ operation }) => plain(operation) === wanted) ??
    candidates.find(({ operation }) => plain(operation).replace(/^\w+:/, '') === wanted);
  if (found) return found;
  const names = candidates.map(({ operation }) => operation);
  const close = nearest(name, names) ?? names[0] ?? '';
  throw new AuthctlError('usage', `there is no operation ${JSON.stringify(name)} in ${what}`, {
    hint: hint`use one such as ${named(close)}; --all lists them`,
  });
}
