import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDocument } from 'yaml';
import { readDeclaration } from '../../src/declaration/read.ts';
import type { Answers } from '../../src/import/draft/answers.ts';
import { inputPath } from '../../src/import/draft/written.ts';
import { draftOf } from '../../src/import/draft.ts';
import type { FoundLogin, Input } from '../../src/import/found.ts';
import { nameOf } from '../../src/import/names.ts';
import { draftText } from '../../src/import/write.ts';

const username: Input = { in: 'body', at: ['username'], required: true, type: 'string' };
const password: Input = {
  ...{ in: 'body', at: ['password'], required: true, type: 'string' },
  sample: 'c4nary-of-the-source',
};
const parcels: FoundLogin = {
  ...{ title: 'Parcels', method: 'POST', path: '/login', body: 'json', doubts: [] },
  servers: [{ url: 'https://api.parcels.example' }],
  inputs: [username, password],
  answer: {
    members: [
      { place: '/token', name: 'token', type: 'string' },
      { place: '/expires_in', name: 'expires_in', type: 'number', sample: 3600 },
    ],
  },
  carrier: { header: 'Authorization', prefix: 'Bearer ' },
};

function text(found: FoundLogin, answers: Answers = { name: 'parcels' }): string {
  return draftText(draftOf(found, answers));
}

async function read(found: FoundLogin, answers: Answers = { name: 'parcels' }) {
  return readDeclaration(Buffer.from(text(found, answers)), { format: 'yaml', builtIn: [] });
}

describe('a draft', () => {
  test('is a declaration as people write them', () => {
    expect(
      text(parcels, { name: 'parcels', server: 'https://api.parcels.example' }),
    ).toBe(`# yaml-language-server: $schema=https://raw.githubusercontent.com/authctl/authctl/main/schemas/provider.schema.json
version: 1
name: parcels
title: Parcels
environments:
  - { name: production, baseUrl: https://api.parcels.example }
fields:
  - { name: username, label: Username, secret: false }
  - { name: password, label: Password, secret: true }
login:
  - fields: [ username, password ]
    request:
      method: POST
      path: /login
      json: { username: "{username}", password: "{password}" }
answer:
  token: /token
  lifetime: { at: /expires_in }
use: { header: Authorization, value: "Bearer {token}" }
`);
  });

  test('is valid, and has no secret of its source', async () => {
    expect(await read(parcels)).toMatchObject({ declaration: { name: 'parcels' } });
    expect(text(parcels)).not.toContain('c4nary');
  });

  test('has its doubts before the lines that they are about', () => {
    const doubts = [
      { pointer: '', text: 'of all' },
      { pointer: '/answer/token', text: 'of the token' },
      { pointer: '/fields/1/label', text: 'of a label' },
      { pointer: '/login/0/request/json/password', text: 'of a member' },
      { pointer: '/answer/nothing/there', text: 'of the answer' },
    ];
    const lines = text({ ...parcels, doubts }).split('\n');
    const below = (doubt: string) =>
      lines[lines.findIndex((line) => line.trim() === `# ${doubt}`) + 1]?.trim();
    expect(below('of all')).toBe('version: 1');
    expect(below('of the token')).toBe('token: /token');
    expect(below('of a label')).toMatch(/^label: /);
    expect(below('of a member')).toMatch(/^password: /);
    expect(below('of the answer')).toBe('answer:');
  });
});

describe('what only the user knows', () => {
  const abouts = (found: FoundLogin, answers: Answers = {}) =>
    draftOf(found, answers).questions.map(({ about }) => about);

  test('is asked for, and not any more once it is said', () => {
    const spare: Input[] = ['realm', 'locale'].map((name) => ({
      ...username,
      at: [name],
      required: false,
    }));
    const found: FoundLogin = {
      ...parcels,
      inputs: [username, password, ...spare],
      answer: { members: [{ place: '/valid', name: 'valid', type: 'number', sample: 90 }] },
    };
    expect(abouts(found)).toEqual(['server', 'inputs', 'token', 'lifetime']);
    const answers: Answers = { server: '', inputs: ['body /realm'], token: '/t', lifetime: 'min' };
    expect(abouts(found, answers)).toEqual([]);
    expect(draftOf(found, answers).declaration).toMatchObject({
      answer: { token: '/t', lifetime: { at: '/valid', unit: 'min' } },
      fields: [{ name: 'username' }, { name: 'password' }, { name: 'realm' }],
    });
    expect(draftOf(found, answers).declaration).not.toHaveProperty('environments');
  });

  test('a server on this machine is used if the user says so, and is a doubt otherwise', () => {
    const found = { ...parcels, servers: [{ url: 'http://localhost:8080' }] };
    const words = (answers: Answers) =>
      draftOf(found, answers).doubts.map(({ text: each }) => each);
    expect(words({})).toContainEqual(expect.stringContaining('http://localhost:8080'));
    expect(words({ server: 'http://localhost:8080' })).toEqual([]);
  });
});

test.each([
  ['Acme Parcels API', 'acme-parcels'],
  ['OAuth Client Credentials API', 'oauth-client-credentials'],
  ['Swagger Petstore - OpenAPI 3.0', 'petstore'],
  ['api.acme.example', 'acme'],
  ['Pégase 3', 'pegase'],
  ['10.0.0.1', 'my-api'],
  ['', 'my-api'],
  ['登录', 'my-api'],
])('the name for %j is %s', (title, name) => {
  expect(nameOf(title)).toBe(name);
});

describe('whatever a source has', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      ...['a\nfields: []', '# x', '}', ']', '{token}', '{{', '&a', '*a', '!!js', '- x', ': ', "'"],
      ...[
        '"',
        '\u2028x: 1',
        '\u0085y: 2',
        '\r\nz: 3',
        '\ufeff',
        '---',
        '...',
        '%YAML',
        '~',
        'null',
      ],
      ...['__proto__', 'constructor', '0x1f', '1e3', 'yes', '\ud800', '|', '>', 'a: b', '? a'],
    ),
  );
  const input = fc.record({
    in: fc.constantFrom('query', 'header', 'cookie', 'body'),
    at: fc.array(nasty, { minLength: 1, maxLength: 3 }),
    sample: fc.oneof(nasty, fc.integer(), fc.boolean(), fc.constant(null)),
    required: fc.boolean(),
    description: nasty,
  });
  const found: fc.Arbitrary<FoundLogin> = fc.record({
    title: nasty,
    method: fc.constant('POST'),
    path: nasty.map((each) => `/${each}`),
    servers: fc.array(fc.record({ url: nasty, description: nasty }), { maxLength: 2 }),
    inputs: fc.array(input, { maxLength: 4 }),
    body: fc.constantFrom('json', 'form'),
    answer: fc.record({
      members: fc.array(
        fc.record({
          place: nasty.map((each) => `/${each}`),
          name: fc.oneof(nasty, fc.constantFrom('token', 'expires', 'csrf', 'refresh_token')),
          type: fc.constantFrom('string', 'number'),
          description: nasty,
        }),
        { maxLength: 4 },
      ),
    }),
    doubts: fc.array(
      fc.record({
        pointer: fc.oneof(
          fc.constantFrom('', '/title', '/fields/0', '/login/0/request/json', '/answer', '/use'),
          nasty,
        ),
        text: nasty,
      }),
      { maxLength: 5 },
    ),
  });

  test('the text is YAML that says what the draft does, and no comment leaves its line', () => {
    fc.assert(
      fc.property(found, (each) => {
        const draft = draftOf(each, { name: 'parcels' });
        const document = parseDocument(draftText(draft));
        expect(document.errors).toEqual([]);
        expect(JSON.stringify(document.toJS())).toBe(JSON.stringify(draft.declaration));
      }),
      { numRuns: 300 },
    );
  });

  test('a comment is one printable line', () => {
    fc.assert(
      fc.property(nasty, (doubt) => {
        const plain = text(parcels).split('\n').length;
        const lines = text({ ...parcels, doubts: [{ pointer: '/use', text: doubt }] }).split('\n');
        expect(lines).toHaveLength(plain + 1);
        expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/u);
      }),
      { numRuns: 300 },
    );
  });
});

test('the path of an input is that of its place', () => {
  expect(inputPath({ ...username, at: ['auth', 'a/b'] })).toBe('body /auth/a~1b');
  expect(inputPath({ ...username, in: 'query', at: ['grant_type'] })).toBe('query grant_type');
});
