/** The lock under which the config file is changed: a file beside it that one process at a time can create. */

import { linkSync, renameSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ticks } from '../clock.ts';
import { systemErrorCode } from '../errors.ts';
import { claim, readClaim } from '../files/claim.ts';
import { uniqueId } from '../files/unique.ts';
import { broken } from './document.ts';

/** Milliseconds to wait, all in all, while other processes take their turns. */
const patience = 30_000;

/** A lock that is held. */
export interface Lock {
  /** Whether nobody has taken it for a dead process's meanwhile. */
  readonly held: () => boolean;
  readonly release: () => void;
}

/**
 * Waits for the lock of a file.
 *
 * @param staleAfter milliseconds after which a lock that stays the same is a dead process's. It is
 *   held for the few milliseconds of one write only, and is not judged by clocks or process ids.
 * @throws AuthctlError `config_broken`
 */
export async function lockConfig(path: string, staleAfter: number): Promise<Lock> {
  const lock = `${path}.lock`;
  const id = uniqueId();
  const start = ticks();
  let seen: string | undefined;
  let since = start;
  while (!create(path, lock, id)) {
    const now = ticks();
    const holder = holderOf(path, lock);
    if (holder === undefined || holder !== seen) {
      seen = holder;
      since = now;
    } else if (now - since > staleAfter) {
      takeAway(lock, holder, id);
    }
    if (now - start > patience) {
      throw broken(path, 'is being changed by other processes all the time', {
        hint: `if none is running: rm ${lock}`,
      });
    }
    await sleep(5 + Math.random() * 20);
  }
  const held = () => readHolder(lock) === id;
  const release = () => {
    if (held()) rmSync(lock, { force: true });
  };
  return { held, release };
}

function create(path: string, lock: string, id: string): boolean {
  try {
    return claim(lock, id);
  } catch (cause) {
    throw broken(path, `cannot be written: ${systemErrorCode(cause) ?? 'an error'}`, { cause });
  }
}

/** @throws AuthctlError `config_broken` where something else lies in the lock's place */
function holderOf(path: string, lock: string): string | undefined {
  try {
    return readClaim(lock)?.id;
  } catch {
    throw broken(path, `cannot be changed: ${lock} is no lock of ours`, { hint: `rm ${lock}` });
  }
}

function readHolder(lock: string): string | undefined {
  try {
    return readClaim(lock)?.id;
  } catch {
    return undefined;
  }
}

/**
 * Removes a dead process's lock. Removing by name could hit a lock that somebody has taken since;
 * a rename takes exactly one file away, and shows which.
 */
function takeAway(lock: string, dead: string, id: string): void {
  const aside = `${lock}.${id}`;
  try {
    renameSync(lock, aside);
    if (readHolder(aside) !== dead) linkSync(aside, lock);
  } catch {
    // Another process was quicker.
  }
  rmSync(aside, { force: true });
}
