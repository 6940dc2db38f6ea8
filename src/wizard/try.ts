/** Tries a draft with one real login, and learns from its answer. */
import type { Declaration } from '../declaration/declaration.ts';
import { readAnswer, valueAt } from '../declaration/place.ts';
import { AuthctlError } from '../errors.ts';
import type { Response } from '../http/message.ts';
import { draftOf } from '../import/draft.ts';
import type { FoundAnswer, FoundLogin } from '../import/found.ts';
import { askUrl, type Settled, settle } from '../import/questions.ts';
import type { WizardContext } from './context.ts';
import { answerIn, type Current, currentOf, provisional } from './current.ts';
import { tellAnswer, tellPlaces } from './tell.ts';

/** What came of a try. */
export interface Tried {
  readonly now: Current;
  readonly isRight: boolean;
  /** The server that was asked for, where the declaration names none. */
  readonly baseUrl?: string | undefined;
}

/** Logs in once, and tells what came back: never its texts. @param before the server of an earlier try */
export async function tryLogin(
  context: WizardContext,
  now: Current,
  before?: string,
): Promise<Tried> {
  const { talk, providers } = context;
  const declaration = await provisional(now, providers);
  if (!declaration) {
    for (const problem of now.problems) talk.say(`still open: ${problem}`);
    return { now, isRight: false, baseUrl: before };
  }
  const baseUrl = declaration.environments ? before : await askUrl(talk);
  const failed = { now, isRight: false, baseUrl };
  const { error, response } = await logIn(context, declaration, baseUrl);
  if (!response) {
    talk.say(error?.message ?? 'nothing was sent');
    return failed;
  }
  const answer = await foundAnswer(response);
  tellAnswer(talk, response, answer);
  if (response.status >= 300 || !answer) {
    const { message, details } = error ?? { message: 'this is no answer to a login' };
    talk.say(details?.serverWords ? `${message}: ${details.serverWords.slice(0, 200)}` : message);
    return failed;
  }
  const settled = await settle(talk, withAnswer(now, answer, response), { canTry: false });
  const next = await currentOf(settled, providers);
  tellPlaces(talk, next, response);
  return { now: next, isRight: next.declaration !== undefined, baseUrl };
}

/** Sends the login alone, and stores nothing. @throws AuthctlError `interrupted`, `terminated` */
async function logIn(
  { run, transport }: WizardContext,
  declaration: Declaration,
  baseUrl: string | undefined,
): Promise<{ readonly error: AuthctlError | undefined; readonly response: Response | undefined }> {
  const { profile, profileGiven } = run;
  const { allowHttp = false } = transport;
  let response: Response | undefined;
  const steps = run.trial(
    {
      ...{ declaration, profile, profileGiven, flags: new Map(), transport },
      server: { baseUrl, environment: undefined, allowHttp },
    },
    undefined,
    (each) => {
      response = each;
    },
  );
  let error: AuthctlError | undefined;
  try {
    const { value: step } = await steps.next();
    error = step?.error;
  } catch (thrown) {
    if (!(thrown instanceof AuthctlError)) throw thrown;
    error = thrown;
  } finally {
    await steps.return(undefined);
  }
  if (error && ['interrupted', 'terminated'].includes(error.code)) throw error;
  return { error, response };
}

/** What is in an answer; undefined if it is none to a login. */
async function foundAnswer(response: Response): Promise<FoundAnswer | undefined> {
  const { answerOf } = await import('../import/sample-answer.ts');
  const { body, status } = response;
  try {
    const answer = answerOf(new TextDecoder().decode(body), pairsOf(response), { status });
    return answer.members.length === 0 ? undefined : answer;
  } catch (error) {
    if (error instanceof AuthctlError) return undefined;
    throw error;
  }
}

/** The headers of an answer, each as it came. */
function pairsOf({ headers, cookies }: Response) {
  const others = Object.entries(headers).filter(([name]) => name !== 'set-cookie');
  return [...others, ...cookies.map((value) => ['set-cookie', value] as const)];
}

/** What was said, as far as it fits the answer that came. */
function withAnswer(
  { found, answers, draft }: Settled,
  answer: FoundAnswer,
  response: Response,
): Omit<Settled, 'draft'> {
  const { token: said, lifetime, ...others } = answers;
  const place = said ?? answerIn(draft.declaration).token;
  const value = place === undefined ? undefined : valueAt(readAnswer(response), place);
  const token = typeof value === 'string' && value !== '' ? place : undefined;
  const now = { ...found, answer };
  const asks = (login: FoundLogin) => {
    const question = draftOf(login, others).questions.find(({ about }) => about === 'lifetime');
    return JSON.stringify(question && 'place' in question ? question.place : undefined);
  };
  const isSame = lifetime !== undefined && asks(found) === asks(now);
  return {
    found: now,
    answers: {
      ...others,
      ...(token !== undefined && { token }),
      ...(isSame && { lifetime }),
    },
  };
}
