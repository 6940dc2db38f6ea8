import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { codeSpans } from './markdown.ts';

test('docs/dependencies.md has a reason for every dependency, and for nothing else', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync('package.json', 'utf8'),
  );
  const [used = ''] = readFileSync('docs/dependencies.md', 'utf8').split(
    '## Considered and not used',
  );
  const first = [...used.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell = '']) => codeSpans(cell));
  const named = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(first.sort()).toEqual(named.sort());
});
