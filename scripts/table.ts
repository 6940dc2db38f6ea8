/** A table in Markdown. Columns stand one below the other, as the formatter wants them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((cells) => [...(cells[column] ?? '')].length)),
  );
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, column) => {
      const missing = (widths[column] ?? 0) - [...cell].length;
      return cell + ' '.repeat(missing);
    });
    return `| ${padded.join(' | ')} |\n`;
  };
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('');
}
