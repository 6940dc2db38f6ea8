/** Opens the keyboard of the terminal, for a process whose stdin has been read to its end. */
import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import type { Input } from './prompt.ts';

export function openKeyboard(platform: NodeJS.Platform): Input {
  return new ReadStream(descriptor(platform));
}

/** Stdin itself, which is a terminal wherever there are prompts, if the process has no terminal of its own. */
function descriptor(platform: NodeJS.Platform): number {
  try {
    return platform === 'win32' ? openSync('\\\\.\\CONIN$', 'r+') : openSync('/dev/tty', 'r');
  } catch {
    return 0;
  }
}
