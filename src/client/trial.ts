/** Tries a provider step by step, and tells what was sent, answered and found. */
import { refreshed } from '../declaration/answer.ts';
import type { Declaration, Place, TokenPlace } from '../declaration/declaration.ts';
import { describeKept } from '../declaration/found.ts';
import { decodeJwt } from '../declaration/jwt.ts';
import { isEndless } from '../declaration/lifetime.ts';
import { describePlace, readAnswer, valueAt } from '../declaration/place.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { AuthctlError } from '../errors.ts';
import type { Request, Response } from '../http/message.ts';
import type { Obtained, Session } from '../session/session.ts';
import { canRefresh, refreshSession } from './renew.ts';
import { type Target, withServer } from './target.ts';
import type { ClientWorld } from './world.ts';

/** A step of a trial. */
export interface Step {
  readonly name: 'login' | 'verify' | 'refresh' | 'logout';
  /** What was sent, with `***` in place of secrets, and the answers. */
  readonly exchanges: readonly Exchange[];
  /** What was found in the last answer, in words. */
  readonly found: readonly string[];
  readonly error?: AuthctlError;
}

/** A request and its answer, without secrets. */
export interface Exchange {
  readonly request: Request;
  readonly status: number;
  /** The answer's headers that matter, and its body, with `***` in place of tokens. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What was found in the answer, in words, if another request came after it. */
  readonly found: readonly string[];
}

/**
 * Logs in, checks the token, renews it and logs out, as far as the provider declares it. Nothing is stored
 * if the world's store keeps nothing.
 *
 * @param onAnswer receives each answer as it came, with its secrets
 */
export async function* trial(
  world: ClientWorld,
  unplaced: Target,
  onAnswer: (response: Response) => void = () => {},
): AsyncGenerator<Step> {
  const target = await withServer(world, unplaced);
  const { declaration } = target;
  const { login } = await import('./login.ts');
  const recorded: { request: Request; response: Response; found: string[] }[] = [];
  const recording: ClientWorld = {
    ...world,
    send: async (makeRequest, options) => {
      let request: Request | undefined;
      const response = await world.send(() => {
        request = makeRequest();
        return request;
      }, options);
      if (request) recorded.push({ request, response, found: [] });
      onAnswer(response);
      return response;
    },
    found: (text) => recorded.at(-1)?.found.push(text),
  };
  const run = async <T>(
    name: Step['name'],
    work: () => Promise<T>,
    found: (result: T, response: Response | undefined) => readonly string[],
  ): Promise<{ readonly step: Step; readonly result?: T }> => {
    recorded.length = 0;
    try {
      const result = await work();
      const words = found(result, recorded.at(-1)?.response);
      return { step: { name, exchanges: recorded.map(shown), found: words }, result };
    } catch (error) {
      if (!(error instanceof AuthctlError)) throw error;
      return { step: { name, exchanges: recorded.map(shown), found: [], error } };
    }
  };
  const shown = ({ request, response, found }: (typeof recorded)[number]): Exchange => ({
    request: maskedRequest(request, world),
    status: response.status,
    headers: shownHeaders(response, world),
    body: withoutTokens(new TextDecoder().decode(response.body), world),
    found,
  });

  const first = await run(
    'login',
    () => login(recording, target),
    ({ session }, response) => describeTokens(declaration, session.tokenSet, response),
  );
  yield first.step;
  let session: Session | undefined = first.result?.session;
  if (!session) return;
  await (await world.store()).save(session);
  if (declaration.verify) {
    const { verify } = await import('./verify.ts');
    const { step } = await run(
      'verify',
      () => verify(recording, target, undefined),
      () => ['the server takes the token'],
    );
    yield step;
  }
  if (canRefresh(target, session, world.clock.now())) {
    const known = session;
    const { step, result } = await run(
      'refresh',
      () => renewed(recording, target, known),
      (obtained, response) =>
        describeTokens(refreshed(declaration), obtained.session.tokenSet, response),
    );
    session = result?.session ?? session;
    yield step;
  }
  if (declaration.logout) {
    const { logout } = await import('./logout.ts');
    const known = session;
    const { step } = await run(
      'logout',
      () => logout(recording, target, known),
      (ended) => [ended === undefined ? 'there is nothing to end' : endedWords[ended]],
    );
    yield step;
  }
}

async function renewed(world: ClientWorld, target: Target, session: Session): Promise<Obtained> {
  const { signal } = new AbortController();
  const result = await refreshSession(world, target, session, { isGood: () => false, signal });
  if ('refused' in result) throw result.refused;
  return result;
}

const endedWords = {
  token: 'the server has ended the token',
  refresh: 'the server has ended the refresh token alone',
  nothing: 'the server has ended nothing',
} as const;

/** Each place that was tried, and what was there. @param response undefined for a minted token */
function describeTokens(
  declaration: Declaration,
  { accessToken, refreshToken, kept = {}, lifetime, idle }: TokenSet,
  response: Response | undefined,
): readonly string[] {
  const { answer } = declaration;
  if (!response) return [mintedWords(accessToken)];
  return [
    ...tokenWords(answer.token, accessToken),
    ...refreshTokenWords(answer.refreshToken, refreshToken, response),
    ...describeKept(answer.keep, kept),
    ...lifetimeWords(declaration, response, { lifetime, idle }),
  ];
}

function tokenWords(place: TokenPlace | undefined, { length }: string): readonly string[] {
  if (place === undefined) return [];
  const where = describePlace(place);
  return typeof place === 'object' && 'value' in place
    ? [`the token is ${where}, ${length} characters`]
    : [`found the token, ${length} characters, at ${where}`];
}

/** @param token of this answer, or of one before it */
function refreshTokenWords(
  place: Place | undefined,
  token: string | undefined,
  response: Response,
): readonly string[] {
  if (place === undefined) return [];
  const where = describePlace(place);
  if (token === undefined) return [`found no refresh token at ${where}`];
  return valueAt(readAnswer(response), place)
    ? [`found the refresh token, ${token.length} characters, at ${where}`]
    : [`found no refresh token at ${where}: the earlier one stays in use`];
}

function mintedWords(token: string): string {
  const { header = {} } = decodeJwt(token) ?? {};
  return `signed the token, ${token.length} characters, with ${header['alg']}; nothing was sent`;
}

function lifetimeWords(
  { answer }: Declaration,
  response: Response,
  { lifetime, idle }: { readonly lifetime: number | null; readonly idle: number | undefined },
): readonly string[] {
  const { lifetime: declared } = answer;
  const place = declared?.at ?? declared?.until?.at;
  const isThere = place !== undefined && valueAt(readAnswer(response), place) !== undefined;
  const where =
    place === undefined ? '' : `, ${isThere ? 'found ' : 'nothing '}at ${describePlace(place)}`;
  const seconds = (time: number) => `${Math.round(time / 1000)} s`;
  const words =
    lifetime === null ? 'unknown' : isEndless(answer, lifetime) ? 'without end' : seconds(lifetime);
  const unused = idle === undefined ? '' : `, ${seconds(idle)} without use`;
  return [`the lifetime is ${words}${where}${unused}`];
}

function maskedRequest(request: Request, { secrets }: ClientWorld): Request {
  const mask = (text: string) => secrets.redact(text, 1);
  return {
    method: request.method,
    url: mask(request.url),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        // What is left of its base64 would be of no use.
        value.startsWith('Basic ') ? 'Basic ***' : mask(value),
      ]),
    ),
    ...(request.body !== undefined && { body: mask(request.body) }),
  };
}

/** A part of an answer without secrets: an ID token, say, is one though no place names it. */
function withoutTokens(text: string, { secrets }: ClientWorld): string {
  return secrets.redact(text, 1).replace(/\beyJ[\w-]*\.[\w-]+\.[\w-]*/g, '***');
}

function shownHeaders({ headers, cookies }: Response, world: ClientWorld): Record<string, string> {
  const ordinary = new Set(['connection', 'keep-alive', 'content-length', 'transfer-encoding']);
  const kept = Object.entries(headers).filter(
    ([name]) => !ordinary.has(name) && name !== 'set-cookie',
  );
  return Object.fromEntries(
    [...kept, ...(cookies.length > 0 ? [['set-cookie', cookies.join(', ')] as const] : [])].map(
      ([name, value]) => [name, withoutTokens(value, world)],
    ),
  );
}
