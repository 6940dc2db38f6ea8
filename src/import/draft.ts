/** What was found → a draft of a declaration, with its doubts and with what only the user knows. */
import { answerOf } from './draft/answer.ts';
import type { Answers, Question } from './draft/answers.ts';
import { Drafting, type Section } from './draft/drafting.ts';
import { environmentsOf } from './draft/environments.ts';
import { refreshOf } from './draft/refresh.ts';
import { requestOf } from './draft/request.ts';
import { useOf } from './draft/use.ts';
import type { FoundDoubt, FoundLogin } from './found.ts';
import { oneLine } from './texts.ts';

/** A draft of a declaration. */
export interface Draft {
  /** In the form of a declaration's file; it need not be valid. */
  readonly declaration: Section;
  readonly doubts: readonly FoundDoubt[];
  /** What is still open. */
  readonly questions: readonly Question[];
}

/** Makes a draft. Nothing is guessed: what is not known is a doubt, and a question where that helps. */
export function draftOf(found: FoundLogin, answers: Answers = {}): Draft {
  const { title, docs, verify, logout } = found;
  const drafting = new Drafting(found, answers);
  const environments = environmentsOf(drafting);
  const request = requestOf(drafting);
  const answer = answerOf(drafting);
  const use = useOf(drafting, answer);
  const refresh = refreshOf(drafting, use);
  const declaration = {
    version: 1,
    ...(answers.name !== undefined && { name: answers.name }),
    title: oneLine(title) || 'An API',
    ...(docs !== undefined && /^https:\/\/[!-~]+$/.test(docs) && { docs }),
    ...(environments && { environments }),
    fields: drafting.fields,
    login: [{ fields: drafting.required, request }],
    answer,
    ...(refresh && { refresh }),
    ...(verify && { verify: { request: { ...verify } } }),
    ...(logout && { logout: { request: { ...logout } } }),
    use,
  };
  return { declaration, doubts: drafting.doubts, questions: drafting.questions };
}
