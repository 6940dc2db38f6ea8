/** Prints without loading a stream: for the quick way, which has one line to say. */
import { writeSync } from 'node:fs';
import type { Warm } from './warm.ts';

/**
 * @param text in ASCII: so many bytes are so many characters
 * @returns whether it was written: the program meets the same hindrance, and says what it is
 */
export function printNow(text: string, descriptor = 1): boolean {
  let rest = text;
  while (rest !== '') {
    try {
      rest = rest.slice(writeSync(descriptor, rest));
    } catch (error) {
      // A pipe that is full for the moment.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return false;
    }
  }
  return true;
}

/** Prints a kept token, and what there is to say about it. @returns as `printNow` */
export function printToken({ token, notice }: Warm): boolean {
  if (notice !== undefined && !printNow(`authctl: ${notice}\n`, 2)) return false;
  return printNow(`${token}\n`);
}
