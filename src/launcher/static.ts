/** What is the same for everybody: the version, and the help on all of it. */

import type { LauncherLine } from './line.ts';

/** What the answer is made of. */
export interface StaticAnswers {
  readonly version: string;
  /** The help as it is for a width of 80 or more, which is all the same. */
  readonly help: () => string;
  /** The width of the terminal; undefined where there is none. */
  readonly columns: () => number | undefined;
}

/** @returns undefined if the program has to answer */
export function staticText(
  line: LauncherLine | undefined,
  { version, help, columns }: StaticAnswers,
): string | undefined {
  if (line?.asksFor === 'version') return `${version}\n`;
  if (line?.asksFor !== 'help') return undefined;
  return (columns() ?? 80) >= 80 ? help() : undefined;
}
