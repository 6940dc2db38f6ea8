import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { codeSpans } from './markdown.ts';

test('every dependency has its reason in docs/dependencies.md, and no other has', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync('package.json', 'utf8'),
  );
  const [taken = ''] = readFileSync('docs/dependencies.md', 'utf8').split(
    '## Considered and not used',
  );
  const first = [...taken.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell = '']) => codeSpans(cell));
  const named = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(first.sort()).toEqual(named.sort());
});
