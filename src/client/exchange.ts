/** One exchange with a server: builds a declaration's request, sends it, and reads the tokens of an answer. */
import type { Clock } from '../clock.ts';
import type { Declaration, RequestTemplate } from '../declaration/declaration.ts';
import { keptValues, stepValues } from '../declaration/kept.ts';
import { type ReadAnswer, readAnswer } from '../declaration/place.ts';
import { buildRequest } from '../declaration/request.ts';
import { type Reading, readTokenSet } from '../declaration/response.ts';
import type { LookUp } from '../declaration/template.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { addCarriers, carriersOf } from '../declaration/use.ts';
import { requestValues } from '../declaration/values.ts';
import { AuthctlError, hint, named, systemErrorCode } from '../errors.ts';
import { isLoopback } from '../http/base-url.ts';
import type { Request, Response, Send, SendOptions } from '../http/message.ts';
import { retryAfter } from '../http/retry.ts';
import type { Redactor } from '../secrets/redact.ts';
import type { Progress } from '../terminal/progress.ts';
import { keepTokens } from './keep-tokens.ts';
import { environmentAt } from './server.ts';
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
  readonly progress: Progress;
}

/** A request of a declaration, and the values that it needs. */
export interface Outgoing {
  readonly template: RequestTemplate;
  /** Fields, kept values and tokens. */
  readonly values: ReadonlyMap<string, string>;
  /** The form of the header that carries the token, if "use" is added to the request. */
  readonly use?: { readonly form: string | undefined };
  /** The moment whose one-time codes are used, if not the present one. */
  readonly codeTime?: number | undefined;
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
  const { send, notices, progress, secrets, clock, uuid } = world;
  const { declaration, transport } = target;
  const { refusalDelay = 0 } = declaration.answer;
  const slow = refusalDelay > 0 ? `, which takes ${refusalDelay} s to refuse` : '';
  const onRetry = (words: string) => {
    notices.detail(words);
    return progress.begin(secrets.redact(words));
  };
  return {
    declaration,
    baseUrl,
    send: async (makeRequest, how) => {
      await noticeListener(world, target, baseUrl);
      return progress.during(`waiting for ${declaration.title}${slow}`, () =>
        send(makeRequest, { ...how, onRetry }),
      );
    },
    progress,
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

/** What building a request depends on. */
export type Builder = Pick<Connection, 'declaration' | 'baseUrl' | 'uuid' | 'clock' | 'secrets'>;

/**
 * Builds a request, with a new UUID and the current time.
 *
 * @param masked whether to show `***` in place of secrets
 * @throws AuthctlError `credential_unsendable`, `token_unusable`; `bad_answer` for a value that the server
 *   gave and its place cannot carry
 */
export function prepare(builder: Builder, outgoing: Outgoing, masked = false): Request {
  try {
    return build(builder, outgoing, masked);
  } catch (error) {
    if (!(error instanceof AuthctlError) || error.code !== 'credential_unsendable') throw error;
    const { declaration } = builder;
    const given = new Set([
      ...keptValues(declaration).keys(),
      ...stepValues(declaration).map(({ name }) => name),
    ]);
    if (!error.details.sent?.some((name) => given.has(name))) throw error;
    throw new AuthctlError('bad_answer', error.message, { provider: declaration.name });
  }
}

function build(
  { declaration, baseUrl, uuid, clock, secrets }: Builder,
  { template, values, use, codeTime }: Outgoing,
  masked: boolean,
): Request {
  const lookUp = requestValues(declaration, {
    values,
    uuid,
    now: clock.now(),
    codeTime,
    baseUrl,
    keepSecret: secrets.add,
    masked,
  });
  const how = { masked };
  const request = buildRequest(template, baseUrl, lookUp, how);
  if (!use) return request;
  return addCarriers(request, carriersOf(declaration.use, lookUp, use.form, how));
}

/**
 * Sends a request, and returns the answer.
 *
 * @throws AuthctlError as `prepare` and `send`
 */
async function ask(connection: Connection, outgoing: Outgoing): Promise<Response> {
  const { detail, send, options } = connection;
  detail(shownLine(prepare(connection, outgoing, true)));
  const response = await send(() => prepare(connection, outgoing), options);
  detail(`answered ${response.status}`);
  return response;
}

/**
 * Sends a request about a token, and judges the answer.
 *
 * @param judge throws for an answer that is no success
 * @throws AuthctlError as `ask` and `judge`, with secrets redacted
 */
export async function askAbout(
  connection: Connection,
  outgoing: Outgoing,
  judge: (read: ReadAnswer) => void,
): Promise<void> {
  try {
    judge(readAnswer(await ask(connection, outgoing), (name) => outgoing.values.get(name)));
  } catch (error) {
    throw error instanceof AuthctlError ? redacted(error, connection.secrets) : error;
  }
}

/** Method and URL, with the names of the query, but not its values. */
function shownLine({ method, url }: Request): string {
  const [place, query] = url.split('?');
  const names = query?.split('&').map((part) => part.replace(/=.*/s, ''));
  return `${method} ${place}${names ? `?${names.join('&')}` : ''}`;
}

/**
 * Sends a request, and reads the tokens in the answer.
 *
 * @throws AuthctlError everything that `askFor` and `readTokenSet` throw
 */
export async function exchange(
  connection: Connection,
  outgoing: Outgoing,
  reading: Omit<Reading, 'lookUp' | 'detail'>,
): Promise<TokenSet> {
  const { declaration, detail, secrets } = connection;
  const tokenSet = await askFor(connection, outgoing, (response, lookUp) =>
    readTokenSet(declaration, response, { ...reading, lookUp, detail }),
  );
  keepTokens(secrets, declaration, tokenSet);
  return tokenSet;
}

/**
 * Sends a request, and reads the answer.
 *
 * @param read gets the values of the fields that are not secret, for the names of cookies
 * @throws AuthctlError as `ask` and `read`, with secrets redacted; for a rate limit with the time that the
 *   server asks to wait
 */
export async function askFor<T>(
  connection: Connection,
  outgoing: Outgoing,
  read: (response: Response, lookUp: LookUp) => T,
): Promise<T> {
  return readFor(connection, outgoing.values, ask(connection, outgoing), read);
}

/** Reads an answer. @param values those of the request @throws AuthctlError as `askFor` */
export async function readFor<T>(
  connection: Connection,
  values: Outgoing['values'],
  answer: Promise<Response> | Response,
  read: (response: Response, lookUp: LookUp) => T,
): Promise<T> {
  const { declaration, options, secrets } = connection;
  try {
    const response = await answer;
    const open = declaration.fields.filter(({ secret }) => !secret).map(({ name }) => name);
    const lookUp: LookUp = (name) => (open.includes(name) ? values.get(name) : undefined);
    return withWait(response, () => read(response, lookUp));
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    const hinted = hintAtNetwork(hintAtDelay(error, declaration, options.timeout), connection);
    throw redacted(hinted, secrets);
  }
}

/** @throws what `read` throws; a rate limit with the time that the server asks to wait */
function withWait<T>(response: Response, read: () => T): T {
  try {
    return read();
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

/** Nobody has typed the host of an environment, so its spelling is right. */
function hintAtNetwork(error: AuthctlError, { declaration, baseUrl }: Connection): AuthctlError {
  const isUnknown = systemErrorCode(error.details.cause) === 'ENOTFOUND';
  // It may be a proxy's.
  const isServer = error.message.endsWith(` ${new URL(baseUrl).hostname}`);
  if (!isUnknown || !isServer || !environmentAt(declaration, baseUrl)) return error;
  return new AuthctlError(error.code, `${error.message}: check the network`, {
    ...error.details,
    hint: hint`authctl doctor ${named(declaration.name)}`,
  });
}

/** The error may be stored for other processes, so secrets in its quotes of the response are redacted. */
export function redacted(
  { code, message, details }: AuthctlError,
  secrets: Redactor,
): AuthctlError {
  const { serverWords } = details;
  return new AuthctlError(code, secrets.redact(message), {
    ...details,
    // Even a short secret is redacted here: in the server's words, it was echoed.
    ...(serverWords !== undefined && { serverWords: secrets.redact(serverWords, 1) }),
  });
}

/** The request, masked. @throws AuthctlError if it cannot be sent: masking would hide that */
export function shown(
  world: ClientWorld,
  target: Target,
  baseUrl: string,
  outgoing: Outgoing,
): Request {
  const builder = connect(world, target, baseUrl);
  prepare(builder, outgoing);
  return prepare(builder, outgoing, true);
}
