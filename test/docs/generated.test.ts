/** The pages that `npm run docs` makes of the schema of declarations. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { cataloguePage } from '../../scripts/catalogue-page.ts';
import { coverageOf, coveragePage, readApis } from '../../scripts/coverage.ts';
import { declarationsSchema } from '../../scripts/json-schema.ts';
import { jsonSchema } from '../../scripts/schema-text.ts';
import { vocabularyPage } from '../../scripts/vocabulary-page.ts';
import { examples, meanings, parts } from '../../scripts/vocabulary-texts.ts';
import { readDeclaration } from '../../src/declaration/read.ts';
import { merged } from './example-declarations.ts';
import { codeSpans, tables } from './markdown.ts';

const schema = declarationsSchema();

test('schemas/provider.schema.json is up to date (npm run schema)', () => {
  expect(readFileSync('schemas/provider.schema.json', 'utf8')).toBe(jsonSchema());
});

test('docs/catalogue.md is up to date with the catalogue (npm run docs)', async () => {
  expect(readFileSync('docs/catalogue.md', 'utf8')).toBe(await cataloguePage());
});

describe('docs/vocabulary.md', () => {
  const page = readFileSync('docs/vocabulary.md', 'utf8');
  const headings = [...page.matchAll(/^##+ (.*)$/gm)].map(([, heading = '']) => heading);

  test('is up to date with the schema (npm run docs)', () => {
    expect(page).toBe(vocabularyPage(schema));
  });

  test('has every word of the schema', () => {
    const words = new Set<string>();
    JSON.stringify(schema, (key, value) => {
      if (key === 'properties') for (const word of Object.keys(value)) words.add(word);
      return value;
    });
    const named = new Set(codeSpans(page));
    expect([...words].filter((word) => !named.has(word))).toEqual([]);
    expect(words.size).toBeGreaterThan(80);
  });

  test('says what each word means', () => {
    const rows = tables(page).flatMap((table) => table.rows);
    expect(rows.filter((row) => row.at(-1) === '')).toEqual([]);
  });

  test('links only to its own sections', () => {
    const anchors = headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    const targets = [...page.matchAll(/\]\(#(.*?)\)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !anchors.includes(target))).toEqual([]);
    expect(new Set(anchors).size).toBe(anchors.length);
  });

  test('has only texts of its own for words that there are', () => {
    const sections = [...Object.keys(examples), ...Object.keys(parts)];
    const titles = sections.map((path) => parts[path]?.heading ?? `\`${path}\``);
    expect(titles.filter((title) => !headings.includes(title))).toEqual([]);
    const own = Object.values(meanings).map((meaning) => meaning.replace(/[<|*]/g, '\\$&'));
    expect(own.filter((meaning) => !page.includes(meaning))).toEqual([]);
  });

  /** What an example is a part of. */
  const base = {
    version: 1,
    name: 'example',
    title: 'Example',
    environments: [{ name: 'production', baseUrl: 'https://api.example.com' }],
    fields: [
      { name: 'user', label: 'User', secret: false },
      { name: 'password', label: 'Password', secret: true },
    ],
    login: [
      {
        fields: ['user', 'password'],
        request: {
          method: 'POST',
          path: '/login',
          json: { user: '{user}', password: '{password}' },
        },
      },
    ],
    answer: { token: '/token' },
    use: { header: 'Authorization', value: 'Bearer {token}' },
  };

  test.each(Object.entries(examples))('has a valid example of %s', async (_, example) => {
    const text = JSON.stringify(merged(base, parse(example)));
    const { problems = [] } = await readDeclaration(Buffer.from(text), {
      format: 'json',
      builtIn: [],
    });
    // Examples of requests show no more fields than they need.
    expect(problems.filter(({ message }) => !/^the field \w+ is not used/.test(message))).toEqual(
      [],
    );
  });
});

describe('docs/coverage.md', () => {
  const apis = readApis();

  test('is up to date with the schema and docs/coverage.json (npm run docs)', () => {
    expect(readFileSync('docs/coverage.md', 'utf8')).toBe(coveragePage(apis, schema));
  });

  test('counts 143 APIs', () => {
    expect(apis.map(({ number }) => number)).toEqual(apis.map((_, index) => index + 1));
    expect(apis).toHaveLength(143);
  });

  test('counts at least 129 to log in to, and 126 with everything', () => {
    const { core, full } = coverageOf(apis, schema);
    expect(core.length).toBeGreaterThanOrEqual(129);
    expect(full.length).toBeGreaterThanOrEqual(126);
    expect(full.filter((api) => !core.includes(api))).toEqual([]);
  });

  test('counts a word only if the schema has it', () => {
    const { logout: _, ...properties } = schema.properties ?? {};
    const { core, full, missing } = coverageOf(apis, { ...schema, properties });
    const now = coverageOf(apis, schema);
    expect(missing.get('logout')).toHaveLength(70);
    expect(now.missing.has('logout')).toBe(false);
    expect(core).toEqual(now.core);
    expect(full.length).toBeLessThan(now.full.length - 30);
  });

  test('never counts what is out of reach', () => {
    const { core, full } = coverageOf(apis, schema);
    const counted = [...core, ...full].filter(({ outOfReach }) => outOfReach !== undefined);
    expect(counted).toEqual([]);
  });
});
