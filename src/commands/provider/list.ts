/** `authctl provider list`: the providers that there are. */
import type { Declaration } from '../../declaration/declaration.ts';
import type { AuthctlError } from '../../errors.ts';
import type { Run } from '../../run.ts';
import { printableJson } from '../../terminal/printable.ts';
import { tableText } from '../../terminal/table.ts';

/** A provider whose file cannot be used. */
interface Broken {
  readonly name: string;
  readonly error: AuthctlError;
}

/** Prints a table to stdout, or an array as JSON. */
export async function listProviders(
  { context, notices }: Run,
  providers: readonly Declaration[],
  broken: readonly Broken[],
  { json }: { readonly json: boolean },
): Promise<void> {
  const rows = providers.map(({ name, title, docs, file }) => ({
    name,
    title,
    source: file ? 'file' : 'built-in',
    ...(file && { file: file.path }),
    ...(docs !== undefined && { docs }),
  }));
  for (const { error } of broken) notices.notice(`notice: ${error.message}`);
  if (json) {
    const unusable = broken.map(({ name, error }) => ({
      name,
      source: 'file',
      problem: error.message,
    }));
    const text = JSON.stringify([...rows, ...unusable], undefined, 2);
    return context.stdout.write(`${printableJson(text)}\n`);
  }
  const cells = rows.map((row) => [row.name, row.source, row.title]);
  await context.stdout.write(tableText(table, cells, { columns: context.stdout.columns }));
}

const table = [{ title: 'PROVIDER' }, { title: 'SOURCE' }, { title: 'TITLE', flexible: true }];
