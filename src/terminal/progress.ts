/** Says on a terminal what the program waits for. What draws it is loaded only when a wait is long. */
import type { Drawing } from './spinner.ts';

/** Says what is waited for. */
export interface Progress {
  /** Something is waited for, until the result is called. */
  begin(words: string): () => void;
  /** Something is waited for while work is done. */
  during<T>(words: string, work: () => Promise<T>): Promise<T>;
  /** Takes what is shown off the terminal, before something else is written there. */
  erase(): void;
  /** Shows nothing until the result is called. */
  hold(): () => void;
}

/** What showing it depends on. */
export interface ProgressWorld {
  /** Whether anything may be shown; asked once a wait is long. */
  readonly isShown: () => boolean;
  /** Makes what is drawn. */
  readonly draw: () => Promise<Drawing>;
  /** Milliseconds, by the monotonic clock. */
  readonly monotonic: () => number;
  /** Calls back at an interval in milliseconds, until the result is called. */
  readonly every: (milliseconds: number, callback: () => void) => () => void;
}

/** Milliseconds of a wait until something moves. */
const movesAfter = 300;
/** Milliseconds of a wait until words say what it is for. */
const speaksAfter = 1000;
/** Milliseconds between two frames. */
const frame = 80;

export function createProgress({ isShown, draw, monotonic, every }: ProgressWorld): Progress {
  const waits: { readonly words: string }[] = [];
  let drawing: Drawing | undefined;
  let stopTimer = () => {};
  let held = 0;

  const start = () => {
    const began = monotonic();
    let isOver = false;
    const show = () => {
      const last = waits.at(-1);
      if (held > 0 || last === undefined) return;
      drawing?.show(monotonic() - began < speaksAfter ? undefined : last.words);
    };
    let stop = every(movesAfter, async () => {
      stop();
      if (!isShown()) return;
      drawing ??= await draw();
      if (isOver) return;
      show();
      stop = every(frame, show);
    });
    stopTimer = () => {
      isOver = true;
      stop();
    };
  };
  const erase = () => drawing?.erase();
  const begin = (words: string) => {
    const wait = { words };
    waits.push(wait);
    if (waits.length === 1) start();
    return () => {
      const index = waits.indexOf(wait);
      if (index >= 0) waits.splice(index, 1);
      if (index < 0 || waits.length > 0) return;
      stopTimer();
      erase();
    };
  };
  return {
    begin,
    during: async (words, work) => {
      const end = begin(words);
      try {
        return await work();
      } finally {
        end();
      }
    },
    erase,
    hold: () => {
      held++;
      erase();
      return () => {
        held--;
      };
    },
  };
}

/** Shows nothing. */
export const noProgress: Progress = {
  begin: () => () => {},
  during: (_words, work) => work(),
  erase: () => {},
  hold: () => () => {},
};
