/** Searches lists of providers. */

import type { CatalogueEntry } from './catalogue.ts';
import { topics } from './topics.ts';

/** What is searched: a provider's names, and of the catalogue what it is for. */
type Searched = Pick<CatalogueEntry, 'name' | 'title'> &
  Partial<Pick<CatalogueEntry, 'topic' | 'keywords'>>;

/** Whether each of the words is in one of the texts of a provider, whatever its case. */
export function isFound(
  { name, title, topic, keywords = [] }: Searched,
  words: readonly string[],
): boolean {
  const texts = [name, title, ...keywords, ...(topic ? [topic, topics[topic]] : [])];
  const all = texts.join('\n').toLowerCase();
  return words.every((word) => all.includes(word.toLowerCase()));
}
