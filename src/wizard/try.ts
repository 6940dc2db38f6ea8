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
  if (response.status >= 300 || !answer) {
    const { message, details } = error ?? { message: 'this is no answer to a login' };
    const words = details?.serverWords;
    tellAnswer(talk, words ? `${message}: ${words.slice(0, 200)}` : message, answer);
    if (!error || !mayRefuse(error, response)) return failed;
    return { ...failed, now: await askRefusal(context, now, { response, answer }) };
  }
  tellAnswer(talk, `The server answered ${response.status}`, answer);
  const settled = await settle(talk, withAnswer(now, answer, response), { canTry: false });
  const next = await currentOf(settled, providers);
  tellPlaces(talk, next, response);
  return { now: next, isRight: next.declaration !== undefined, baseUrl };
}

/** Whether an answer, which no rule calls a refusal, may be one. */
function mayRefuse({ code }: AuthctlError, { status }: Response): boolean {
  return code === 'bad_answer' && status >= 400 && status !== 404;
}

/** Asks whether the answer is what wrong credentials get. */
async function askRefusal(
  { talk, providers }: WizardContext,
  { found, answers }: Current,
  {
    response: { status },
    answer,
  }: { readonly response: Response; readonly answer: FoundAnswer | undefined },
): Promise<Current> {
  const picked = await talk.pick('Is this how the server refuses a wrong password?', [
    { value: 'no', label: 'No, or I do not know' },
    { value: 'yes', label: `Yes: ${status} refuses the credentials` },
  ]);
  if (picked === 'no') return currentOf({ found, answers }, providers);
  const message = answer?.members.find(
    ({ name, type, place }) =>
      type === 'string' &&
      typeof place === 'string' &&
      /^(error_?)?(message|msg|description|detail|reason|text|error)$/i.test(name),
  )?.place;
  const refusal = { status, ...(message !== undefined && { message }) };
  return currentOf({ found, answers: { ...answers, refusal } }, providers);
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

/** What is in an answer; undefined if that cannot be read. */
async function foundAnswer(response: Response): Promise<FoundAnswer | undefined> {
  const { answerOf } = await import('../import/sample-answer.ts');
  const { body, status } = response;
  try {
    const success = status < 400 ? { status } : {};
    const answer = answerOf(new TextDecoder().decode(body), pairsOf(response), success);
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
