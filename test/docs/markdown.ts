/** Extracts the parts of Markdown documents that tests check. */

/** A fenced block. */
export interface Fence {
  /** Such as `sh runnable`. */
  readonly info: string;
  readonly text: string;
  /** The number of its first line, from 1. */
  readonly line: number;
}

export function fences(markdown: string): readonly Fence[] {
  return [...markdown.matchAll(/^```(\S[^\n]*)\n(.*?)^```$/gms)].map((match) => ({
    info: match[1] ?? '',
    text: match[2] ?? '',
    line: markdown.slice(0, match.index).split('\n').length,
  }));
}

/** The code in running text and tables, without the backticks. */
export function codeSpans(markdown: string): readonly string[] {
  const text = markdown.replace(/^```.*?^```$/gms, '');
  return [...text.matchAll(/`([^`\n]+)`/g)].map((match) => (match[1] ?? '').replaceAll('\\|', '|'));
}

/** A table. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Every table. */
export function tables(markdown: string): readonly Table[] {
  return markdown
    .split(/^(?!\|).*\n/m)
    .map((table) => table.split('\n').map(cells))
    .filter(([first = []]) => first.length > 0)
    .map(([head = [], , ...rows]) => ({ head, rows: rows.filter((row) => row.length > 0) }));
}

/** The rows of the table with this header row, without it. */
export function tableWith(
  markdown: string,
  head: readonly string[],
): readonly (readonly string[])[] {
  const found = tables(markdown).find((table) => table.head.join('|') === head.join('|'));
  if (!found) throw new Error(`no table has the header row ${head.join(' | ')}`);
  return found.rows;
}

function cells(line: string): readonly string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
    .slice(line === '' ? 1 : 0);
}

/** The targets of links to files, without anchors. */
export function linkedFiles(markdown: string): readonly string[] {
  return [...markdown.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? '');
}

/** The arguments of every invocation of the program in a text, up to an operator of the shell. */
export function invocations(text: string): readonly (readonly string[])[] {
  const filled = text.replaceAll('<provider>', 'ropo').replace(/<[a-z-]+>/g, 'x');
  return [...filled.matchAll(/(?<![\w./~'"%-])(?:node bin\/authctl\.cjs|authctl) ([^\n]*)/g)].map(
    (match) => words(match[1] ?? ''),
  );
}

function words(command: string): readonly string[] {
  const found: string[] = [];
  for (const [word] of command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s|&;()<>'"#])+|[|&;()<>#]/g)) {
    if (/^[|&;()<>#]$/.test(word)) break;
    found.push(word);
  }
  return found;
}
