/** Exchanges a refresh token for a new access token, and never logs in. */
import { hintCommand } from '../credentials/hint.ts';
import { variableName } from '../declaration/names.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { AuthctlError, type Hint, hint, named } from '../errors.ts';
import { fingerprint } from '../session/account.ts';
import { findSession } from '../session/selector.ts';
import type { Obtained, Session } from '../session/session.ts';
import { singleFlight } from '../session/single-flight.ts';
import { type Connection, connect, exchange } from './exchange.ts';
import { noticeUnsaved, saveOptions, saveSession } from './save-session.ts';
import { isNamed } from './server.ts';
import { noteServerOfSession, serverForGiven, type Target } from './target.ts';
import type { TokenOptions } from './token-options.ts';
import type { ClientWorld } from './world.ts';

/** The name of a refresh token in flags, variables and placeholders. */
export const refreshTokenField = 'refresh_token';

/** The refresh token that a command uses. */
export interface RefreshToken {
  readonly token: string;
  /** Where it comes from, such as a variable's name. */
  readonly origin: string;
  /** The hint for when the server refuses it. */
  readonly hint: Hint;
  readonly baseUrl: string;
  /** The stored session that it belongs to, if any. */
  readonly session?: Session;
}

/**
 * Finds the refresh token: from a flag, else the variable, else the stored session.
 *
 * @throws AuthctlError `session_missing`, `base_url_missing`
 */
export async function findRefreshToken(world: ClientWorld, target: Target): Promise<RefreshToken> {
  const { declaration, server, selector, sources } = target;
  const { name } = declaration;
  const session = await findSession(await world.store(), selector);
  const login = hintCommand(hint`login ${named(name)}`, target);
  const variable = variableName(name, refreshTokenField);
  const given = sources.given.get(refreshTokenField);
  const fromEnv = world.env[variable];
  const stored = session?.tokenSet.refreshToken;
  const found = given
    ? { token: given.value, origin: given.origin, hint: login }
    : fromEnv
      ? {
          token: fromEnv,
          origin: variable,
          hint: hint`${named(variable)} was used: unset it, or ${login}`,
        }
      : stored !== undefined && { token: stored, origin: 'the stored session', hint: login };
  if (!found) {
    const message = session
      ? `the stored session of ${declaration.title} has no refresh token`
      : `no refresh token for ${declaration.title} was given (--refresh-token-stdin or ${variable}) or found in a stored session`;
    throw new AuthctlError('session_missing', message, { provider: name, hint: login });
  }
  world.secrets.add(found.token);
  world.notices.detail(`${refreshTokenField} comes from ${found.origin}`);
  if (session && stored === found.token) {
    noteServerOfSession(world, target, session.key);
    const baseUrl = isNamed(server) ? server.url : session.key.baseUrl;
    return { ...found, baseUrl, session };
  }
  return { ...found, baseUrl: serverForGiven(world, target, session?.key, found.origin).url };
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
  const { token, baseUrl, session, ...found } = await findRefreshToken(world, target);
  const { declaration, profile } = target;
  if (session) {
    const renewed = await refreshSession(world, target, session, { isGood: () => false, signal });
    if ('refused' in renewed) throw renewed.refused.with({ hint: found.hint });
    await (await world.store()).saveOutline(target.outline);
    return renewed;
  }
  const answer = await tryRefresh(connect(world, target, baseUrl), token);
  if ('refused' in answer) throw answer.refused.with({ hint: found.hint });
  const key = { provider: declaration.name, profile, baseUrl, account: { fields: {} } };
  return { session: { key, tokenSet: answer }, source: 'refresh' };
}

/** A session with a refresh token. */
type Refreshable = Session & { readonly tokenSet: { readonly refreshToken: string } };

/** Whether a session can be refreshed. */
export function canRefresh(
  { declaration }: Pick<Target, 'declaration'>,
  session: Session,
): session is Refreshable {
  return declaration.refresh !== undefined && session.tokenSet.refreshToken !== undefined;
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
  { isGood, signal }: TokenOptions,
): Promise<Obtained | { readonly refused: AuthctlError }> {
  const store = await world.store();
  const { key } = known;
  const value = known.tokenSet.refreshToken ?? '';
  const pairs = [{ name: refreshTokenField, value }];
  try {
    const result = await singleFlight({
      store,
      key,
      fingerprint: fingerprint(pairs, await store.fingerprintKey()),
      isGood: ({ tokenSet }) => isGood(tokenSet),
      // Another process removed the refresh token after a refusal, which may be forgotten by now.
      knownError: (stored) => {
        if (!stored || stored.tokenSet.refreshToken !== undefined) return undefined;
        const { name, title } = target.declaration;
        return new AuthctlError('refused', `${title} refused the refresh token`, {
          provider: name,
        });
      },
      ask: async (stored = known, remaining) => {
        const token = stored.tokenSet.refreshToken ?? value;
        const answer = await tryRefresh(connect(world, target, key.baseUrl, remaining), token);
        if (!('refused' in answer)) return { key, tokenSet: answer };
        const { refreshToken: _, ...rest } = stored.tokenSet;
        await saveSession(world, target, { key, tokenSet: rest });
        throw answer.refused;
      },
      save: saveOptions(target),
      timeout: target.transport.timeout,
      clock: world.clock,
      signal,
    });
    if (result.saveError) noticeUnsaved(world, result.saveError);
    return { session: result.session, source: result.asked ? 'refresh' : 'store' };
  } catch (error) {
    if (error instanceof AuthctlError && error.code === 'refused') return { refused: error };
    throw error;
  }
}

/** Asks the server for a refresh. @returns the tokens, or the server's refusal */
export async function tryRefresh(
  connection: Connection,
  token: string,
): Promise<TokenSet | { readonly refused: AuthctlError }> {
  const { declaration, secrets } = connection;
  const { refresh } = declaration;
  if (!refresh) throw new Error(`${declaration.name} declares no refresh`);
  secrets.add(token);
  try {
    const values = new Map([[refreshTokenField, token]]);
    const answer = await exchange(connection, refresh, values, 'refresh token');
    // A server that does not rotate refresh tokens sends no new one: the old one stays valid.
    return { refreshToken: token, ...answer };
  } catch (error) {
    if (error instanceof AuthctlError && error.code === 'refused') return { refused: error };
    throw error;
  }
}
