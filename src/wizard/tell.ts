/** Tells what a login gave: names, types, lengths and places, never texts. */
import type { Place } from '../declaration/declaration.ts';
import { describePlace, readAnswer, valueAt } from '../declaration/place.ts';
import type { Response } from '../http/message.ts';
import type { FoundAnswer } from '../import/found.ts';
import { memberWords } from '../import/questions.ts';
import type { Conversation } from '../terminal/conversing.ts';
import { answerIn, type Current } from './current.ts';

/** The names, types and lengths of an answer, below what is said of it. */
export function tellAnswer(
  talk: Conversation,
  said: string,
  answer: FoundAnswer | undefined,
): void {
  const members = answer?.members ?? [];
  const most = Math.max(talk.rows() - 12, 5);
  const shown = members.slice(0, most).map((member) => `  ${memberWords(member)}`);
  const more = members.length - shown.length;
  const lines = [
    '',
    said,
    ...(members.length === 0 ? [] : ['The answer has']),
    ...shown,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
  talk.say(lines.join('\n'));
}

/** The places that a login would take. */
export function tellPlaces(talk: Conversation, { draft }: Current, response: Response): void {
  const { token, refreshToken, keep = {}, lifetime } = answerIn(draft.declaration);
  const answer = readAnswer(response);
  const at = (what: string, place: Place | undefined) => {
    if (place === undefined) return [];
    const isThere = valueAt(answer, place) !== undefined;
    return [`  ${what}: ${describePlace(place)}${isThere ? '' : ', where there is nothing'}`];
  };
  const lines = [
    ...at('the token', token),
    ...at('the refresh token', refreshToken),
    ...Object.entries(keep).flatMap(([name, { at: place }]) => at(name, place)),
    ...at('the lifetime', lifetime?.at ?? lifetime?.until?.at),
  ];
  talk.say(['It takes', ...lines, ''].join('\n'));
}
