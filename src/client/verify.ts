/** Asks the server whether it takes a token, without renewing it. */
import { hintCommand } from '../credentials/hint.ts';
import { holds, readAnswer } from '../declaration/answer.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { tokenHeader } from '../declaration/request.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Request } from '../http/message.ts';
import { findSession } from '../session/selector.ts';
import { type Connection, connect, prepare } from './exchange.ts';
import { isNamed } from './server.ts';
import { sessionMissing } from './session-missing.ts';
import { noteServerOfSession, serverForGiven, type Target } from './target.ts';
import type { ClientWorld } from './world.ts';

type Verify = NonNullable<Declaration['verify']>;

/** A token, and how to check it. */
interface TokenCheck {
  readonly verify: Verify;
  readonly token: string;
  readonly connection: Connection;
}

/**
 * Checks a token, in each form that the declaration allows.
 *
 * @param given the token; by default the stored session's
 * @returns the form in which the server takes the token: a template of the declaration's `use`
 * @throws AuthctlError `refused` if the server takes none, `session_missing`, `usage` if the provider
 *   has no such check, `bad_answer` if the response is inconclusive
 */
export async function verify(
  world: ClientWorld,
  target: Target,
  given: string | undefined,
): Promise<string> {
  const tokenCheck = await prepareCheck(world, target, given);
  const { name, use } = target.declaration;
  let refusal: AuthctlError | undefined;
  for (const form of [use.value, ...(use.alternates ?? [])]) {
    try {
      await check(tokenCheck, form);
      return form;
    } catch (error) {
      if (!(error instanceof AuthctlError) || error.code !== 'refused') throw error;
      refusal ??= error;
    }
  }
  throw refusal?.with({ provider: name, hint: hintCommand(hint`login ${named(name)}`, target) });
}

/** The request that `verify` would send first, with the token replaced by `***`. @throws as `verify` */
export async function previewVerify(
  world: ClientWorld,
  target: Target,
  given: string | undefined,
): Promise<Request> {
  const tokenCheck = await prepareCheck(world, target, given);
  return request({ ...tokenCheck, token: '***' }, target.declaration.use.value);
}

/** The provider's check of a token. @throws AuthctlError `usage` if it has none */
export function requireVerify({ name, title, verify }: Declaration): Verify {
  if (verify) return verify;
  throw new AuthctlError('usage', `${title} has no check for a token`, { provider: name });
}

async function prepareCheck(
  world: ClientWorld,
  target: Target,
  given: string | undefined,
): Promise<TokenCheck> {
  const { declaration, server, selector } = target;
  const verify = requireVerify(declaration);
  const session = await findSession(await world.store(), selector);
  const token = given ?? session?.tokenSet.accessToken;
  if (token === undefined) throw sessionMissing(target);
  world.secrets.add(token);
  const baseUrl =
    given === undefined && session && !isNamed(server)
      ? session.key.baseUrl
      : serverForGiven(world, target, session?.key, 'the token from stdin').url;
  if (given === undefined && session) noteServerOfSession(world, target, session.key);
  return { verify, token, connection: connect(world, target, baseUrl) };
}

/** @throws AuthctlError `refused`, `bad_answer`, and whatever `send` and `readAnswer` throw */
async function check(tokenCheck: TokenCheck, form: string): Promise<void> {
  const { verify, connection } = tokenCheck;
  const { declaration, send, options } = connection;
  const response = await send(() => request(tokenCheck, form), options);
  const body = readAnswer(declaration, response, 'token');
  const details = { provider: declaration.name, status: response.status };
  if (verify.inconclusive && holds(verify.inconclusive, body)) {
    throw new AuthctlError(
      'bad_answer',
      `the answer from ${declaration.title} does not show whether it accepts the token`,
      details,
    );
  }
  if (!holds(verify.accepted, body)) {
    throw new AuthctlError('refused', `${declaration.title} does not accept the token`, details);
  }
}

function request({ verify, token, connection }: TokenCheck, form: string): Request {
  const built = prepare(connection, verify.request, new Map());
  const header = tokenHeader(connection.declaration.use, token, form);
  return { ...built, headers: { ...built.headers, [header.name]: header.value } };
}
