/**
 * A mistake that documents in use have, and that many YAML parsers forgive: a quoted text, or a list or
 * mapping in brackets, that goes on in the next line without being indented more than its key.
 */

/** Longer lines are left alone. */
const longestLine = 2000;

/** What is still open at the end of a line. */
interface Open {
  readonly quote: string;
  /** Brackets. */
  readonly depth: number;
}

/**
 * The text with such lines indented. The value of what is in quotes or brackets does not depend on how its
 * lines are indented.
 */
export function withIndentedLines(text: string): string {
  let open: Open = { quote: '', depth: 0 };
  let indent = 0;
  const isOpen = () => open.quote !== '' || open.depth > 0;
  const lines = text.split('\n').map((line) => {
    if (isOpen()) {
      open = after(line, open);
      const own = /^ */.exec(line)?.[0].length ?? 0;
      const isFine = own > indent || line.trim() === '';
      return isFine ? line : `${' '.repeat(indent + 1)}${line.trimStart()}`;
    }
    if (line.length > longestLine) return line;
    const begun = /^((?: |- )*)(?:"[^"]*"|'[^']*'|[^\s"'#&*!|>{[-][^"'#:]*):[ \t]+(["'{[].*)$/.exec(
      line,
    );
    if (begun) {
      open = after(begun[2] ?? '', open);
      indent = (begun[1] ?? '').length;
    }
    return line;
  });
  return lines.join('\n');
}

function after(line: string, { quote, depth }: Open): Open {
  let [now, levels] = [quote, depth];
  for (let at = 0; at < line.length; at++) {
    const sign = line[at] ?? '';
    if (now === '"' && sign === '\\') at += 1;
    else if (now !== '') {
      if (sign !== now) continue;
      // A single quote is doubled.
      if (now === "'" && line[at + 1] === "'") at += 1;
      else now = '';
      if (now === '' && levels === 0) return { quote: '', depth: 0 };
    } else if (sign === '{' || sign === '[') levels += 1;
    else if (sign === '}' || sign === ']') {
      levels -= 1;
      if (levels <= 0) return { quote: '', depth: 0 };
    } else if (sign === '#' && /[\s]/.test(line[at - 1] ?? ' ')) break;
    else if ((sign === '"' || sign === "'") && /[\s,:{[]/.test(line[at - 1] ?? ' ')) now = sign;
  }
  return { quote: now, depth: levels };
}
