/** Draws a spinner and words on one line of a terminal. To be loaded only when a wait is long. */
import { printable } from './printable.ts';

/** Something that can be drawn again and again, and taken away. */
export interface Drawing {
  /** Draws the next frame. @param words undefined for none yet */
  show(words: string | undefined): void;
  erase(): void;
}

export interface Screen {
  readonly write: (text: string) => void;
  readonly columns: () => number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly hasColor: boolean;
}

/** On a terminal that cannot go back in a line, each new text is a line of its own. */
export function createDrawing(screen: Screen): Drawing {
  return screen.env['TERM'] === 'dumb' ? lines(screen) : spinner(screen);
}

function lines({ write }: Screen): Drawing {
  let last: string | undefined;
  return {
    show: (words) => {
      if (words !== undefined && words !== last) write(`authctl: ${printable(words)}\n`);
      last = words ?? last;
    },
    erase: () => {},
  };
}

function spinner(screen: Screen): Drawing {
  const { write, columns, hasColor } = screen;
  const frames = Array.from(hasBraille(screen) ? '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏' : '|/-\\');
  let count = 0;
  let isDrawn = false;
  return {
    show: (words = '') => {
      const frame = frames[count++ % frames.length];
      const text = fitting(printable(words), (columns() || 80) - 3);
      // The cursor is never hidden, so that nothing has to be put right after an end by force.
      write(`\r${hasColor ? `\x1b[36m${frame}\x1b[39m` : frame} ${text}\x1b[K`);
      isDrawn = true;
    },
    erase: () => {
      if (isDrawn) write('\r\x1b[K');
      isDrawn = false;
    },
  };
}

function hasBraille({ env, platform }: Screen): boolean {
  if (platform === 'win32') return Boolean(env['WT_SESSION']) || env['TERM_PROGRAM'] === 'vscode';
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return env['TERM'] !== 'linux' && (/utf-?8/i.test(locale) || platform === 'darwin');
}

/** The beginning that fits: a line that is broken could not be erased. */
function fitting(text: string, columns: number): string {
  let width = 0;
  let shown = '';
  for (const character of text) {
    // Others than ASCII may be twice as wide.
    width += character > '\x7f' ? 2 : 1;
    if (width > columns) return shown;
    shown += character;
  }
  return shown;
}
