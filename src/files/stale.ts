/** Detects stale lock files, by several checks of their heartbeat. */
import type { Clock } from '../clock.ts';
import { isUnchanged, type LockFile, tryReadLockFile } from './lock-file.ts';
import { hasEnded, isRunning } from './process-identity.ts';

/** Milliseconds without a heartbeat after which a lock file is stale. */
const staleAfter = 4000;
/**
 * The maximum of milliseconds that one check can add. If this process was suspended between two
 * checks, the holder may have been suspended as well.
 */
const maxPerCheck = 500;

/** One process's checks of a lock file. */
export interface LockFileWatch {
  /** Checks the lock file, and returns it if it is stale. */
  findStale(): LockFile | undefined;
  /** The lock file that was last read. */
  lastSeen(): LockFile | undefined;
}

/**
 * Watches the lock file at a path. Its holder's process identity follows the first space of its id: a
 * lock file is not stale while that process is running, whatever its heartbeat, and is stale at once when
 * it has ended.
 */
export function watchLockFile(path: string, clock: Clock): LockFileWatch {
  let seen: LockFile | undefined;
  let unchangedFor = 0;
  let lastCheck = 0;
  return {
    findStale() {
      const now = clock.monotonic();
      const found = tryReadLockFile(path);
      const unchanged = isUnchanged(found, seen);
      unchangedFor = unchanged ? unchangedFor + Math.min(now - lastCheck, maxPerCheck) : 0;
      lastCheck = now;
      seen = found ?? seen;
      const identity = found?.id.slice(found.id.indexOf(' ') + 1) ?? '';
      if (found && hasEnded(identity)) return found;
      if (!found || !unchanged || unchangedFor <= staleAfter) return undefined;
      return isRunning(identity) ? undefined : found;
    },
    lastSeen: () => seen,
  };
}
