/** Keeps a session; one that cannot be kept is no reason to lose the token. */
import type { Session } from '../session/session.ts';
import type { ClientWorld } from './world.ts';

/** Keeps a session, or says that it cannot. */
export async function keep(world: ClientWorld, session: Session): Promise<void> {
  try {
    await (await world.store()).save(session);
  } catch (error) {
    noteUnkept(world, error);
  }
}

/** Says that a session cannot be kept. */
export function noteUnkept({ notices }: Pick<ClientWorld, 'notices'>, error: unknown): void {
  const reason = error instanceof Error ? error.message : 'an error';
  notices.notice(`notice: the session cannot be kept: ${reason}`);
}
