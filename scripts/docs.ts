/** Brings the generated pages and sections of the documents up to date with the declarations and their schema. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { providers } from '../src/providers/index.ts';
import { cataloguePage } from './catalogue-page.ts';
import { coveragePage, readApis } from './coverage.ts';
import { declarationsSchema } from './json-schema.ts';
import { generatedSections, withMarkers, withSections } from './provider-tables.ts';
import { vocabularyPage } from './vocabulary-page.ts';

for (const [path, sections] of generatedSections(providers)) {
  const text = readFileSync(path, 'utf8');
  update(path, withSections(withMarkers(text, path, providers), sections));
}
const schema = declarationsSchema();
update('docs/vocabulary.md', vocabularyPage(schema));
update('docs/catalogue.md', await cataloguePage());
update('docs/coverage.md', coveragePage(readApis(), schema));

function update(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  writeFileSync(path, text);
  console.log(`updated ${path}`);
}
