/** The draft at a moment, as the declaration that it is so far. */
import type { Declaration, Place } from '../declaration/declaration.ts';
import { readDeclaration } from '../declaration/read.ts';
import { AuthctlError } from '../errors.ts';
import { draftOf } from '../import/draft.ts';
import type { Settled } from '../import/questions.ts';
import { draftText } from '../import/write.ts';
import { problemText } from '../providers/declared.ts';
import { requireOwnVariables } from '../providers/save.ts';

/** What the draft is at a moment, as a declaration. */
export interface Current extends Settled {
  readonly text: string;
  /** Undefined if something is missing in the draft. */
  readonly declaration: Declaration | undefined;
  readonly problems: readonly string[];
}

/** The draft as it is now; one whose token is unknown can be tried, and not saved. */
export async function currentOf(
  { found, answers }: Omit<Settled, 'draft'>,
  providers: readonly Declaration[],
): Promise<Current> {
  const draft = draftOf(found, answers);
  const text = draftText(draft);
  const { declaration, problems = [] } = await readDeclaration(Buffer.from(text), {
    format: 'yaml',
    builtIn: providers.filter(({ file }) => !file).map((each) => each.name),
  });
  const words = problems.map(({ line: _, ...problem }) => problemText(problem));
  const own = declaration ? variableProblem(declaration, providers) : undefined;
  return {
    ...{ found, answers, draft, text },
    declaration: own === undefined ? declaration : undefined,
    problems: own === undefined ? words : [own],
  };
}

/** The declaration, with some place for the token if it has none, for a login that is to show where it is. */
export async function provisional(
  { declaration, found, answers }: Current,
  providers: readonly Declaration[],
): Promise<Declaration | undefined> {
  if (declaration) return declaration;
  const token = answers.token ?? '/token';
  return (await currentOf({ found, answers: { ...answers, token } }, providers)).declaration;
}

function variableProblem(
  declaration: Declaration,
  providers: readonly Declaration[],
): string | undefined {
  try {
    requireOwnVariables(declaration, providers);
    return undefined;
  } catch (error) {
    if (error instanceof AuthctlError) return error.message;
    throw error;
  }
}

/** Where a draft finds what. */
export interface AnswerPart {
  readonly token?: Place;
  readonly refreshToken?: Place;
  readonly keep?: Readonly<Record<string, { readonly at: Place }>>;
  readonly lifetime?: { readonly at?: Place; readonly until?: { readonly at: Place } };
}

/** The part of a draft that reads an answer, as the draft was made. */
export function answerIn({ answer }: Settled['draft']['declaration']): AnswerPart {
  return (answer ?? {}) as AnswerPart;
}
