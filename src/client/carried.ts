/** What a call needs to carry a session's token: headers, cookies and the like, and variables. */
import { type Carried, carriedBy } from '../declaration/use.ts';
import { templatesInUse } from '../declaration/uses.ts';
import { requestValues } from '../declaration/values.ts';
import type { Session } from '../session/session.ts';
import { prepareValues } from './credentials.ts';
import { serverOfSession, type Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/**
 * What a call needs. The fields that it carries are found as for a login.
 *
 * @throws AuthctlError `credential_missing` and the like, `token_unusable`, `credential_unsendable`
 */
export async function carried(
  world: ClientWorld,
  target: Target,
  session: Session,
): Promise<Carried> {
  const { declaration } = target;
  const { uuid, clock, secrets } = world;
  const values = await prepareValues(world, target, {
    server: serverOfSession(target, session.key),
    templates: templatesInUse(declaration.use),
    session,
  });
  const { baseUrl } = session.key;
  const keepSecret = secrets.add;
  return carriedBy(
    declaration,
    requestValues(declaration, { values, uuid, now: clock.now(), baseUrl, keepSecret }),
  );
}
