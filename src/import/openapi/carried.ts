/** What calls carry beside what the security schemes say. */
import type { Carried, FoundAnswer, FoundCarrier } from '../found.ts';
import { tokenScore, wordsOf } from '../names.ts';
import type { Api, Operation } from './operations.ts';
import { headersOfCalls } from './related.ts';
import { needsOf, type Scheme } from './security.ts';

/** A token may be in the cookie that calls carry, where the answer shows nothing else. */
export function withCookie(answer: FoundAnswer, carrier: FoundCarrier | undefined): FoundAnswer {
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
export function carriedKeys(
  api: Api,
  login: Operation,
  schemes: readonly Scheme[],
): readonly Carried[] {
  return schemes.flatMap(({ name, kind, key }): readonly Carried[] => {
    if (kind !== 'header' && kind !== 'query') return [];
    const isNeeded = api.operations.some(
      (each) => each !== login && needsOf(each, api.root).alternatives.flat().includes(name),
    );
    return isNeeded ? [kind === 'header' ? { header: key } : { query: key }] : [];
  });
}

/** Without security schemes, the header parameters of other operations may show the token's. */
export function carrierOfCalls(
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
export function keptHeaders(
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
