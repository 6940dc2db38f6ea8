/** Brings the generated sections of the documents up to date with the declarations. */
import { readFileSync, writeFileSync } from 'node:fs';
import { providers } from '../src/providers/index.ts';
import { generatedSections, withMarkers, withSections } from './provider-tables.ts';

for (const [path, sections] of generatedSections(providers)) {
  const text = readFileSync(path, 'utf8');
  const filled = withSections(withMarkers(text, path, providers), sections);
  if (filled !== text) {
    writeFileSync(path, filled);
    console.log(`updated ${path}`);
  }
}
