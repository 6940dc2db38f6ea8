/** The requests that a command would send, with secrets replaced by `***`. */
import type { Request } from '../http/message.ts';
import { findSession } from '../session/selector.ts';
import { prepareLogin } from './credentials.ts';
import { shown } from './exchange.ts';
import { canRefresh, findRefreshToken, prepareRefresh, refreshTokenField } from './renew.ts';
import { type Target, withServer } from './target.ts';
import { placedForLogin } from './token.ts';
import type { TokenOptions } from './token-options.ts';
import type { ClientWorld } from './world.ts';

/** @throws AuthctlError as `login` before it sends anything, `credential_unsendable` too */
export async function previewLogin(world: ClientWorld, unplaced: Target): Promise<Request> {
  const target = await withServer(world, unplaced);
  const { server } = target;
  const { credentials, values } = await prepareLogin(world, target, server);
  return shown(world, target, server.url, { template: credentials.login.request, values });
}

/**
 * The first request that `token` would send.
 *
 * @returns undefined if the stored token is good
 * @throws AuthctlError as `token` before it sends anything
 */
export async function previewToken(
  world: ClientWorld,
  target: Target,
  { isGood }: Pick<TokenOptions, 'isGood'>,
): Promise<Request | undefined> {
  const known = await findSession(await world.store(), target.selector);
  if (known && isGood(known.tokenSet)) return undefined;
  if (known && canRefresh(target, known, world.clock.now())) return previewRenew(world, target);
  return previewLogin(world, await placedForLogin(world, target));
}

/** @throws AuthctlError as `renew` before it sends anything */
export async function previewRenew(world: ClientWorld, target: Target): Promise<Request> {
  const { token, server, session } = await findRefreshToken(world, target);
  const given = new Map([[refreshTokenField, token]]);
  const outgoing = await prepareRefresh(world, target, { server, session, given });
  return shown(world, target, server.url, outgoing);
}
