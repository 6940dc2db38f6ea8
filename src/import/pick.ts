/** Lets the user pick which request is the login. */
import { AuthctlError } from '../errors.ts';
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
