/**
 * A lock: a file that one process at a time can create, and touches while it holds it. A holder that
 * died stops touching; it is known by that, and not by its process id, which means nothing in another
 * container, or by the clock, which may be set.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { sep } from 'node:path';
import { systemErrorCode } from '../errors.ts';

/** Milliseconds between two touches; a few of them may come late on a machine under load. */
const beat = 1000;
/** Milliseconds without a touch after which the holder counts as dead. */
const silence = 4000;

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
   * @throws the system's error where no lock can be there: a directory that is missing or read-only
   */
  take(): Lock | undefined;
  /** The holding that was last in our way. */
  blocker(): string | undefined;
}

/** Attempts for the lock at a path; its directory must be there. */
export function lockAttempts(path: string): LockAttempts {
  let seen: State | undefined;
  let since = 0;
  return {
    take() {
      const id = randomUUID();
      if (create(path, id)) return hold(path, id);
      const now = performance.now();
      const state = look(path);
      if (!state || !same(state, seen)) {
        seen = state ?? seen;
        since = now;
        return undefined;
      }
      return now - since > silence && replace(path, state, id) ? hold(path, id) : undefined;
    },
    blocker: () => seen?.id,
  };
}

interface State {
  readonly id: string;
  readonly touched: number;
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

function create(path: string, id: string): boolean {
  try {
    writeFileSync(path, id, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    // On Windows a file that is just being removed says EPERM or EBUSY.
    if (code === 'EEXIST' || (sep === '\\' && (code === 'EPERM' || code === 'EBUSY'))) return false;
    throw error;
  }
}

/**
 * Puts our lock in the place of a dead one. Of those who find it dead, the one that holds the second
 * lock looks once more and renames; nobody else can have replaced it between the two.
 */
function replace(path: string, dead: State, id: string): boolean {
  const turn = `${path}.turn`;
  if (!create(turn, id)) {
    // Whoever died in these few microseconds is not waited for.
    const state = look(turn);
    if (state && Date.now() - state.touched > silence) rmSync(turn, { force: true });
    return false;
  }
  try {
    if (!same(look(path), dead)) return false;
    writeFileSync(turn, id);
    renameSync(turn, path);
    return true;
  } catch {
    return false;
  } finally {
    if (look(turn)?.id === id) rmSync(turn, { force: true });
  }
}

function look(path: string): State | undefined {
  try {
    return { id: readFileSync(path, 'utf8'), touched: statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

function same(a: State | undefined, b: State | undefined): boolean {
  return a !== undefined && a.id === b?.id && a.touched === b.touched;
}
