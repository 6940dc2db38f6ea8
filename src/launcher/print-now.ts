/** Prints to stdout without loading a stream, for the launcher. A closed stdout is left to the program. */
import { writeSync } from 'node:fs';
import { mayBeClosed } from '../files/standard-stream.ts';
import type { Warm } from './warm.ts';

/**
 * @param text ASCII only, since the bytes written are counted as characters
 * @returns false if writing failed: the program meets the same error, and reports it
 */
export function printNow(text: string, descriptor = 1): boolean {
  let rest = text;
  while (rest !== '') {
    try {
      rest = rest.slice(writeSync(descriptor, rest));
    } catch (error) {
      // EAGAIN: the pipe is full at the moment.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return false;
    }
  }
  return true;
}

/** Prints a result to stdout. @returns as `printNow` */
export function printResult(text: string): boolean {
  return !mayBeClosed(1) && printNow(text);
}

/** Prints a kept token, and what there is to say about it. @returns as `printNow` */
export function printToken({ token, notice }: Warm): boolean {
  if (mayBeClosed(1)) return false;
  if (notice !== undefined && !printNow(`authctl: ${notice}\n`, 2)) return false;
  return printNow(`${token}\n`);
}
