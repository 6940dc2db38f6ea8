import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { codeSpans, fences } from './markdown.ts';

const documents = ['README.md', 'docs/pipelines.md'].map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}));
// Those of a fleet are in a directory, and checked against their schemas.
const files = readdirSync('examples', { withFileTypes: true }).filter((entry) => entry.isFile());
const examples = files.map(({ name }) => ({
  name,
  lines: readFileSync(join('examples', name), 'utf8').trimEnd().split('\n'),
}));

/** The lines without their common indentation. */
function dedented(lines: readonly string[]): string {
  const indents = lines.filter((line) => line !== '').map((line) => line.search(/\S/));
  const least = Math.min(...indents);
  return `${lines.map((line) => line.slice(least)).join('\n')}\n`;
}

/** The numbers of the lines of an example that a text quotes; empty if it does not quote it. */
function quotedLines(text: string, lines: readonly string[]): readonly number[] {
  const length = text.split('\n').length - 1;
  const start = lines.findIndex((_, at) => dedented(lines.slice(at, at + length)) === text);
  return start === -1 ? [] : Array.from({ length }, (_, index) => start + index);
}

const quotes = documents.flatMap(({ path, text }) =>
  fences(text)
    .filter(({ info }) => ['yaml', 'ini', 'dockerfile', 'crontab'].includes(info))
    .map((fence) => ({ ...fence, path })),
);

test.each(quotes)('the code at line $line of $path is quoted from an example', ({ text }) => {
  expect(examples.filter(({ lines }) => quotedLines(text, lines).length > 0)).toHaveLength(1);
});

test.each(examples)(
  'docs/pipelines.md quotes all relevant lines of examples/$name',
  ({ lines }) => {
    const shown = new Set(
      quotes
        .filter(({ path }) => path === 'docs/pipelines.md')
        .flatMap(({ text }) => quotedLines(text, lines)),
    );
    const hidden = lines.filter((line, at) => !shown.has(at) && line !== '' && !/^ *#/.test(line));
    // The frame of a workflow, around its jobs.
    const around = /^(?:name|on|permissions|jobs| {2}schedule| {2}contents| {4}- cron):/;
    expect(hidden.filter((line) => !around.test(line))).toEqual([]);
  },
);

const everything = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs').map((name) => join('docs', name)),
].map((path) => ({ path, text: readFileSync(path, 'utf8') }));

describe('an eval in the documents', () => {
  /** For each shell, the form that evaluates nothing if the command fails. */
  const safe = [/^env=\$\([^()]*\) && eval "\$env"$/, /^set \w+ \([^()]*\); and eval \$\w+$/];
  /** Code with an eval, and the text before it; not a right that a user of Redis has. */
  const evals = everything.flatMap(({ path, text }) => {
    const lines = fences(text).flatMap((fence) => fence.text.split('\n'));
    const code = [...lines, ...codeSpans(text)].filter((line) => /(?<!\+)\beval\s+\S/.test(line));
    return code.map((line) => ({ path, line, before: text.slice(0, text.indexOf(line)) }));
  });

  test.each(evals)('in $path does not hide a failure: $line', ({ line, before }) => {
    const warnedOf = /\bNot `$/.test(before);
    expect(warnedOf || safe.some((form) => form.test(line))).toBe(true);
  });

  test('is found by this test', () => {
    expect(evals.length).toBeGreaterThan(2);
  });
});
