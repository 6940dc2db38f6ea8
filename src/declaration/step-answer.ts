/** The answers to the steps of a login or a logout. Pure. */
import { AuthctlError } from '../errors.ts';
import type { Response } from '../http/message.ts';
import { requireSuccess } from './answer.ts';
import type { Answer, Declaration, Step } from './declaration.ts';
import { type ReadAnswer, readAnswer } from './place.ts';
import { type Reading, readKept } from './response.ts';

/**
 * Reads the answer to a step.
 *
 * @returns the answer, and what it keeps; `asks` if it asks for a one-time code
 * @throws AuthctlError as `readTokenSet`
 */
export function readStep(
  declaration: Declaration,
  step: Step,
  response: Response,
  {
    lookUp,
    codes,
    isRepeated = false,
  }: Pick<Reading, 'lookUp' | 'codes'> & {
    /** Whether the step is made once more with the code that the answer asks for. */
    readonly isRepeated?: boolean;
  },
): StepAnswer {
  const { name, answer } = declaration;
  const own = { ...declaration, answer: answerOfStep(answer, step) };
  const read = readAnswer(response, lookUp);
  const from = { provider: name, status: response.status };
  try {
    const asks = asksIn(() => requireSuccess(own, read, 'credentials', codes));
    const kept = asks && isRepeated ? {} : readKept(own, read, {});
    return { read, kept, ...(asks && { asks: asks.with(from) }) };
  } catch (error) {
    throw error instanceof AuthctlError ? error.with(from) : error;
  }
}

/** The error of an answer that asks for a one-time code. @throws every other error */
function asksIn(judge: () => void): AuthctlError | undefined {
  try {
    judge();
    return undefined;
  } catch (error) {
    if (error instanceof AuthctlError && error.details.asks !== undefined) return error;
    throw error;
  }
}

/** The answer to a step. */
export interface StepAnswer {
  readonly read: ReadAnswer;
  readonly kept: Readonly<Record<string, string>>;
  /** The error if the one-time code that it asks for cannot be given. */
  readonly asks?: AuthctlError;
}

/** How the answer to a step is read: what is not its own is that of the last answer. */
export function answerOfStep(
  { limited, refused, error }: Answer,
  { accepted, asks, keep, ...own }: Step,
): Answer {
  const inherited = {
    limited: own.limited ?? limited,
    refused: own.refused ?? refused,
    error: own.error ?? error,
  };
  const all = { accepted, asks, keep, ...inherited };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
