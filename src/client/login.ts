/** A login that always asks the server, whatever is stored. */
import type { Credential } from '../credentials/resolve.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Obtained } from '../session/session.ts';
import { prepareLogin } from './credentials.ts';
import { connect, exchange } from './exchange.ts';
import { keep } from './keep.ts';
import { baseUrlMissing } from './server.ts';
import type { Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/**
 * Logs in, and keeps the session.
 *
 * @throws AuthctlError `base_url_missing`, whatever finding credentials and asking the server throw; a
 *   refusal says where the refused values came from
 */
export async function login(world: ClientWorld, target: Target): Promise<Obtained> {
  const { declaration, server } = target;
  if (!server) throw baseUrlMissing(declaration);
  const { key, credentials, values } = await prepareLogin(world, target, server);
  const connection = connect(world, target, server.url);
  try {
    const { request } = credentials.login;
    const session = { key, tokenSet: await exchange(connection, request, values, 'credentials') };
    await keep(world, target, session);
    await (await world.store()).keepOutline(target.outline);
    return { session, source: 'login' };
  } catch (error) {
    if (!(error instanceof AuthctlError) || error.code !== 'refused') throw error;
    throw error.with({ hint: hint`check ${named(...[...credentials.values].map(describe))}` });
  }
}

function describe([name, { origin }]: [string, Credential]): string {
  return `${name} from ${origin}`;
}
