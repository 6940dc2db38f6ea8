/** Formats generated code for people: wraps lists, and quotes words only if needed. */

interface Layout {
  /** The indentation of every line but the first. */
  readonly indent: string;
  readonly between: string;
  /** The end of every line but the last. */
  readonly lineEnd: string;
  /** The width of what precedes the list on its first line. */
  readonly taken: number;
}

/** A list wrapped at 100 characters. */
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

/** A word for bash and zsh, quoted if it has special characters. */
export function word(text: string): string {
  return /^[A-Za-z0-9_.-]+$/.test(text) ? text : singleQuoted(text);
}

/** A quoted word for bash and zsh. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The `case` patterns of bash and zsh for commands: `login *` becomes `'login '*`. */
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
