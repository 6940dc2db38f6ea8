/** `authctl provider show <name>`: a provider as a declaration, which can be added under another name. */
import type { Declaration } from '../../declaration/declaration.ts';
import { type CatalogueEntry, statusWords } from '../../providers/catalogue/catalogue.ts';
import type { Run } from '../../run.ts';
import { printableJson } from '../../terminal/printable.ts';

/** Prints JSON to stdout. */
export async function showProvider(
  { context }: Run,
  { file: _, version, name, ...rest }: Declaration,
): Promise<void> {
  await context.stdout.write(
    `${printableJson(JSON.stringify({ version, name, ...rest }, undefined, 2))}\n`,
  );
}

/** Prints a declaration of the catalogue to stdout, in YAML, as it would be added. */
export async function showEntry({ context, notices }: Run, entry: CatalogueEntry): Promise<void> {
  notices.notice(`${entry.name} is in the catalogue: ${statusWords(entry)}`);
  await context.stdout.write(entry.text);
}
