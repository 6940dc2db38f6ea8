/** Logs in at the server, regardless of stored sessions. */
import { AuthctlError } from '../errors.ts';
import { prepareLogin, refusalHint } from './credentials.ts';
import { logIn } from './log-in.ts';
import type { LoggedIn } from './logged-in.ts';
import { saveSession } from './save-session.ts';
import { type Target, withServer } from './target.ts';
import type { ClientWorld } from './world.ts';

/**
 * Logs in, and stores the session.
 *
 * @throws AuthctlError `base_url_missing`, and whatever finding the credentials and asking the server
 *   throw; the hint of a refusal names the sources of the refused values
 */
export async function login(world: ClientWorld, unplaced: Target): Promise<LoggedIn> {
  const target = await withServer(world, unplaced);
  const { server, declaration } = target;
  const prepared = await prepareLogin(world, target, server);
  const { key, credentials, values } = prepared;
  const store = await world.store();
  const ended = declaration.answer.exclusive
    ? await (await import('./exclusive.ts')).noticeEnd(world, target, key)
    : [];
  try {
    const session = store.together
      ? await (await import('./login-shared.ts')).loginShared(world, target, prepared)
      : { key, tokenSet: await logIn(world, target, credentials, values) };
    await saveSession(world, target, session);
    await store.saveOutline(target.outline);
    // A refusal of before is out of date.
    await store.removeFailure(key);
    for (const { key: other } of ended) await store.remove(other);
    const { profile } = target;
    return { session, source: 'login', accepted: { declaration, profile, server, ...credentials } };
  } catch (error) {
    if (!(error instanceof AuthctlError) || error.code !== 'refused') throw error;
    throw error.with({ hint: refusalHint(credentials, error) });
  }
}
