/** Where the answer has the token, the refresh token and what is kept. */
import type { Place } from '../../declaration/declaration.ts';
import { describePlace, isSamePlace } from '../../declaration/place.ts';
import type { AnswerMember, FoundCarrier } from '../found.ts';
import { fieldName, isCsrfName, isRefreshName, tokenScore } from '../names.ts';
import type { Drafting, Section } from './drafting.ts';
import { lifetimeIn } from './lifetime.ts';

/** What a draft reads of an answer. */
export interface DraftAnswer extends Section {
  readonly token?: Place;
}

/** What is read of the answer. The fields of the request are there before. */
export function answerOf(drafting: Drafting): DraftAnswer {
  const members = drafting.found.answer?.members ?? [];
  const { refusal } = drafting.answers;
  const token = drafting.answers.token ?? tokenPlace(drafting, members);
  const refresh = members.find(({ name, type }) => isRefreshName(name) && type !== 'number');
  const csrf = members.filter(({ name, place }) => isCsrfName(name) && !isSamePlace(place, token));
  const keep = keptValues(drafting, csrf);
  const isJwt = members.some(({ place, format }) => format === 'jwt' && isSamePlace(place, token));
  const lifetime = isJwt ? undefined : lifetimeIn(drafting, members);
  if (csrf.length > 0) drafting.doubt('/answer/keep', 'calls may need it: see "use"');
  return {
    ...(token !== undefined && { token }),
    ...(refresh && { refreshToken: refresh.place }),
    ...(keep.length > 0 && { keep: Object.fromEntries(keep) }),
    ...(lifetime && { lifetime }),
    ...(refusal && { refused: [{ status: [refusal.status] }] }),
    ...(refusal?.message !== undefined && { error: { messages: [refusal.message] } }),
  };
}

function keptValues(
  drafting: Drafting,
  csrf: readonly AnswerMember[],
): readonly (readonly [string, { readonly at: Place }])[] {
  const taken = new Set(drafting.taken);
  return [
    ...csrf.map(({ name, place }) => {
      const own = fieldName(name, taken);
      taken.add(own);
      return [own, { at: place }] as const;
    }),
    ...(drafting.found.carried ?? []).flatMap((each) =>
      each.kept === undefined
        ? []
        : [[keptName(drafting, each.header), { at: each.kept }] as const],
    ),
  ];
}

/** The name of a kept value for a header. */
export function keptName({ taken }: Drafting, header: string): string {
  return fieldName(header.replace(/^x-/i, ''), taken);
}

function tokenPlace(drafting: Drafting, members: readonly AnswerMember[]): Place | undefined {
  const { carrier } = drafting.found;
  const scored = members
    .filter(({ type }) => type === 'string' || type === 'other')
    .map((member) => ({ member, score: scoreOf(member, carrier) }))
    // An "id" may be anybody's.
    .filter(({ score }) => score >= 3)
    .sort((a, b) => b.score - a.score);
  const [best, second] = scored;
  if (!best) {
    drafting.questions.push({ about: 'token' });
    drafting.doubt('/answer', 'the source does not show where the token is: add "token"');
    return undefined;
  }
  if (second && second.score === best.score) {
    const other = describePlace(second.member.place);
    drafting.doubt('/answer/token', `${other} would fit as well`);
  }
  const cookie = members.find(({ place }) => cookieAt(place) !== undefined);
  if (cookie && cookieAt(best.member.place) === undefined) {
    const place = describePlace(cookie.place);
    drafting.doubt('/answer/token', `${place} may be what calls carry`);
  }
  if (best.score < 4) drafting.doubt('/answer/token', 'it may be another value: check it');
  return best.member.place;
}

/** How well a member fits a token. */
function scoreOf(member: AnswerMember, carrier: FoundCarrier | undefined): number {
  const isCarrier =
    carrier !== undefined && 'cookie' in carrier && cookieAt(member.place) === carrier.cookie;
  return Math.max(scoreOfMember(member), isCarrier ? 6 : 0);
}

function scoreOfMember({ name, type, format, carried, description = '' }: AnswerMember): number {
  const score = tokenScore(name);
  if (carried && !isRefreshName(name) && !isCsrfName(name)) return 12 + score;
  if (score > 0 || isRefreshName(name) || isCsrfName(name)) return score;
  // A JWT of any name, and an answer that is nothing but a text.
  if (format === 'jwt' || /\bJWT\b/.test(description)) return 4;
  return name === '' && type === 'string' ? 4 : 0;
}

/** The name of the cookie that a place is; undefined if it is another. */
export function cookieAt(place: Place | undefined): string | undefined {
  return typeof place === 'object' && 'cookie' in place ? place.cookie : undefined;
}
