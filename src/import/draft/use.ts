/** How calls carry the token, and what they carry beside it. */
import { isSamePlace } from '../../declaration/place.ts';
import { cookieAt, type DraftAnswer, keptName } from './answer.ts';
import type { Drafting, Section } from './drafting.ts';
import { inputCarried } from './request.ts';

/** The use of a token, after the request and the answer are known. */
export function useOf(drafting: Drafting, { token }: DraftAnswer): Section {
  const use = tokenUse(drafting, token);
  const headers: Record<string, string> = {};
  const query: Record<string, string> = {};
  for (const each of drafting.found.carried ?? []) {
    const { in: place, at } = inputCarried(each);
    const name =
      each.kept === undefined ? drafting.fieldOf({ in: place, at }) : keptName(drafting, at[0]);
    if (name === undefined) continue;
    if (each.kept === undefined) drafting.markCarried(name);
    if (place === 'header') headers[at[0]] = `{${name}}`;
    else query[at[0]] = `{${name}}`;
  }
  const queries = { ...query, ...(use['query'] as object | undefined) };
  return {
    ...use,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(Object.keys(queries).length > 0 && { query: queries }),
  };
}

function tokenUse(drafting: Drafting, token: DraftAnswer['token']): Section {
  const { carrier, answer } = drafting.found;
  const { use: said } = drafting.answers;
  if (said) return 'cookie' in said ? { cookie: { [said.cookie]: '{token}' } } : said;
  // The answer has `Bearer …` as calls need it.
  const isPrefixed = answer?.members.some(
    ({ place, prefix }) => prefix !== undefined && isSamePlace(place, token),
  );
  const cookie = cookieAt(token);
  if (!carrier || (cookie !== undefined && drafting.answers.token !== undefined)) {
    if (cookie !== undefined) return { cookie: { [cookie]: '{token}' } };
    drafting.doubt(
      '/use',
      'the source does not show how calls carry the token: this is the usual way',
    );
    return { header: 'Authorization', value: isPrefixed ? '{token}' : 'Bearer {token}' };
  }
  if ('query' in carrier) return { query: { [carrier.query]: '{token}' } };
  if ('cookie' in carrier) return { cookie: { [carrier.cookie]: '{token}' } };
  const { header, prefix = '' } = carrier;
  return { header, value: `${isPrefixed ? '' : prefix}{token}` };
}
