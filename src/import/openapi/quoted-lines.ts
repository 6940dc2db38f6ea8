/**
 * A mistake that documents in use have, and that most YAML parsers forgive: a quoted text that goes on in
 * the next line without being indented more than its key.
 */

/** Longer lines are left alone. */
const longestLine = 2000;

/**
 * The text with such lines indented. The value of a quoted text does not depend on how its lines are
 * indented.
 */
export function withIndentedQuotes(text: string): string {
  let open: { readonly quote: string; readonly indent: number } | undefined;
  const lines = text.split('\n').map((line) => {
    if (open) {
      const { quote, indent } = open;
      if (closes(line, quote)) open = undefined;
      const own = /^ */.exec(line)?.[0].length ?? 0;
      return own > indent || line.trim() === ''
        ? line
        : `${' '.repeat(indent + 1)}${line.trimStart()}`;
    }
    if (line.length > longestLine) return line;
    const begun = /^((?: |- )*)(?:"[^"]*"|'[^']*'|[^\s"'#&*!|>-][^"'#:]*):[ \t]+(["'])(.*)$/.exec(
      line,
    );
    const [, indent = '', quote = '', rest = ''] = begun ?? [];
    if (begun && !closes(rest, quote)) open = { quote, indent: indent.length };
    return line;
  });
  return lines.join('\n');
}

function closes(text: string, quote: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote) {
      if (quote === '"' || text[at + 1] !== quote) return true;
      at += 1;
    }
  }
  return false;
}
