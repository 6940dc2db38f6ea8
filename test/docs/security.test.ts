/** Holds every claim in the tables of SECURITY.md to a test. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { codeSpans, tables } from './markdown.ts';

const found = tables(readFileSync('SECURITY.md', 'utf8'));

test('every table of SECURITY.md has a column for the tests, and rows', () => {
  expect(found.length).toBeGreaterThan(4);
  for (const { head, rows } of found) {
    expect([head, head.at(-1)]).toEqual([head, 'test']);
    expect([head, rows.length]).not.toEqual([head, 0]);
  }
});

const claims = found.flatMap(({ rows }) =>
  rows.map((row) => ({ claim: row[0] ?? '', columns: row.length, tests: row.at(-1) ?? '' })),
);

describe.each(claims)('the claim of SECURITY.md on “$claim”', ({ columns, tests }) => {
  test('names tests that exist, by their file and a part of their title', () => {
    const named = codeSpans(tests);
    expect([columns, named.length > 0]).toEqual([3, true]);
    expect(named.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
  });
});

/** What is wrong with the name of a test, such as `faults/tls: a self-signed certificate`. */
function problemOf(name: string): string | undefined {
  const [, file = '', title = ''] = /^([\w/-]+): (.+)$/.exec(name) ?? [];
  if (title === '') return `${name}: it is not written as "file: title"`;
  // The rows of some tests are in a file of their own.
  const path = [`test/${file}.test.ts`, `test/${file}.ts`].find((each) => existsSync(each));
  if (path === undefined) return `${name}: there is no such file in test`;
  return readFileSync(path, 'utf8').includes(title) ? undefined : `${name}: ${path} lacks it`;
}
