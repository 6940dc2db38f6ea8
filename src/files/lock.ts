/**
 * A lock: a claim, with a heartbeat for as long as it is held. The heartbeat ends with the holder,
 * while its process id means nothing in another container, and clocks may be set.
 */
import { renameSync, rmSync, utimesSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import { type Claim, claim, isSameClaim, lookAtClaim, readClaim } from './claim.ts';
import { ownIdentity } from './process-identity.ts';
import { type ClaimWatch, watchClaim } from './stale.ts';
import { uniqueId } from './unique.ts';

/** Milliseconds between two heartbeats; a few of them may come late on a machine under load. */
const heartbeat = 1000;

/** A lock that is held. */
export interface Lock {
  /** Tells this holding from every other one. */
  readonly id: string;
  /** Whether no other process has replaced it meanwhile, as a stale one. */
  held(): boolean;
  release(): void;
}

/** One process's attempts to get a lock. */
export interface LockAttempts {
  /**
   * Takes the lock if it is free, or stale.
   *
   * @throws the system's error where no lock can be there: a directory that is missing or read-only;
   *   an error without a system's code where something else lies in its place
   */
  take(): Lock | undefined;
  /** Whether a holding was ever in our way. */
  waitedFor(id: string): boolean;
}

/** Attempts for the lock at a path; its directory must be there. */
export function lockAttempts(path: string, clock: Clock): LockAttempts {
  const lock = watchClaim(path, clock);
  const turn = watchClaim(turnPath(path), clock);
  const self = ownIdentity();
  // All of them: between the one that asked and us another may have held it for a moment.
  const inTheWay = new Set<string>();
  return {
    take() {
      const id = `${uniqueId()} ${self}`;
      if (claim(path, id)) return hold(path, id, clock);
      // What is no lock, and never will be, is no reason to wait.
      readClaim(path);
      turn.stale();
      const stale = lock.stale();
      const { id: holder } = lock.seen() ?? {};
      if (holder !== undefined) inTheWay.add(holder);
      if (!stale) return undefined;
      return replace(path, stale, id, turn) ? hold(path, id, clock) : undefined;
    },
    waitedFor: (each) => inTheWay.has(each),
  };
}

/**
 * Waits for the lock at a path; its directory must be there.
 *
 * @param options.patience milliseconds
 * @returns undefined where others had it all that time
 * @throws what `LockAttempts.take` throws
 */
export async function waitForLock(
  path: string,
  { clock, patience }: { readonly clock: Clock; readonly patience: number },
): Promise<Lock | undefined> {
  const attempts = lockAttempts(path, clock);
  const deadline = clock.monotonic() + patience;
  for (;;) {
    const lock = attempts.take();
    if (lock || clock.monotonic() > deadline) return lock;
    // Those that wait must not all look at once.
    await clock.sleep(5 + Math.random() * 20);
  }
}

function hold(path: string, id: string, clock: Clock): Lock {
  const held = () => lookAtClaim(path)?.id === id;
  const stopHeartbeat = clock.every(heartbeat, () => {
    try {
      const seconds = clock.now() / 1000;
      if (held()) utimesSync(path, seconds, seconds);
    } catch {
      // The next one tries again; without any, another process takes over.
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

/** The claim to be the one that replaces a stale lock. */
function turnPath(path: string): string {
  return `${path}.turn`;
}

/**
 * Puts our claim in the place of a stale one. Of those who find it stale, the one whose turn it is
 * looks once more and renames; no other process can have replaced it between the two.
 */
function replace(path: string, stale: Claim, id: string, turn: ClaimWatch): boolean {
  const ours = turnPath(path);
  if (!claim(ours, id)) {
    if (turn.stale()) rmSync(ours, { force: true });
    return false;
  }
  try {
    if (!isSameClaim(lookAtClaim(path), stale)) return false;
    renameSync(ours, path);
    return lookAtClaim(path)?.id === id;
  } catch {
    return false;
  } finally {
    if (lookAtClaim(ours)?.id === id) rmSync(ours, { force: true });
  }
}
