/** Tells the server that a session ends, where the declaration has a logout. */
import { requireEnded } from '../declaration/checked.ts';
import type { Declaration, RequestTemplate } from '../declaration/declaration.ts';
import {
  logoutRequests,
  namesUsed,
  templatesInRequest,
  templatesInUse,
} from '../declaration/uses.ts';
import { timeLeft } from '../session/freshness.ts';
import type { Session } from '../session/session.ts';
import { prepareValues } from './credentials.ts';
import { askAbout, connect } from './exchange.ts';
import { serverOfSession, type Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/** What the server has ended. */
export type Ended = NonNullable<NonNullable<Declaration['logout']>['ends']>;

/**
 * Tells the server that a session ends.
 *
 * @param target of the session
 * @returns what it has ended; undefined if it was not told, since it would not know the session: the
 *   provider has no logout, or the tokens have expired
 * @throws AuthctlError if the server could not be told, or does not confirm it
 */
export async function logout(
  world: ClientWorld,
  target: Target,
  session: Session,
): Promise<Ended | undefined> {
  const { declaration } = target;
  const { tokenSet, key } = session;
  const { logout: declared } = declaration;
  if (!declared) return undefined;
  const left = timeLeft(tokenSet, world.clock.now());
  const requests = logoutRequests(declaration).filter((request) => {
    if (needsRefreshToken(declaration, request)) return tokenSet.refreshToken !== undefined;
    return left === null || left > 0;
  });
  if (requests.length === 0) return undefined;
  const server = serverOfSession(target, key);
  const templates = [
    ...requests.flatMap(templatesInRequest),
    ...(declared.bare ? [] : templatesInUse(declaration.use)),
  ];
  const values = await prepareValues(world, target, { server, templates, session });
  const connection = connect(world, target, key.baseUrl);
  const use = declared.bare ? {} : { use: { form: declaration.use.value } };
  for (const template of requests) {
    await askAbout(connection, { template, values, ...use }, (read) =>
      requireEnded(declaration, declared, read),
    );
  }
  return declared.ends ?? 'token';
}

function needsRefreshToken(declaration: Declaration, request: RequestTemplate): boolean {
  return namesUsed(declaration, templatesInRequest(request)).has('refresh_token');
}
