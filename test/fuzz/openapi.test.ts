/** Fuzzes OpenAPI documents: each gives candidates, or one clear line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readDeclaration } from '../../src/declaration/read.ts';
import { AuthctlError } from '../../src/errors.ts';
import { draftOf } from '../../src/import/draft.ts';
import { readOpenApi } from '../../src/import/openapi/read.ts';
import type { Candidate } from '../../src/import/reader.ts';
import { draftText } from '../../src/import/write.ts';
import { bytesOf, corpus, fuzz, texts } from './corpus.ts';

const root = mkdtempSync(join(tmpdir(), 'authctl-fuzz-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const path = join(root, 'api.yaml');

const words = [
  ...[
    '"$ref":"#/"',
    '"$ref":"api.yaml"',
    '"$ref":"../x"',
    '"$ref":"http://a/b"',
    '&a ',
    '*a',
    '<<: *a',
  ],
  ...['"allOf":[{"$ref":"#/components/schemas/T"}]', '"enum":["x"]', '"const":1', '"default":""'],
  ...[
    '"required":["x"]',
    '"properties":{}',
    '"type":["string","null"]',
    '"in":"header"',
    '"security":[]',
  ],
  ...['"examples":{"a":{"value":{"password":"c4nary"}}}', '"example":"c4nary"', '\n  ', '- ', ': '],
];

fuzz('an OpenAPI document', 'openapi', texts('openapi', words), async (text) => {
  writeFileSync(path, bytesOf(text));
  const candidates = (await known(() => readOpenApi(path))) ?? [];
  for (const candidate of candidates.slice(0, 3)) {
    const found = await known(() => candidate.read());
    if (!found) continue;
    for (const answers of [{}, { name: 'made', server: 'https://api.made.example', inputs: [] }]) {
      const draft = draftOf(found, answers);
      const written = draftText(draft);
      expect(written).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/u);
      expect(parse(written)).toEqual(JSON.parse(JSON.stringify(draft.declaration)));
    }
  }
});

test.each(corpus('openapi').map((text) => [/^# (.*)/.exec(text)?.[1] ?? text.slice(0, 40), text]))(
  'the document of the corpus: %s',
  async (_name, text) => {
    writeFileSync(path, bytesOf(text));
    const [first] = await readOpenApi(path);
    const draft = draftOf((first as Candidate).read(), { name: 'made', token: '/t', inputs: [] });
    const bytes = Buffer.from(draftText(draft));
    const { problems } = await readDeclaration(bytes, { format: 'yaml', builtIn: [] });
    expect(problems ?? []).toEqual([]);
    expect(bytes.toString()).not.toContain('c4nary');
  },
);

/** What a function returns; undefined if it ends with one clear line, which names no secret. */
async function known<T>(act: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    expect(error.code).toBe('usage');
    expect(error.message.length).toBeLessThan(600);
    return undefined;
  }
}
