/**
 * A lock: a file that one process at a time can create, and touches while it holds it. A holder that
 * died stops touching; it is known by that, and not by its process id, which means nothing in another
 * container, or by the clock, which may be set. A silent one that is seen to live is waited for.
 */

import { renameSync, rmSync, utimesSync } from 'node:fs';
import { ticks } from '../clock.ts';
import { type Claim, claim, readClaim } from './claim.ts';
import { describeSelf, isAtWork } from './process-identity.ts';
import { uniqueId } from './unique.ts';

/** Milliseconds between two touches; a few of them may come late on a machine under load. */
const beat = 1000;
/** Milliseconds without a touch after which the holder counts as dead. */
const silence = 4000;
/**
 * Milliseconds of silence that one look can hear. Whoever was stopped between two looks, with the
 * holder or by a machine under load, has not listened meanwhile.
 */
const attention = 500;

/** A lock that is held. */
export interface Lock {
  /** Tells this holding from every other one. */
  readonly id: string;
  /** Whether nobody has taken it for a dead process's meanwhile. */
  held(): boolean;
  release(): void;
}

/** One process's attempts to get a lock. */
export interface LockAttempts {
  /**
   * Takes the lock if it is free, or its holder dead.
   *
   * @throws an error where no lock can be there: a directory that is missing or read-only, something
   *   else in its place
   */
  take(): Lock | undefined;
  /** Whether a holding was ever in our way. */
  waitedFor(id: string): boolean;
}

/** Attempts for the lock at a path; its directory must be there. */
export function lockAttempts(path: string): LockAttempts {
  const lock = listenTo(path);
  const turn = listenTo(turnPath(path));
  const self = describeSelf();
  // All of them: between the one that asked and us another may have held it for a moment.
  const inTheWay = new Set<string>();
  return {
    take() {
      const id = `${uniqueId()} ${self}`;
      if (claim(path, id)) return hold(path, id);
      // What is no lock, and never will be, is no reason to wait.
      readClaim(path);
      turn.listen();
      const silent = lock.listen();
      const { id: holder } = lock.seen() ?? {};
      if (holder !== undefined) inTheWay.add(holder);
      if (!silent) return undefined;
      return replace(path, silent, id, turn) ? hold(path, id) : undefined;
    },
    waitedFor: (each) => inTheWay.has(each),
  };
}

/** Watches a file for touches. */
interface Listener {
  /** What the file is, if it has been silent for so long that whoever touched it is dead. */
  listen(): Claim | undefined;
  /** What the file last was. */
  seen(): Claim | undefined;
}

function listenTo(path: string): Listener {
  let seen: Claim | undefined;
  let silent = 0;
  let last = 0;
  return {
    listen() {
      const now = ticks();
      const state = look(path);
      const unchanged = same(state, seen);
      silent = unchanged ? silent + Math.min(now - last, attention) : 0;
      last = now;
      seen = state ?? seen;
      if (!state || !unchanged || silent <= silence) return undefined;
      return isAtWork(state.id.slice(state.id.indexOf(' ') + 1)) ? undefined : state;
    },
    seen: () => seen,
  };
}

function hold(path: string, id: string): Lock {
  const held = () => look(path)?.id === id;
  const timer = setInterval(() => {
    try {
      const now = new Date();
      if (held()) utimesSync(path, now, now);
    } catch {
      // The next beat tries again; without any, another process takes over.
    }
  }, beat);
  timer.unref();
  return {
    id,
    held,
    release() {
      clearInterval(timer);
      if (held()) rmSync(path, { force: true });
    },
  };
}

function turnPath(path: string): string {
  return `${path}.turn`;
}

/**
 * Puts our lock in the place of a dead one. Of those who find it dead, the one that holds the second
 * lock looks once more and renames; nobody else can have replaced it between the two.
 */
function replace(path: string, dead: Claim, id: string, second: Listener): boolean {
  const turn = turnPath(path);
  if (!claim(turn, id)) {
    if (second.listen()) rmSync(turn, { force: true });
    return false;
  }
  try {
    if (!same(look(path), dead)) return false;
    renameSync(turn, path);
    return look(path)?.id === id;
  } catch {
    return false;
  } finally {
    if (look(turn)?.id === id) rmSync(turn, { force: true });
  }
}

function look(path: string): Claim | undefined {
  try {
    return readClaim(path);
  } catch {
    return undefined;
  }
}

function same(a: Claim | undefined, b: Claim | undefined): boolean {
  return a !== undefined && a.id === b?.id && a.touched === b.touched;
}
