/** Prints without loading a stream: for the quick way, which has one line to say. */
import { writeSync } from 'node:fs';

/**
 * @param text in ASCII: so many bytes are so many characters
 * @returns whether it was written: the program meets the same hindrance, and says what it is
 */
export function printNow(text: string): boolean {
  let rest = text;
  while (rest !== '') {
    try {
      rest = rest.slice(writeSync(1, rest));
    } catch (error) {
      // A pipe that is full for the moment.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return false;
    }
  }
  return true;
}
