/** `authctl provider list`: the providers that there are, and with `--all` those of the catalogue. */
import type { Declaration } from '../../declaration/declaration.ts';
import type { AuthctlError } from '../../errors.ts';
import { type CatalogueEntry, catalogueEntries } from '../../providers/catalogue/catalogue.ts';
import { isFound } from '../../providers/catalogue/search.ts';
import { topics } from '../../providers/catalogue/topics.ts';
import type { Run } from '../../run.ts';
import { loadPaint } from '../../terminal/paint.ts';
import { printableJson } from '../../terminal/printable.ts';
import { type TableOptions, tableText } from '../../terminal/table.ts';

/** A provider whose file cannot be used. */
interface Broken {
  readonly name: string;
  readonly error: AuthctlError;
}

/** The options of the command. */
export interface ListOptions {
  readonly json: boolean;
  readonly noColor: boolean;
  /** Whether to list the catalogue too. */
  readonly all: boolean;
  /** Only providers that have all of these words. */
  readonly words: readonly string[];
}

/** Prints a table to stdout, or an array as JSON. */
export async function listProviders(
  { context, notices }: Run,
  providers: readonly Declaration[],
  broken: readonly Broken[],
  { json, noColor, all, words }: ListOptions,
): Promise<void> {
  const own = providers.map(ownRow).filter((row) => isFound(row, words));
  const names = new Set([...providers, ...broken].map(({ name }) => name));
  const isMissed = own.length === 0 && words.length > 0;
  const others = (all || isMissed ? await catalogueEntries() : []).filter(
    (entry) => !names.has(entry.name) && isFound(entry, words),
  );
  const listed = all ? others : [];
  for (const { error } of broken) notices.notice(`notice: ${error.message}`);
  if (isMissed && listed.length === 0) {
    const { length } = all ? [] : others;
    const more = length === 0 ? '' : `; with --all there ${length === 1 ? 'is' : 'are'} ${length}`;
    notices.notice(`no provider has ${words.join(' and ')}${more}`);
  }
  if (json) {
    const unusable = broken.map(({ name, error }) => ({
      name,
      source: 'file',
      problem: error.message,
    }));
    const rows = [...own, ...unusable, ...listed.map(catalogueRow)];
    return context.stdout.write(`${printableJson(JSON.stringify(rows, undefined, 2))}\n`);
  }
  if (own.length + listed.length === 0) return;
  const groups = [
    { heading: all ? 'Ready to use' : '', rows: own.map(cellsOf) },
    ...Object.entries(topics).map(([topic, heading]) => ({
      heading,
      rows: listed.filter((entry) => entry.topic === topic).map(cellsOf),
    })),
  ];
  const { stdout, env } = context;
  const paint = await loadPaint({ env, isTTY: stdout.isTTY, noColor });
  await stdout.write(grouped(groups, { columns: stdout.columns, bold: paint?.bold }));
}

/** A provider that can be used, for programs. */
function ownRow({ name, title, docs, file }: Declaration) {
  return {
    name,
    title,
    source: file ? 'file' : 'built-in',
    ...(file && { file: file.path }),
    ...(docs !== undefined && { docs }),
  } as const;
}

/** A provider of the catalogue, for programs. */
function catalogueRow({ text: _, ...entry }: CatalogueEntry) {
  return { ...entry, source: 'catalogue' } as const;
}

function cellsOf(row: ReturnType<typeof ownRow> | CatalogueEntry): readonly string[] {
  return [row.name, 'source' in row ? row.source : row.status, row.title];
}

/** One table with headings between its rows, so that the columns are as wide everywhere. */
function grouped(
  groups: readonly { readonly heading: string; readonly rows: readonly (readonly string[])[] }[],
  options: TableOptions,
): string {
  const filled = groups.filter(({ rows }) => rows.length > 0);
  const [head = '', ...lines] = tableText(
    table,
    filled.flatMap(({ rows }) => rows),
    options,
  ).split('\n');
  const texts = filled.flatMap(({ heading, rows }) => {
    const own = lines.splice(0, rows.length);
    return heading === '' ? own : ['', options.bold?.(heading) ?? heading, ...own];
  });
  return [head, ...texts].map((text) => `${text}\n`).join('');
}

const table = [{ title: 'PROVIDER' }, { title: 'SOURCE' }, { title: 'TITLE', flexible: true }];
