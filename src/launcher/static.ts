/** Answers with fixed texts: the version, and the top-level help. */

export interface StaticAnswers {
  readonly version: string;
  /** The help, which is the same for every width from 80 columns. */
  readonly help: () => string;
  /** The width of the terminal, in columns; undefined without a terminal. */
  readonly columns: () => number | undefined;
}

/**
 * The answer to a command line that is only `--version` or `--help`.
 *
 * @param argv the arguments, without the program's name
 * @returns undefined for any other command line
 */
export function staticText(
  argv: readonly string[],
  { version, help, columns }: StaticAnswers,
): string | undefined {
  const [option, more] = argv;
  if (more !== undefined) return undefined;
  if (option === '--version' || option === '-V') return `${version}\n`;
  if (option !== '--help' && option !== '-h') return undefined;
  return (columns() ?? 80) >= 80 ? help() : undefined;
}
