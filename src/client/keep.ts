/** Keeps a session; one that cannot be kept is no reason to lose the token. */
import type { Session } from '../session/session.ts';
import type { SaveOptions } from '../session/store.ts';
import type { Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/** Keeps a session, or says that it cannot. */
export async function keep(world: ClientWorld, target: Target, session: Session): Promise<void> {
  try {
    await (await world.store()).save(session, saveOptions(target));
  } catch (error) {
    noteUnkept(world, error);
  }
}

/** A session of a server that a variable chose is not the one that a bare command means. */
export function saveOptions({ server }: Pick<Target, 'server'>): SaveOptions {
  return { aside: server?.chosenBy === 'variable' };
}

/** Says that a session cannot be kept. */
export function noteUnkept({ notices }: Pick<ClientWorld, 'notices'>, error: unknown): void {
  const reason = error instanceof Error ? error.message : 'an error';
  notices.notice(`notice: the session cannot be kept: ${reason}`);
}
