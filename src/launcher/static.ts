/** What is the same for everybody: the version, and the help on all of it. */

/** What the answer is made of. */
export interface StaticAnswers {
  readonly version: string;
  /** The help as it is for a width of 80 or more, which is all the same. */
  readonly help: () => string;
  /** The width of the terminal; undefined where there is none. */
  readonly columns: () => number | undefined;
}

/**
 * The answer to a command line that asks for one of these and nothing else.
 *
 * @param argv the arguments, without the program's name
 * @returns undefined where the program has to see to it
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
