/** Stores a session, with a notice instead of an error if that fails: the token is still printed. */
import type { Session } from '../session/session.ts';
import type { ClientWorld } from './world.ts';

/** Stores a session, or prints a notice that it cannot be stored. */
export async function saveSession(world: ClientWorld, session: Session): Promise<void> {
  try {
    await (await world.store()).save(session);
  } catch (error) {
    noticeUnsaved(world, error);
  }
}

/** Prints a notice that a session cannot be stored. */
export function noticeUnsaved({ notices }: Pick<ClientWorld, 'notices'>, error: unknown): void {
  const reason = error instanceof Error ? error.message : 'unknown error';
  notices.notice(`notice: the session cannot be stored: ${reason}`);
}
