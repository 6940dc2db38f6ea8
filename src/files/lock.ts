/**
 * Locks between processes: a lock file whose holder touches it at an interval. A heartbeat shows that
 * the holder is alive even across containers, where its process id means nothing.
 */
import { renameSync, rmSync, utimesSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import {
  createLockFile,
  isUnchanged,
  type LockFile,
  readLockFile,
  tryReadLockFile,
} from './lock-file.ts';
import { ownIdentity } from './process-identity.ts';
import { type LockFileWatch, watchLockFile } from './stale.ts';
import { uniqueId } from './unique.ts';

/** Milliseconds between two heartbeats. */
const heartbeatInterval = 1000;

/** A lock that this process holds. */
export interface Lock {
  /** Unique for each time that a lock is taken. */
  readonly id: string;
  /** Whether no other process has replaced the lock as stale. */
  held(): boolean;
  release(): void;
}

/** This process's attempts to take one lock. */
export interface LockAttempts {
  /**
   * Takes the lock if it is free or stale.
   *
   * @throws the system's error if the lock file cannot be created, such as in a missing or read-only
   *   directory; an error without a system error code if its path is taken by something else
   */
  take(): Lock | undefined;
  /** Whether an attempt has failed because of the lock with this id. */
  waitedFor(id: string): boolean;
}

/** @param path of the lock file, in an existing directory */
export function lockAttempts(path: string, clock: Clock): LockAttempts {
  const lock = watchLockFile(path, clock);
  const turn = watchLockFile(turnPath(path), clock);
  const self = ownIdentity();
  // All ids, not only the last: several processes may have held the lock in the meantime.
  const waitedFor = new Set<string>();
  return {
    take() {
      const id = `${uniqueId()} ${self}`;
      if (createLockFile(path, id)) return hold(path, id, clock);
      // Throws if the path is taken by something else, for which waiting is useless.
      readLockFile(path);
      turn.findStale();
      const stale = lock.findStale();
      const { id: holder } = lock.lastSeen() ?? {};
      if (holder !== undefined) waitedFor.add(holder);
      if (!stale) return undefined;
      return replace(path, stale, id, turn) ? hold(path, id, clock) : undefined;
    },
    waitedFor: (id) => waitedFor.has(id),
  };
}

/**
 * Waits for a lock.
 *
 * @param path of the lock file, in an existing directory
 * @param options.timeout in milliseconds
 * @returns undefined if the lock was not free within the time-out
 * @throws the errors of `LockAttempts.take`
 */
export async function waitForLock(
  path: string,
  { clock, timeout }: { readonly clock: Clock; readonly timeout: number },
): Promise<Lock | undefined> {
  const attempts = lockAttempts(path, clock);
  const deadline = clock.monotonic() + timeout;
  for (;;) {
    const lock = attempts.take();
    if (lock || clock.monotonic() > deadline) return lock;
    // Random, so that waiting processes do not all try at once.
    await clock.sleep(5 + Math.random() * 20);
  }
}

function hold(path: string, id: string, clock: Clock): Lock {
  const held = () => tryReadLockFile(path)?.id === id;
  const stopHeartbeat = clock.every(heartbeatInterval, () => {
    try {
      const seconds = clock.now() / 1000;
      if (held()) utimesSync(path, seconds, seconds);
    } catch {
      // The next heartbeat tries again; if they all fail, another process takes over.
    }
  });
  return {
    id,
    held,
    release() {
      stopHeartbeat();
      if (held()) rmSync(path, { force: true });
    },
  };
}

/** The lock file of the process that may replace a stale lock. */
function turnPath(path: string): string {
  return `${path}.turn`;
}

/**
 * Replaces a stale lock file. Only the process that creates the turn file may do so: it checks the
 * lock file again and renames the turn file to it, and no other process can replace it in between.
 */
function replace(path: string, stale: LockFile, id: string, turn: LockFileWatch): boolean {
  const own = turnPath(path);
  if (!createLockFile(own, id)) {
    if (turn.findStale()) rmSync(own, { force: true });
    return false;
  }
  try {
    if (!isUnchanged(tryReadLockFile(path), stale)) return false;
    renameSync(own, path);
    return tryReadLockFile(path)?.id === id;
  } catch {
    return false;
  } finally {
    if (tryReadLockFile(own)?.id === id) rmSync(own, { force: true });
  }
}
