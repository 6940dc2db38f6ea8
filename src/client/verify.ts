/** Asks the server whether it takes a token, and renews nothing. */
import { holds, readAnswer } from '../declaration/answer.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { tokenHeader } from '../declaration/request.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Request } from '../http/message.ts';
import { findSession } from '../session/selector.ts';
import { type Connection, connect, prepare } from './exchange.ts';
import { isNamed } from './server.ts';
import { noteServerOfSession, serverForGiven, type Target } from './target.ts';
import type { ClientWorld } from './world.ts';

type Verify = NonNullable<Declaration['verify']>;

/** A token, and the server to ask about it. */
interface Question {
  readonly verify: Verify;
  readonly token: string;
  readonly connection: Connection;
}

/**
 * Asks.
 *
 * @param given the token; without one, the stored session's
 * @returns the form in which the server takes the token: a template of the declaration's `use`
 * @throws AuthctlError `refused` where it does not take it, `session_missing`, `usage` where the
 *   provider has no such check, `bad_answer` where the answer does not tell
 */
export async function verify(
  world: ClientWorld,
  target: Target,
  given: string | undefined,
): Promise<string> {
  const question = await prepareQuestion(world, target, given);
  const { name, use } = target.declaration;
  let refusal: AuthctlError | undefined;
  for (const form of [use.value, ...(use.alternates ?? [])]) {
    try {
      await check(question, form);
      return form;
    } catch (error) {
      if (!(error instanceof AuthctlError) || error.code !== 'refused') throw error;
      refusal ??= error;
    }
  }
  throw refusal?.with({ provider: name, hint: hint`authctl login ${named(name)}` });
}

/** The request that `verify` would send first, with `***` for the token. @throws as `verify` */
export async function previewVerify(
  world: ClientWorld,
  target: Target,
  given: string | undefined,
): Promise<Request> {
  const question = await prepareQuestion(world, target, given);
  return request({ ...question, token: '***' }, target.declaration.use.value);
}

async function prepareQuestion(
  world: ClientWorld,
  target: Target,
  given: string | undefined,
): Promise<Question> {
  const { declaration, server, selector } = target;
  const { name, title } = declaration;
  if (!declaration.verify) {
    throw new AuthctlError('usage', `${title} has no check for a token`, { provider: name });
  }
  const session = await findSession(await world.store(), selector);
  const token = given ?? session?.tokenSet.accessToken;
  if (token === undefined) {
    throw new AuthctlError('session_missing', `there is no stored token of ${title}`, {
      provider: name,
      hint: hint`authctl login ${named(name)}`,
    });
  }
  world.secrets.add(token);
  const baseUrl =
    given === undefined && session && !isNamed(server)
      ? session.key.baseUrl
      : serverForGiven(target, session?.key, 'the token from stdin').url;
  if (given === undefined && session) noteServerOfSession(world, target, session.key);
  return { verify: declaration.verify, token, connection: connect(world, target, baseUrl) };
}

/** @throws AuthctlError `refused`, or whatever else the answer is */
async function check(question: Question, form: string): Promise<void> {
  const { verify, connection } = question;
  const { declaration, send, options } = connection;
  const response = await send(() => request(question, form), options);
  const body = readAnswer(declaration, response, 'token');
  const details = { provider: declaration.name, status: response.status };
  if (verify.inconclusive && holds(verify.inconclusive, body)) {
    throw new AuthctlError(
      'bad_answer',
      `the answer of ${declaration.title} does not tell: it would be the same without a token`,
      details,
    );
  }
  if (!holds(verify.accepted, body)) {
    throw new AuthctlError('refused', `${declaration.title} does not take the token`, details);
  }
}

function request({ verify, token, connection }: Question, form: string): Request {
  const built = prepare(connection, verify.request, new Map());
  const header = tokenHeader(connection.declaration.use, token, form);
  return { ...built, headers: { ...built.headers, [header.name]: header.value } };
}
