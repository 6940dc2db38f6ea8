/** Lays out tables for people: aligned columns, in the width of the terminal. */
import { printable } from './printable.ts';

/** A column of a table. */
export interface Column {
  /** Empty for a column that needs none, and is left out where it is empty. */
  readonly title: string;
  /** Whether its texts may be shortened where the table is too wide. */
  readonly flexible?: boolean;
}

/** A cell: its text, which may be anything, and how it is coloured. */
export type Cell = string | { readonly text: string; readonly paint: Paint | undefined };

/** Adds a colour to a text. */
type Paint = (text: string) => string;

/** How a table is printed. */
export interface TableOptions {
  /** The width of the terminal; without one, nothing is shortened. */
  readonly columns?: number | undefined;
  /** For the titles. */
  readonly bold?: Paint | undefined;
}

/** A flexible column is not made narrower than that. */
const least = 8;
const gap = '  ';

/** The table's text: a line of titles and a line per row. */
export function tableText(
  allColumns: readonly Column[],
  allRows: readonly (readonly Cell[])[],
  { columns, bold }: TableOptions = {},
): string {
  const isShown = (at: number) =>
    allColumns[at]?.title !== '' || allRows.some((row) => textOf(row[at] ?? '') !== '');
  const table = allColumns.filter((_, at) => isShown(at));
  const rows = allRows.map((row) => row.filter((_, at) => isShown(at)));
  const cells = rows.map((row) =>
    row.map((cell) => {
      const { text, paint } = typeof cell === 'string' ? { text: cell } : cell;
      return { characters: [...printable(text)], paint };
    }),
  );
  const widths = table.map(({ title }, at) =>
    Math.max(title.length, ...cells.map((row) => row[at]?.characters.length ?? 0)),
  );
  // A terminal that does not know its width says 0.
  narrow(table, widths, columns || Infinity);
  const line = (row: readonly { characters: readonly string[]; paint?: Paint | undefined }[]) => {
    const last = row.length - 1;
    const texts = row.map(({ characters, paint }, at) => {
      const wide = widths[at] ?? 0;
      const shown = shortened(characters, wide);
      const text = at === last ? shown : shown.padEnd(shown.length + wide - [...shown].length);
      return paint ? paint(text) : text;
    });
    return texts.join(gap).trimEnd();
  };
  const head = line(table.map(({ title }) => ({ characters: [...title] })));
  return [bold ? bold(head) : head, ...cells.map(line)].map((text) => `${text}\n`).join('');
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

/** Takes from the widest flexible column until the table fits, or nothing is left to take. */
function narrow(columns: readonly Column[], widths: number[], width: number): void {
  const total = () => widths.reduce((sum, each) => sum + each, gap.length * (widths.length - 1));
  for (let over = total() - width; over > 0; over -= 1) {
    const widest = columns
      .map(({ flexible = false, title }, at) => ({ at, flexible, title }))
      .filter(({ at, flexible, title }) => {
        return flexible && (widths[at] ?? 0) > Math.max(least, title.length);
      })
      .sort((a, b) => (widths[b.at] ?? 0) - (widths[a.at] ?? 0))[0];
    if (!widest) return;
    widths[widest.at] = (widths[widest.at] ?? 0) - 1;
  }
}

/** The text with its middle left out: both ends of a URL or an account tell it from others. */
function shortened(characters: readonly string[], width: number): string {
  if (characters.length <= width) return characters.join('');
  const end = Math.floor((width - 1) / 2);
  const start = width - 1 - end;
  return `${characters.slice(0, start).join('')}…${characters.slice(characters.length - end).join('')}`;
}
