/**
 * Of many callers that find no token at the same moment, one goes ahead and the others wait here:
 * loading the program in each of them takes longer than the one login that is needed. This is a
 * delay and nothing more. Who asks the server is settled by the lock, and a file that a killed
 * caller left behind costs the next one that delay, once.
 */
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { systemErrorCode } from '../errors.ts';

/** Milliseconds that anybody waits at most: a login that takes longer is waited for at the lock. */
const patience = 2000;
/** Milliseconds between two looks; those that wait must not all look at once. */
const pause = 40;

/** How those that wait get on. */
export interface Waiting {
  /** Whether this one goes ahead; `done` is to be called when it has ended. */
  readonly ahead: boolean;
  readonly done: () => void;
}

/**
 * Goes ahead if nobody does, else waits for what whoever is ahead brings.
 *
 * @param look finds what is waited for
 * @param atEnd takes what is to be done when this process ends
 * @returns undefined for who goes ahead, and for who waited for nothing
 */
export function goAheadOrWait<T>(
  session: string,
  look: () => T | undefined,
  atEnd: (done: () => void) => void,
): T | undefined {
  const { ahead, done } = goAhead(session);
  if (!ahead) return waitBehind(session, look);
  atEnd(done);
  return undefined;
}

/**
 * Goes ahead if nobody does.
 *
 * @param session the path of the session's file
 */
export function goAhead(session: string): Waiting {
  const path = vanguardPath(session);
  const done = () => rmSync(path, { force: true });
  const nobody = { ahead: true, done: () => {} };
  try {
    mkdirSync(session.slice(0, session.lastIndexOf('/')), { recursive: true, mode: 0o700 });
  } catch {
    return nobody;
  }
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return { ahead: true, done };
  } catch (error) {
    // Where nothing can be written, there is nobody to wait for.
    return systemErrorCode(error) === 'EEXIST' ? { ...nobody, ahead: false } : nobody;
  }
}

/**
 * Waits while somebody is ahead.
 *
 * @param look finds what is waited for
 * @param sleep holds the process for so many milliseconds
 */
export function waitBehind<T>(
  session: string,
  look: () => T | undefined,
  sleep: (milliseconds: number) => void = hold,
): T | undefined {
  const path = vanguardPath(session);
  for (let waited = 0; waited < patience; ) {
    const next = pause * (0.5 + Math.random());
    sleep(next);
    waited += next;
    // A hundred that wait and look into files keep the one ahead from getting on.
    if (!existsSync(path)) return look();
  }
  rmSync(path, { force: true });
  return look();
}

function vanguardPath(session: string): string {
  return `${session}.ahead`;
}

/** Without loading timers, and without letting anything else run. */
function hold(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
