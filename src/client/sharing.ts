/** What a shared store has to know of a session that is made, and whether it may have it. */
import { whyUnshared } from '../credentials/gate.ts';
import type { Credential } from '../credentials/resolve.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { findField } from '../declaration/names.ts';
import type { Session } from '../session/session.ts';
import type { Store } from '../session/store.ts';
import type { ClientWorld } from './world.ts';

/** Whether a new token ends the one before it. */
export function isExclusive({ answer, refresh }: Pick<Declaration, 'answer' | 'refresh'>): boolean {
  return answer.exclusive === true || refresh?.exclusive === true;
}

/**
 * Why a session that is made with credentials is not shared, in a clause, which -v says; undefined if it may
 * be, or there is no shared store.
 *
 * @param before the session that it is made from, if it is refreshed
 */
export function unsharedBecause(
  { notices }: Pick<ClientWorld, 'notices'>,
  { together }: Pick<Store, 'together'>,
  declaration: Declaration,
  credentials: ReadonlyMap<string, Credential>,
  before?: Session,
): string | undefined {
  if (!together) return undefined;
  const secrets = [...credentials]
    .filter(([name]) => findField(declaration, name)?.secret !== false)
    .map(([, credential]) => credential);
  const { variable } = together;
  const isElsewhere = variable !== undefined && before !== undefined && !together.isOwn(before);
  const reason =
    whyUnshared(variable, secrets) ??
    (isElsewhere ? `${variable} chose the store, and the session was stored before` : undefined);
  if (reason !== undefined) notices.detail(`the session is not shared: ${reason}`);
  return reason;
}
