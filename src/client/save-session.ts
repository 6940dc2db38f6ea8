/** Stores a session, with a notice instead of an error if that fails: the token is still printed. */
import type { Session } from '../session/session.ts';
import type { SaveOptions } from '../session/store.ts';
import type { Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/** Stores a session, or prints a notice that it cannot be stored. */
export async function saveSession(
  world: ClientWorld,
  target: Target,
  session: Session,
): Promise<void> {
  try {
    await (await world.store()).save(session, saveOptions(target));
  } catch (error) {
    noticeUnsaved(world, error);
  }
}

/** A session at a server that a variable chose is not the one that a command without a server takes. */
export function saveOptions({ server }: Pick<Target, 'server'>): SaveOptions {
  return { aside: server?.chosenBy === 'variable' };
}

/** Prints a notice that a session cannot be stored. */
export function noticeUnsaved({ notices }: Pick<ClientWorld, 'notices'>, error: unknown): void {
  const reason = error instanceof Error ? error.message : 'unknown error';
  notices.notice(`notice: the session cannot be stored: ${reason}`);
}
