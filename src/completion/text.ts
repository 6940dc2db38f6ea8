/** Generated text that people can read: lists over several lines, and words in quotes where they need them. */

/** How a list is laid out. */
interface Layout {
  /** What stands before each line, the first excepted. */
  readonly indent: string;
  readonly between: string;
  /** What ends a line that the list goes on after. */
  readonly lineEnd: string;
  /** How much of the first line is taken. */
  readonly taken: number;
}

/** A list, broken where a line would be longer than 100 characters. */
export function list(items: readonly string[], layout: Layout): string {
  const { indent, between, lineEnd, taken } = layout;
  let [text, width] = ['', taken];
  for (const [index, item] of items.entries()) {
    const part = index === 0 ? item : `${between}${item}`;
    if (index > 0 && width + part.length + lineEnd.length > 100) {
      text += `${lineEnd}\n${indent}${item}`;
      width = indent.length + item.length;
    } else {
      text += part;
      width += part.length;
    }
  }
  return text;
}

/** A word for bash and zsh: itself where nothing in it means something to them. */
export function word(text: string): string {
  return /^[A-Za-z0-9_.-]+$/.test(text) ? text : singleQuoted(text);
}

/** A word for bash and zsh in quotes. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The patterns of bash and zsh for places: `login * ` is `'login '*`. */
export function casePatterns(places: readonly string[], indent: string): string {
  const patterns = places.map((place) =>
    place.endsWith(' *') ? `${singleQuoted(place.slice(0, -1))}*` : word(place),
  );
  return list(patterns, {
    indent: `${indent}  `,
    between: ' | ',
    lineEnd: ' | \\',
    taken: indent.length,
  });
}
