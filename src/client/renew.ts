/** Exchanges a refresh token, or a token that is still good, for a new access token, and never logs in. */
import type { Server } from '../credentials/gate.ts';
import { hintCommand } from '../credentials/hint.ts';
import type { Credential } from '../credentials/resolve.ts';
import type { Declaration, Refresh } from '../declaration/declaration.ts';
import { variableName } from '../declaration/names.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { namesUsed, requiredFields, templatesInRequest } from '../declaration/uses.ts';
import { AuthctlError, type Hint, hint, named } from '../errors.ts';
import { timeLeft } from '../session/freshness.ts';
import { findSession } from '../session/selector.ts';
import type { Obtained, Session } from '../session/session.ts';
import { otherProcess, singleFlight } from '../session/single-flight.ts';
import { noteInvisible, prepareValues } from './credentials.ts';
import { type Connection, connect, exchange, type Outgoing } from './exchange.ts';
import { guarded } from './guarded.ts';
import { noticeUnsaved, saveOptions, saveSession } from './save-session.ts';
import { sentFingerprint } from './sent-fingerprint.ts';
import { isExclusive, unsharedBecause } from './sharing.ts';
import { noteServerOfSession, serverForGiven, serverOfSession, type Target } from './target.ts';
import type { TokenOptions } from './token-options.ts';
import type { ClientWorld } from './world.ts';

/** The name of a refresh token in flags, variables and placeholders. */
export const refreshTokenField = 'refresh_token';

/** What stands for a refresh token that is only in the shared store, where nothing is sent. */
const inStore = 'in-the-shared-store';

/** The refresh token that a command uses. */
export interface RefreshToken {
  /** The refresh token, or for a provider without any the access token. */
  readonly token: string;
  /** Where it comes from, such as a variable's name. */
  readonly origin: string;
  /** The hint for when the server refuses it. */
  readonly hint: Hint;
  readonly server: Server;
  /** The stored session that it belongs to, if any. */
  readonly session?: Session;
}

/**
 * Finds the refresh token: from a flag, else the variable, else the stored session.
 *
 * @throws AuthctlError `session_missing`, `base_url_missing`
 */
export async function findRefreshToken(world: ClientWorld, target: Target): Promise<RefreshToken> {
  const { declaration, selector, sources } = target;
  const { name } = declaration;
  const session = await findSession(await world.store(), selector);
  const login = hintCommand(hint`login ${named(name)}`, target);
  const variable = variableName(name, refreshTokenField);
  const given = sources.given.get(refreshTokenField);
  const fromEnv = world.env[variable];
  const stored = storedTokenFor(declaration, session, world.clock.now());
  const checkOr = (token: string, origin: string, otherwise: Hint) => {
    const words = noteInvisible(world, refreshTokenField, { value: token, origin });
    return { token, origin, hint: words ? hint`check ${named(words)}; or ${login}` : otherwise };
  };
  const found = given
    ? checkOr(given.value, given.origin, login)
    : fromEnv
      ? checkOr(fromEnv, variable, hint`${named(variable)} was used: unset it, or ${login}`)
      : stored !== undefined && { token: stored, origin: 'the stored session', hint: login };
  if (!found) {
    const message = !session
      ? `no refresh token for ${declaration.title} was given (--refresh-token-stdin or ${variable}) or found in a stored session`
      : renewsByToken(declaration)
        ? `the stored token of ${declaration.title} has expired, so that it cannot be renewed`
        : `the stored session of ${declaration.title} has no refresh token`;
    throw new AuthctlError('session_missing', message, { provider: name, hint: login });
  }
  if (found.token !== inStore) world.secrets.add(found.token);
  world.notices.detail(`${refreshTokenField} comes from ${found.origin}`);
  if (session && stored === found.token) {
    noteServerOfSession(world, target, session.key);
    return { ...found, server: serverOfSession(target, session.key), session };
  }
  return { ...found, server: serverForGiven(world, target, session?.key, found.origin) };
}

/**
 * Refreshes. The result is only stored if the refresh token belongs to the stored session.
 *
 * @throws AuthctlError whatever goes wrong; the hint of a refusal says what to do
 */
export async function renew(
  world: ClientWorld,
  target: Target,
  { signal }: Pick<TokenOptions, 'signal'>,
): Promise<Obtained> {
  const { token, server, session, ...found } = await findRefreshToken(world, target);
  const { declaration, profile } = target;
  if (session) {
    const always = { isGood: () => false, signal, respend: true };
    const renewed = await refreshSession(world, target, session, always);
    if ('refused' in renewed) throw renewed.refused.with({ hint: found.hint });
    await (await world.store()).saveOutline(target.outline);
    return renewed;
  }
  const given = new Map([[refreshTokenField, token]]);
  const outgoing = await prepareRefresh(world, target, { server, given });
  const answer = await tryRefresh(connect(world, target, server.url), outgoing, {});
  if ('refused' in answer) throw answer.refused.with({ hint: found.hint });
  const key = { provider: declaration.name, profile, baseUrl: server.url, account: { fields: {} } };
  return { session: { key, tokenSet: answer }, source: 'refresh' };
}

/** The provider's refresh. @throws Error if it declares none, which the caller has checked */
function refreshOf({ name, refresh }: Declaration): Refresh {
  if (!refresh) throw new Error(`${name} declares no refresh`);
  return refresh;
}

/** Whether a provider renews by the access token instead of a refresh token. */
function renewsByToken(declaration: Declaration): boolean {
  const { refresh } = declaration;
  if (!refresh) return false;
  const names = namesUsed(declaration, templatesInRequest(refresh.request));
  return names.has('token') && !names.has(refreshTokenField);
}

/** The token of a session that its refresh needs; undefined if it has none, or none that is good. */
function storedTokenFor(
  declaration: Declaration,
  session: Session | undefined,
  now: number,
): string | undefined {
  if (!session || !declaration.refresh) return undefined;
  const { tokenSet } = session;
  if (!renewsByToken(declaration)) {
    return tokenSet.refreshToken ?? (tokenSet.shared?.refreshable ? inStore : undefined);
  }
  const left = timeLeft(tokenSet, now);
  return left === null || left > 0 ? tokenSet.accessToken : undefined;
}

/** Whether a session can be refreshed now. @param now milliseconds since the epoch */
export function canRefresh(
  { declaration }: Pick<Target, 'declaration'>,
  session: Session,
  now: number,
): boolean {
  return storedTokenFor(declaration, session, now) !== undefined;
}

/**
 * The request of a refresh, with the values that it needs.
 *
 * @throws AuthctlError as `prepareValues`
 */
export async function prepareRefresh(
  world: ClientWorld,
  target: Target,
  parts: {
    readonly server: Server;
    readonly session?: Session | undefined;
    readonly given?: ReadonlyMap<string, string>;
    readonly onFound?: (found: ReadonlyMap<string, Credential>) => void;
  },
): Promise<Outgoing> {
  const { request } = refreshOf(target.declaration);
  const templates = templatesInRequest(request);
  return { template: request, values: await prepareValues(world, target, { ...parts, templates }) };
}

/**
 * Refreshes a stored session: one request for all processes that need it.
 *
 * @returns `refused` if the server refuses the refresh token, which is then removed from the session
 * @throws AuthctlError if the network or the server failed: the session stays as it is
 */
export async function refreshSession(
  world: ClientWorld,
  target: Target,
  known: Session,
  { isGood, signal, rejected = false, respend = false }: TokenOptions & { respend?: boolean },
): Promise<Obtained | { readonly refused: AuthctlError }> {
  const store = await world.store();
  const { key } = known;
  const { declaration } = target;
  const { clock } = world;
  const { shared } = known.tokenSet;
  const token = storedTokenFor(declaration, known, clock.now()) ?? '';
  // The same on every machine, and another one after each refresh.
  const value = token === inStore ? `${token} ${shared?.n}` : token;
  const server = serverOfSession(target, key);
  let credentials: ReadonlyMap<string, Credential> = new Map();
  const onFound = (found: typeof credentials) => {
    credentials = found;
  };
  // Before the lock is taken, since the user may be asked.
  const prepared = await prepareRefresh(world, target, { server, session: known, onFound });
  const { template, values } = prepared;
  // A client secret beside the refresh token is refused for itself: another one is tried at once.
  const names = namesUsed(declaration, templatesInRequest(template));
  const beside = declaration.fields.flatMap(({ name }) => {
    const given = names.has(name) ? values.get(name) : undefined;
    return given === undefined ? [] : [{ name, value: given }];
  });
  const pairs = [{ name: refreshTokenField, value }, ...beside];
  let spent: AuthctlError | undefined;
  try {
    const result = await singleFlight({
      store,
      key,
      fingerprint: await sentFingerprint(store, declaration, pairs),
      isGood: ({ tokenSet }) => isGood(tokenSet),
      // Another process removed the refresh token after a refusal, which may be forgotten by now.
      knownError: (stored) => {
        if (!stored || storedTokenFor(declaration, stored, clock.now()) !== undefined) {
          return undefined;
        }
        const { name, title } = declaration;
        return new AuthctlError('refused', `${title} refused the refresh token`, {
          provider: name,
        });
      },
      ask: async (stored = known, remaining, mayAsk) => {
        if (shared?.refreshable && stored.tokenSet.refreshToken === undefined) {
          spent = spentRefresh(target);
          throw spent;
        }
        const connection = connect(guarded(world, mayAsk), target, key.baseUrl, remaining);
        const answer = await refreshStored(connection, { template, values }, stored);
        if (!('refused' in answer)) {
          return { key, tokenSet: { ...answer, ...(rejected && { replaces: true }) } };
        }
        await saveSession(world, target, { key, tokenSet: withoutRefresh(stored.tokenSet) });
        throw answer.refused;
      },
      shared: { rejected, respend, exclusive: isExclusive(declaration) },
      unshared: unsharedBecause(world, store, declaration, credentials, known),
      save: saveOptions(target),
      timeout: target.transport.timeout,
      clock,
      onWaiting: () => world.progress.begin(otherProcess),
      signal,
    });
    if (result.saveError) noticeUnsaved(world, result.saveError);
    return { session: result.session, source: result.asked ? 'refresh' : 'store' };
  } catch (error) {
    if (isRefreshRefused(error)) return { refused: error };
    if (spent !== undefined && error === spent) return { refused: spent };
    // A refusal that the declaration does not know is one that a login ends.
    const isUnknown =
      error instanceof AuthctlError && error.code === 'bad_answer' && !error.details.hint;
    throw isUnknown
      ? error.with({ hint: hintCommand(hint`login ${named(declaration.name)}`, target) })
      : error;
  }
}

/** The error for a refresh token that is not there any more, or is not to be presented again. */
function spentRefresh({ declaration: { name, title } }: Target): AuthctlError {
  return new AuthctlError(
    'session_missing',
    `the refresh token of ${title} was used by another machine, which may have failed`,
    { provider: name },
  );
}

/** A token set after its refresh token was refused. */
function withoutRefresh({ refreshToken: _, shared, ...rest }: TokenSet): TokenSet {
  if (!shared) return rest;
  const { refreshable: __, ...others } = shared;
  return { ...rest, shared: others };
}

/**
 * Refreshes a session with the values of a login.
 *
 * @returns undefined if the request needs more than these, or a refresh token that is only in the shared store
 */
export async function refreshWith(
  connection: Connection,
  values: ReadonlyMap<string, string>,
  stored: Session,
): Promise<TokenSet | { readonly refused: AuthctlError } | undefined> {
  const { declaration } = connection;
  const { request } = refreshOf(declaration);
  const names = namesUsed(declaration, templatesInRequest(request));
  if (names.has(refreshTokenField) && stored.tokenSet.refreshToken === undefined) return undefined;
  const needed = requiredFields(declaration, {
    fields: declaration.fields.map(({ name }) => name),
  });
  if (needed.some((name) => names.has(name) && !values.has(name))) return undefined;
  return refreshStored(connection, { template: request, values }, stored);
}

/** Refreshes a session as it is stored now, which may have other tokens than when the request was prepared. */
async function refreshStored(
  connection: Connection,
  { template, values }: Outgoing,
  { tokenSet }: Session,
): Promise<TokenSet | { readonly refused: AuthctlError }> {
  const { accessToken, refreshToken, kept = {} } = tokenSet;
  const current = new Map([
    ...values,
    ...Object.entries(kept),
    ['token', accessToken],
    ...(refreshToken === undefined ? [] : [[refreshTokenField, refreshToken] as const]),
  ]);
  return tryRefresh(connection, { template, values: current }, tokenSet);
}

/** Asks the server for a refresh. @returns the tokens, or the server's refusal of the refresh token */
async function tryRefresh(
  connection: Connection,
  outgoing: Outgoing,
  { kept = {} }: Pick<TokenSet, 'kept'>,
): Promise<TokenSet | { readonly refused: AuthctlError }> {
  const { secrets } = connection;
  const token = outgoing.values.get(refreshTokenField);
  if (token !== undefined) secrets.add(token);
  try {
    const answer = await exchange(connection, outgoing, { sent: 'refresh token', kept });
    // A server that does not rotate refresh tokens sends no new one: the old one stays valid.
    return { ...(token !== undefined && { refreshToken: token }), ...answer };
  } catch (error) {
    if (isRefreshRefused(error)) return { refused: error };
    throw error;
  }
}

/** Whether the refresh token was refused, and not the credentials beside it. */
function isRefreshRefused(error: unknown): error is AuthctlError {
  return (
    error instanceof AuthctlError && error.code === 'refused' && !error.details.refusedCredentials
  );
}
