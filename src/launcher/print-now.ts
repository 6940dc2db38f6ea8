/** Prints to stdout without loading a stream, for the launcher. */
import { writeSync } from 'node:fs';

/**
 * @param text ASCII only, since the bytes written are counted as characters
 * @returns false if writing failed: the program meets the same error, and reports it
 */
export function printNow(text: string): boolean {
  let rest = text;
  while (rest !== '') {
    try {
      rest = rest.slice(writeSync(1, rest));
    } catch (error) {
      // EAGAIN: the pipe is full at the moment.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return false;
    }
  }
  return true;
}
