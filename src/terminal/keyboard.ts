/** Opens the keyboard of the terminal, for a process whose stdin is something else. */
import { ReadStream } from 'node:tty';
import { openTerminal } from './descriptor.ts';
import type { Input } from './prompt.ts';

/** Stdin, if the process has no terminal of its own: a prompt is shown only where one of them is a terminal. */
export function openKeyboard(platform: NodeJS.Platform): Input {
  return new ReadStream(openTerminal(platform) ?? 0);
}
