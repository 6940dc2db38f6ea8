/** Logs in at the server, regardless of stored sessions. */
import { AuthctlError } from '../errors.ts';
import type { Obtained } from '../session/session.ts';
import { prepareLogin, refusalHint } from './credentials.ts';
import { connect, exchange } from './exchange.ts';
import { saveSession } from './save-session.ts';
import { type Target, withServer } from './target.ts';
import type { ClientWorld } from './world.ts';

/**
 * Logs in, and stores the session.
 *
 * @throws AuthctlError `base_url_missing`, and whatever finding the credentials and asking the server
 *   throw; the hint of a refusal names the sources of the refused values
 */
export async function login(world: ClientWorld, unplaced: Target): Promise<Obtained> {
  const target = await withServer(world, unplaced);
  const { server } = target;
  const { key, credentials, values } = await prepareLogin(world, target, server);
  const connection = connect(world, target, server.url);
  try {
    const outgoing = { template: credentials.login.request, values };
    const session = {
      key,
      tokenSet: await exchange(connection, outgoing, { sent: 'credentials' }),
    };
    await saveSession(world, target, session);
    const store = await world.store();
    await store.saveOutline(target.outline);
    // A refusal of before is out of date.
    await store.removeFailure(key);
    return { session, source: 'login' };
  } catch (error) {
    if (!(error instanceof AuthctlError) || error.code !== 'refused') throw error;
    throw error.with({ hint: refusalHint(credentials) });
  }
}
