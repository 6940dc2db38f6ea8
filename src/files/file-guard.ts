/** Notices that a file which was written is removed, replaced or overwritten. */
import { lstatSync } from 'node:fs';
import type { Clock } from '../clock.ts';

/** Milliseconds from a write until a loss is noticed; doubled each time that another program goes on. */
const shortest = 2000;
const longest = 60_000;

export interface FileGuard {
  /** To be called when the file is as it should be. What is no plain file, such as a FIFO, is not guarded. */
  keep(): void;
  /** To be called when the file could not be made what it should be. */
  giveUp(): void;
  /** Whether the file is not what it was any more, and should be written again. */
  isLost(): boolean;
}

export function guardFile(path: string, { monotonic }: Pick<Clock, 'monotonic'>): FileGuard {
  let kept: string | undefined;
  let since = monotonic();
  let pause = shortest;
  return {
    keep() {
      kept = identity(path);
      since = monotonic();
    },
    giveUp() {
      kept = '';
      since = monotonic();
    },
    isLost() {
      const passed = monotonic() - since;
      if (kept === undefined || passed < pause || identity(path) === kept) return false;
      pause = passed > 2 * longest ? shortest : Math.min(2 * pause, longest);
      since = monotonic();
      return true;
    },
  };
}

/**
 * What changes when a plain file is replaced or its text is changed, but not when its mode or owner is;
 * undefined if there is no file, or something else.
 */
function identity(path: string): string | undefined {
  try {
    const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stat?.isFile() ? [stat.dev, stat.ino, stat.size, stat.mtimeNs].join(' ') : undefined;
  } catch {
    // A directory on the path is gone, or closed.
    return undefined;
  }
}
