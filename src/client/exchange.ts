/** One exchange with a login or refresh endpoint: builds the request, sends it, and reads the tokens. */
import type { Clock } from '../clock.ts';
import type { Sent } from '../declaration/answer.ts';
import type { Declaration, RequestTemplate } from '../declaration/declaration.ts';
import { buildRequest } from '../declaration/request.ts';
import { readTokenSet } from '../declaration/response.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import { isLoopback } from '../http/base-url.ts';
import type { Request, Response, Send, SendOptions } from '../http/message.ts';
import { retryAfter } from '../http/retry.ts';
import type { Redactor } from '../secrets/redact.ts';
import type { Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/** The longest wait that is believed, in seconds: a longer one may not fit into a date. */
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
  /** New tokens are added to it before anything else is done with them. */
  readonly secrets: Redactor;
  /** For -v. */
  readonly detail: (text: string) => void;
}

/**
 * The connection of a target.
 *
 * @param timeout milliseconds; by default the target's timeout
 */
export function connect(
  world: ClientWorld,
  target: Target,
  baseUrl: string,
  timeout = target.transport.timeout,
): Connection {
  const { send, notices, secrets, clock, uuid } = world;
  const { declaration, transport } = target;
  return {
    declaration,
    baseUrl,
    send: async (makeRequest, how) => {
      const { method, url } = makeRequest();
      notices.detail(`${method} ${url}`);
      await noticeListener(world, target, baseUrl);
      const response = await send(makeRequest, how);
      notices.detail(`answered ${response.status}`);
      return response;
    },
    options: { ...transport, timeout, keepSecret: secrets.add },
    clock,
    uuid,
    secrets,
    detail: notices.detail,
  };
}

/**
 * Prints a notice before the first session of a server if a secret goes to a place where any user can
 * listen: plain http to this machine. Not if the listener is known to be the user's own, or root's.
 */
async function noticeListener(
  { store, notices, uid, clock }: ClientWorld,
  { declaration, profile }: Target,
  baseUrl: string,
): Promise<void> {
  const url = new URL(baseUrl);
  if (url.protocol !== 'http:' || !isLoopback(url.hostname)) return;
  if (await (await store()).latest(declaration.name, profile, baseUrl)) return;
  const { listenerAt } = await import('../http/listener.ts');
  const listener = await listenerAt(url, uid, clock);
  if (listener === 'ours' || listener === 'none') return;
  const who =
    listener === 'others' ? 'another user is listening' : 'another user could be listening';
  notices.noticeOnce(`notice: the secret goes to ${url.origin} on this machine, where ${who}`);
}

/** Builds the request of a template, with a new UUID and the current time. */
export function prepare(
  { baseUrl, uuid, clock }: Pick<Connection, 'baseUrl' | 'uuid' | 'clock'>,
  template: RequestTemplate,
  values: ReadonlyMap<string, string>,
): Request {
  const fresh = new Map(values);
  // Loading node:crypto takes milliseconds.
  if (JSON.stringify(template).includes('{uuid')) fresh.set('uuid', uuid());
  fresh.set('now', new Date(clock.now()).toISOString());
  return buildRequest(template, baseUrl, fresh);
}

/**
 * Sends the template's request, and reads the tokens in the response.
 *
 * @throws AuthctlError everything that `send` and `readTokenSet` throw, with secrets redacted
 */
export async function exchange(
  connection: Connection,
  template: RequestTemplate,
  values: ReadonlyMap<string, string>,
  judged: Exclude<Sent, 'token'>,
): Promise<TokenSet> {
  const { declaration, options, secrets } = connection;
  try {
    const response = await connection.send(() => prepare(connection, template, values), options);
    const tokenSet = readTokens(connection, response, judged);
    secrets.add(tokenSet.accessToken);
    if (tokenSet.refreshToken !== undefined) secrets.add(tokenSet.refreshToken);
    return tokenSet;
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    throw redacted(hintAtDelay(error, declaration, options.timeout), secrets);
  }
}

/** @throws AuthctlError as `readTokenSet`; for a rate limit with the time that the server asks to wait */
function readTokens(
  { declaration, detail }: Connection,
  response: Response,
  judged: Exclude<Sent, 'token'>,
): TokenSet {
  try {
    return readTokenSet(declaration, response, judged, detail);
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

/** Some servers refuse credentials only after a delay, which a shorter timeout hides. */
function hintAtDelay(error: AuthctlError, declaration: Declaration, timeout: number): AuthctlError {
  const { name, answer } = declaration;
  const slow = (answer.refusalDelay ?? 0) * 1000;
  if (error.code !== 'timeout' || slow === 0 || timeout > slow + 1000) {
    return error.with({ provider: name });
  }
  return new AuthctlError(error.code, error.message, {
    provider: name,
    hint: hint`${named(name)} takes ${slow / 1000} s to refuse wrong credentials: use --timeout ${slow / 500}s or more`,
  });
}

/** The error may be stored for other processes, so secrets in its quotes of the response are redacted. */
function redacted({ code, message, details }: AuthctlError, secrets: Redactor): AuthctlError {
  const { serverWords } = details;
  return new AuthctlError(code, secrets.redact(message), {
    ...details,
    // Even a short secret is redacted here: in the server's words, it was echoed.
    ...(serverWords !== undefined && { serverWords: secrets.redact(serverWords, 1) }),
  });
}
