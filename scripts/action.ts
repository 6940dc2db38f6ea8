/** Brings the generated sections of action.yml up to date with the declarations. */
import { readFileSync, writeFileSync } from 'node:fs';
import { providers } from '../src/providers/index.ts';
import { withActionSections } from './action-sections.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const text = readFileSync('action.yml', 'utf8');
const filled = withActionSections(text, providers, version);
if (filled !== text) {
  writeFileSync('action.yml', filled);
  console.log('updated action.yml');
}
