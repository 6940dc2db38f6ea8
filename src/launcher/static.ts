/** Answers with fixed texts: the version, and the top-level help. */

import type { LauncherLine } from './line.ts';

/** What the answers are made of. */
export interface StaticAnswers {
  readonly version: string;
  /** The help, which is the same for every width from 80 columns. */
  readonly help: () => string;
  /** The width of the terminal, in columns; undefined without a terminal. */
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
