/** One exchange with a login endpoint: template and values out, token set back. */
import type { Clock } from '../clock.ts';
import type { Judged } from '../declaration/answer.ts';
import type { Declaration, RequestTemplate } from '../declaration/declaration.ts';
import { buildRequest } from '../declaration/request.ts';
import { readTokenSet } from '../declaration/response.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Request, Response, Send, SendOptions } from '../http/message.ts';
import { retryAfter } from '../http/retry.ts';
import type { Redactor } from '../secrets/redact.ts';
import type { Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/** Seconds; a server that asks for more makes no sense, and may overflow a date. */
const year = 365 * 86_400;

/** The connection to a provider's server. */
export interface Connection {
  readonly declaration: Declaration;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly send: Send;
  readonly options: SendOptions;
  readonly clock: Clock;
  readonly uuid: () => string;
  /** Takes the tokens that come, before anything else is done with them. */
  readonly secrets: Redactor;
}

/**
 * The connection of a target.
 *
 * @param timeout milliseconds; what the target allows without it
 */
export function connect(
  { send, notices, secrets, clock, uuid }: ClientWorld,
  { declaration, transport }: Target,
  baseUrl: string,
  timeout = transport.timeout,
): Connection {
  return {
    declaration,
    baseUrl,
    send: async (makeRequest, how) => {
      const { method, url } = makeRequest();
      notices.detail(`${method} ${url}`);
      const response = await send(makeRequest, how);
      notices.detail(`answered ${response.status}`);
      return response;
    },
    options: { ...transport, timeout, keepSecret: secrets.add },
    clock,
    uuid,
    secrets,
  };
}

/** The request that a template makes just now: its UUID and time are fresh. */
export function prepare(
  { baseUrl, uuid, clock }: Pick<Connection, 'baseUrl' | 'uuid' | 'clock'>,
  template: RequestTemplate,
  values: ReadonlyMap<string, string>,
): Request {
  const fresh = new Map(values);
  // Random numbers that cannot be guessed take milliseconds to load.
  if (JSON.stringify(template).includes('{uuid')) fresh.set('uuid', uuid());
  fresh.set('now', new Date(clock.now()).toISOString());
  return buildRequest(template, baseUrl, fresh);
}

/**
 * Sends what the template makes of the values, and reads the tokens in the answer.
 *
 * @throws AuthctlError everything that `send` and `readTokenSet` throw, without a secret in its words
 */
export async function exchange(
  connection: Connection,
  template: RequestTemplate,
  values: ReadonlyMap<string, string>,
  judged: Exclude<Judged, 'token'>,
): Promise<TokenSet> {
  const { declaration, options, secrets } = connection;
  try {
    const response = await connection.send(() => prepare(connection, template, values), options);
    const tokenSet = readTokens(declaration, response, judged);
    secrets.add(tokenSet.accessToken);
    if (tokenSet.refreshToken !== undefined) secrets.add(tokenSet.refreshToken);
    return tokenSet;
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    throw redacted(hintAtDelay(error, declaration, options.timeout), secrets);
  }
}

/** @throws AuthctlError as `readTokenSet`; a rate limit with the time that the server asks to wait */
function readTokens(
  declaration: Declaration,
  response: Response,
  judged: Exclude<Judged, 'token'>,
): TokenSet {
  try {
    return readTokenSet(declaration, response, judged);
  } catch (error) {
    if (!(error instanceof AuthctlError) || error.code !== 'rate_limited') throw error;
    const asked = retryAfter(response);
    if (asked === undefined) throw error;
    const seconds = Math.min(Math.ceil(asked), year);
    const at = new Date(response.receivedAt + seconds * 1000).toISOString();
    throw error.with({
      retryAfter: seconds,
      hint: hint`try again in ${seconds} s, at ${named(at)}`,
    });
  }
}

/** Some servers answer wrong credentials late: a shorter time-out hides that. */
function hintAtDelay(error: AuthctlError, declaration: Declaration, timeout: number): AuthctlError {
  const { name, answer } = declaration;
  const slow = (answer.refusalDelay ?? 0) * 1000;
  if (error.code !== 'timeout' || slow === 0 || timeout > slow + 1000) {
    return error.with({ provider: name });
  }
  return new AuthctlError(error.code, error.message, {
    provider: name,
    hint: hint`${named(name)} answers wrong credentials only after ${slow / 1000} s: use --timeout ${slow / 500}s or more`,
  });
}

/** An error may be kept for others, so what it quotes of an answer must not hold a secret. */
function redacted({ code, message, details }: AuthctlError, secrets: Redactor): AuthctlError {
  const { serverWords } = details;
  return new AuthctlError(code, secrets.redact(message), {
    ...details,
    // In foreign words even a short secret is one that was echoed.
    ...(serverWords !== undefined && { serverWords: secrets.redact(serverWords, 1) }),
  });
}
