/** Gets a valid token: from the store, else by refresh, else by login, with one request for all processes. */
import type { Server } from '../credentials/gate.ts';
import { fingerprint } from '../session/account.ts';
import { describeAccount } from '../session/key.ts';
import { findSession, selectedKey } from '../session/selector.ts';
import type { Obtained } from '../session/session.ts';
import { singleFlight } from '../session/single-flight.ts';
import { prepareLogin } from './credentials.ts';
import { connect, exchange } from './exchange.ts';
import { canRefresh, refreshSession, tryRefresh } from './renew.ts';
import { noticeUnsaved, saveOptions } from './save-session.ts';
import { baseUrlMissing, isNamed } from './server.ts';
import { noteServerOfSession, type Target } from './target.ts';
import type { TokenOptions } from './token-options.ts';
import type { ClientWorld } from './world.ts';

/** @throws AuthctlError whatever goes wrong on the way to a token */
export async function token(
  world: ClientWorld,
  target: Target,
  options: TokenOptions,
): Promise<Obtained> {
  const obtained = await obtain(world, target, options);
  await (await world.store()).saveOutline(target.outline);
  noteServerOfSession(world, target, obtained.session.key);
  const { account, baseUrl } = obtained.session.key;
  world.notices.detail(`the account is ${describeAccount(account)}, at ${baseUrl}`);
  return obtained;
}

async function obtain(
  world: ClientWorld,
  target: Target,
  options: TokenOptions,
): Promise<Obtained> {
  const store = await world.store();
  const known = await findSession(store, target.selector);
  if (known && options.isGood(known.tokenSet)) return { session: known, source: 'store' };
  if (known && canRefresh(target, known)) {
    const renewed = await refreshSession(world, target, known, options);
    if (!('refused' in renewed)) return renewed;
    world.notices.detail('the refresh token was refused: logging in');
  }
  return loginOnce(world, target, options);
}

/** Logs in, or uses the session that another process gets in the meantime. */
async function loginOnce(
  world: ClientWorld,
  target: Target,
  { isGood, signal }: TokenOptions,
): Promise<Obtained> {
  const store = await world.store();
  const server = await serverForLogin(world, target);
  const { key, credentials, values } = await prepareLogin(world, target, server);
  const pairs = [...values].map(([name, value]) => ({ name, value }));
  let source: Obtained['source'] = 'login';
  const result = await singleFlight({
    store,
    key,
    fingerprint: fingerprint(pairs, await store.fingerprintKey()),
    isGood: ({ tokenSet }) => isGood(tokenSet),
    ask: async (stored, remaining) => {
      const connection = connect(world, target, key.baseUrl, remaining);
      if (stored && canRefresh(target, stored)) {
        const answer = await tryRefresh(connection, stored.tokenSet.refreshToken);
        source = 'refresh';
        if (!('refused' in answer)) return { key, tokenSet: answer };
      }
      source = 'login';
      const { request } = credentials.login;
      return { key, tokenSet: await exchange(connection, request, values, 'credentials') };
    },
    save: saveOptions(target),
    timeout: target.transport.timeout,
    clock: world.clock,
    signal,
  });
  if (result.saveError) noticeUnsaved(world, result.saveError);
  return { session: result.session, source: result.asked ? source : 'store' };
}

/** The server: the one that was chosen, else that of the current session, else the default. */
async function serverForLogin(
  world: ClientWorld,
  { declaration, profile, server }: Target,
): Promise<Server> {
  if (isNamed(server)) return server;
  const latest = await selectedKey(await world.store(), { provider: declaration.name, profile });
  if (latest && latest.baseUrl !== server?.url) {
    const { origin } = new URL(latest.baseUrl);
    return { url: latest.baseUrl, origin, chosenBy: 'session' };
  }
  if (server) return server;
  throw baseUrlMissing(declaration);
}
