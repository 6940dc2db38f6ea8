import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { parse } from 'yaml';
// @ts-expect-error: a script without types.
import { messageList, textsIn } from '../../scripts/message-list.js';
import { generatedSections, withSections } from '../../scripts/provider-tables.ts';
import { ownOptions } from '../../src/cli/several.ts';
import { createProgram } from '../../src/cli/tree.ts';
import { providers } from '../../src/providers/index.ts';
import { declarations } from './example-declarations.ts';
import { codeSpans, fences, invocations, linkedFiles } from './markdown.ts';
import { problemOf } from './program-help.ts';
import { exchanges, inSandbox, shown, typed } from './sandboxed.ts';

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
].map((path) => ({ path, text: readFileSync(path, 'utf8') }));

// With those that the documents declare.
const allProviders = [...providers, ...[...declarations.values()].map((text) => parse(text))];
const program = createProgram({
  providers: allProviders,
  version: '0.0.0',
  open: () => {
    throw new Error('no command is run');
  },
  print: () => {},
});

/** Options of other programs in the documents. */
const foreign = ['--aws-sigv4', '--config', '--fail', '--location'];

const optionsOf = ({ options, commands }: Command): (string | undefined)[] => [
  ...options.flatMap(({ short, long }) => [short, long]),
  ...commands.flatMap(optionsOf),
];
/** Those of one of several providers. */
const own = ownOptions(allProviders, []).map(({ flags }) => flags.replace(/ .*/, ''));
const known = new Set([...foreign, '-h', '--help', ...optionsOf(program), ...own]);

const blocks = documents.flatMap(({ path, text }) =>
  fences(text).map((fence) => ({ ...fence, path })),
);
const marked = (info: string) => blocks.filter((block) => block.info === info);

describe.each(documents)('$path', ({ path, text }) => {
  test('uses only existing commands and options', async () => {
    const code = [...fences(text).map((fence) => fence.text), ...codeSpans(text)];
    const problems = await Promise.all(code.flatMap(invocations).map(problemOf));
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });

  test('mentions only existing options', () => {
    const named = codeSpans(text)
      .filter((span) => /^-/.test(span))
      .flatMap((span) => span.match(/(?<!\S)--?[a-z][a-z0-9-]*/g) ?? []);
    expect(named.filter((option) => !known.has(option))).toEqual([]);
  });

  test('links only to existing files', () => {
    const missing = linkedFiles(text).filter((file) => !existsSync(join(dirname(path), file)));
    expect(missing).toEqual([]);
  });

  test('names only files of the project that exist', () => {
    const named = codeSpans(text).filter((span) =>
      /^(?:src|test|bin|scripts|docs|bench|standalone)\/[\w./-]+$/.test(span),
    );
    expect(named.filter((file) => !existsSync(file))).toEqual([]);
  });

  test('mentions only existing npm scripts', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z:-]+)/g)].map((match) => match[1]);
    expect(named.filter((name) => name === undefined || !(name in scripts))).toEqual([]);
  });
});

test.each([...generatedSections(providers)])(
  '%s is up to date with the declarations (npm run docs)',
  (path, sections) => {
    const text = readFileSync(path, 'utf8');
    expect(withSections(text, sections)).toBe(text);
  },
);

test.each(marked('sh runnable'))('the example at line $line of $path works', async ({ text }) => {
  const { code, stderr } = await inSandbox(['bash', '-euo', 'pipefail', '-c', text]);
  // Shows stderr if it fails.
  expect(code === 0 ? '' : stderr).toBe('');
});

test.each(marked('console runnable'))(
  'the session at line $line of $path has the shown output',
  async ({ text }) => {
    const session = exchanges(text);
    const printed = await typed(session.map(({ command }) => command));
    expect(printed).toEqual(session.map(({ prints }) => expect.stringMatching(shown(prints))));
  },
);

test.each(marked('yaml'))('the YAML at line $line of $path can be parsed', ({ text }) => {
  expect(parse(text)).toBeInstanceOf(Object);
});

describe('the list of messages', () => {
  test('is up to date with the source (npm run docs)', () => {
    expect(readFileSync('docs/messages.txt', 'utf8')).toBe(messageList());
  });

  test('finds texts anywhere in the source, with their expressions', () => {
    const placeholder = (expression: string) => `$\{${expression}}`;
    const code = [
      "import { a } from './a b.ts';",
      `fail('usage', 'it is empty', { hint: \`set ${placeholder('name')} first\` });`,
      `const how = late ? 'too late' : \`it ends at ${placeholder('at(1)')}\`;`,
      "const key = 'no-prose';",
    ].join('\n');
    expect(textsIn(code)).toEqual([
      'it is empty',
      'set {name} first',
      'too late',
      'it ends at {at(1)}',
    ]);
  });
});
