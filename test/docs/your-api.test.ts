/** Follows docs/your-api.md as a user would: checks each file, and types each command. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { authctl } from '../e2e/harness.ts';
import { describeWith } from '../parts.ts';
import { type ExampleApis, exampleFiles, startExampleApis } from './example-apis.ts';
import { blocks, declarations, merged, page } from './example-declarations.ts';
import { codeSpans, fences } from './markdown.ts';
import { newTerminal, type Terminal } from './page-sessions.ts';
import { exchanges, shown } from './sandboxed.ts';

const [first = ''] = declarations.values();

/** What `provider check` finds in a declaration. */
async function problemsOf(declaration: unknown): Promise<string> {
  const stdin = JSON.stringify(declaration);
  const { code, stderr } = await authctl(['provider', 'check', '-'], { stdin });
  return code === 0 ? '' : stderr;
}

test('has whole declarations', () => {
  const names = ['parcels', 'desk', 'ledger', 'archive', 'atlas', 'newsroom'];
  expect([...declarations.keys()]).toEqual(names);
});

test.each(blocks)('the declaration at line $line is valid', async ({ text, value }) => {
  const isWhole = 'version' in value;
  expect(await problemsOf(isWhole ? value : merged(parse(first), value))).toBe('');
  // As it stands, too.
  if (isWhole) {
    const { code } = await authctl(['provider', 'check', '-'], { stdin: text });
    expect(code).toBe(0);
  }
});

test('README.md quotes a session from it', () => {
  const readme = fences(readFileSync('README.md', 'utf8')).flatMap(({ text }) => exchanges(text));
  const quoted = readme.filter(({ command }) => /^authctl .*\bparcels\b/.test(command));
  const all = fences(page).flatMap(({ text }) => exchanges(text));
  expect(quoted).toHaveLength(2);
  expect(all).toEqual(expect.arrayContaining(quoted));
});

describe('the words in its tables', () => {
  const spans = codeSpans(page).filter((span) => /^(?:token|lifetime): /.test(span));

  test('are found by this test', () => {
    expect(spans.length).toBeGreaterThan(10);
  });

  test.each(spans)('%s is valid', async (span) => {
    const { lifetime: _, ...answer } = parse(first).answer;
    const declaration = { ...parse(first), answer: { ...answer, ...parse(span) } };
    expect(await problemsOf(declaration)).toBe('');
  });
});

describeWith(['expect', 'bash'], 'on a terminal', () => {
  let apis: ExampleApis;
  let terminal: Terminal;
  beforeAll(async () => {
    apis = await startExampleApis();
    const files = [...declarations].map(([name, text]) => [`${name}.yaml`, text] as const);
    terminal = newTerminal(new Map([...files, ...exampleFiles]), apis.origins);
  });
  afterAll(() => apis.close());

  // One after the other, since each begins where the one before ended.
  const sessions = fences(page).filter(({ info }) => info === 'console');
  test.each(sessions)('the session at line $line has the shown output', async ({ text }) => {
    for (const { command, prints } of exchanges(text)) {
      const printed = await terminal.type(command, prints);
      expect({ command, printed: plain(printed) }).toEqual({
        command,
        printed: expect.stringMatching(shown(plain(prints))),
      });
    }
  });
});

/** The output without what differs between two runs: tokens, and the width of columns. */
function plain(output: string): string {
  return output
    .replace(/\b(pcl|dsk|csrf|at|arc|atl)_[\w-]+/g, '$1_')
    .replace(/(?<=\S) {2,}/g, '  ')
    .replace(/ +$/gm, '');
}
