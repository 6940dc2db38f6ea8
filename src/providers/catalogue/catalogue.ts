/** The catalogue: declarations of well-known login APIs, which users add to their own. */
import names from './generated/names.js';
import type { Topic } from './topics.ts';

/** A declaration of the catalogue, and what is known about it. */
export interface CatalogueEntry {
  readonly name: string;
  readonly title: string;
  /** The vendor's page about the login. */
  readonly docs: string;
  readonly topic: Topic;
  /** Other words that it is searched for by. */
  readonly keywords: readonly string[];
  readonly status: 'verified' | 'from documents';
  /** The server that it was tried against, such as "Node-RED 4.1.2", and the day. */
  readonly verified?: { readonly server: string; readonly on: string };
  /** The declaration, in YAML. */
  readonly text: string;
}

/** The names of the declarations, in alphabetical order. */
export const catalogueNames: readonly string[] = names;

/** All declarations, by name. They are loaded on use. */
export async function catalogueEntries(): Promise<readonly CatalogueEntry[]> {
  return (await import('./generated/entries.js')).default;
}

/** The declaration of a name; undefined if there is none. */
export async function catalogueEntry(name: string): Promise<CatalogueEntry | undefined> {
  if (!catalogueNames.includes(name)) return undefined;
  return (await catalogueEntries()).find((entry) => entry.name === name);
}

/** How far a declaration has been tried, as a clause. */
export function statusWords({ verified }: Pick<CatalogueEntry, 'verified'>): string {
  return verified
    ? `tried against ${verified.server} on ${verified.on}`
    : "written from the vendor's documents, and not tried against a server";
}
