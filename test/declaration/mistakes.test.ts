/** The mistakes that people make in a declaration, and the messages: each can be found by its message alone. */
import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../src/declaration/read.ts';
import { problemText } from '../../src/providers/declared.ts';

const right = `version: 1
title: My API
environments:
  - { name: production, baseUrl: https://api.example.com }
fields:
  - { name: username, label: User name, secret: false }
  - { name: password, label: Password, secret: true }
login:
  - fields: [username, password]
    request:
      method: POST
      path: /login
      json: { username: "{username}", password: "{password}" }
answer:
  token: /token
  lifetime: { at: /expires_in }
use:
  header: Authorization
  value: Bearer {token}
`;

/** What is wrong, what it is written in place of, and the whole of what is said. */
const mistakes: readonly (readonly [
  mistake: string,
  right: string,
  wrong: string,
  says: readonly string[],
])[] = [
  [
    'type of no body',
    'json: { username: "{username}", password: "{password}" }',
    'headers: { content-type: application/json, A: "{username}{password}" }',
    [
      'line 13, /login/0/request/headers/content-type: content-type is not sent with a request that has no body',
    ],
  ],
  [
    'misspelt placeholder',
    '"{password}" }',
    '"{pasword}" }',
    ['line 13, /login/0/request/json/password: there is no {pasword}; did you mean password?'],
  ],
  [
    'misspelt word',
    'fields: [username, password]',
    'field: [username, password]',
    [
      'line 9, /login/0: "fields" is missing',
      'line 9, /login/0/field: unknown word "field"; did you mean fields?',
    ],
  ],
  [
    'misspelt word, beside others of every kind',
    `  - { name: password, label: Password, secret: true }
login:
  - fields: [username, password]
    request:
      method: POST
      path: /login
      json: { username: "{username}", password: "{password}" }
answer:
  token: /token
  lifetime: { at: /expires_in }
use:
  header: Authorization
  value: Bearer {token}
`,
    `  - { name: password, label: Password, secret: true }
login:
  - fields: [username, password]
    request:
      method: POST
      path: /login
      json: { username: "{username}" }
answer:
  token: /token
  lifetime: { at: /expires_in, units: ms }
use:
  header: Authorization
  value: Bearer
`,
    [
      'line 7, /fields/1: the field password is not used',
      'line 16, /answer/lifetime/units: unknown word "units"; did you mean unit?',
      'line 17, /use: nothing in "use" has {token}',
    ],
  ],
  [
    'pointer without slash',
    'token: /token',
    'token: token',
    [
      'line 15, /answer/token: expected a place: a JSON pointer such as /token, or an object with header, cookie, text or value',
    ],
  ],
  [
    'unquoted placeholder',
    '"{username}"',
    '{username}',
    [
      'line 6, /fields/0: the field username is not used',
      'line 13, /login/0/request/json/username: text that begins with { needs quotes',
    ],
  ],
  [
    'body instead of json',
    '      json:',
    '      body:',
    ['line 13, /login/0/request/body: unknown word "body"; did you mean json or form or text?'],
  ],
  [
    'url with query',
    'path: /login',
    'path: /login?x=1',
    [
      'line 12, /login/0/request/path: expected a path that begins with / and has no ?, which "query" is for',
    ],
  ],
  [
    'lower-case method',
    'method: POST',
    'method: post',
    [
      'line 11, /login/0/request/method: expected one of GET, POST, PUT, PATCH, DELETE; did you mean POST?',
    ],
  ],
  [
    'http base url without scheme',
    'https://api.example.com',
    'api.example.com',
    ['line 4, /environments/0/baseUrl: expected a URL that begins with https:// or http://'],
  ],
  ['secret missing', ', secret: true', '', ['line 7, /fields/1: "secret" is missing']],
  [
    'token in login',
    '"{password}" }',
    '"{token}" }',
    [
      'line 7, /fields/1: the field password is not used',
      'line 13, /login/0/request/json/password: {token} cannot be used in a login: there is none there',
    ],
  ],
  [
    'secret in use',
    'Bearer {token}',
    'Bearer {token} {password}',
    [
      'line 19, /use/value: the secret {password} would be sent with every call: say so with "carried": true in its field',
    ],
  ],
  [
    'login field unknown',
    '[username, password]',
    '[user, password]',
    [
      'line 9, /login/0/fields/0: there is no field user; did you mean username?',
      'line 9, /login/0/fields: the login uses {username}, which is not among its fields',
    ],
  ],
  [
    'field not in login',
    '[username, password]',
    '[username]',
    ['line 9, /login/0/fields: the login uses {password}, which is not among its fields'],
  ],
  [
    'unused field',
    '"{username}", password',
    '"x", password',
    ['line 6, /fields/0: the field username is not used'],
  ],
  [
    'number as text',
    'path: /login',
    'path: 5',
    [
      'line 12, /login/0/request/path: expected a path that begins with / and has no ?, which "query" is for: put quotes around it',
    ],
  ],
  [
    'two bodies',
    '      json:',
    '      form: { a: b }\n      json:',
    ['line 13, /login/0/request/form: a request has only one of json, form and text'],
  ],
  ['indentation', '  token: /token', '   token: /token', ['line 16: the indentation does not fit']],
  ['tab', '  token: /token', '\ttoken: /token', ['line 15: it is indented with a tab']],
  [
    'duplicate key',
    '  token: /token',
    '  token: /token\n  token: /jwt',
    ['line 16: a name is there twice'],
  ],
  [
    'lifetime unit word',
    '{ at: /expires_in }',
    '{ at: /expires_in, unit: seconds }',
    ['line 16, /answer/lifetime/unit: expected one of s, ms, min, h, d, d:hh:mm; did you mean s?'],
  ],
  [
    'refresh flat',
    'use:',
    'refresh:\n  method: POST\n  path: /refresh\nuse:',
    [
      'line 17, /refresh: "request" is missing',
      'line 18, /refresh/method: unknown word "method": expected request, answer, expired, exclusive',
      'line 19, /refresh/path: unknown word "path": expected request, answer, expired, exclusive',
    ],
  ],
  [
    'pointer old word',
    'use:',
    'verify:\n  request: { method: GET, path: /me }\n  accepted: { body: [{ pointer: /ok }] }\nuse:',
    [
      'line 19, /verify/accepted/body/0: "at" is missing',
      'line 19, /verify/accepted/body/0/pointer: unknown word "pointer"; did you mean at?',
    ],
  ],
  [
    'place misspelt',
    'token: /token',
    'token: { heder: X-Token }',
    ['line 15, /answer/token/heder: unknown word "heder"; did you mean header?'],
  ],
  [
    'place of two',
    'token: /token',
    'token: { header: X-Token, cookie: a }',
    ['line 15, /answer/token/cookie: expected only one of header, cookie, text, value'],
  ],
  [
    'function misspelt',
    'answer:',
    'derive:\n  hash: { sha265: { of: "{password}" } }\nanswer:',
    ['line 15, /derive/hash/sha265: unknown word "sha265"; did you mean sha256?'],
  ],
  [
    'later derived',
    'answer:',
    'derive:\n  a: { md5: { of: "{b}" } }\n  b: { md5: { of: "{password}" } }\nanswer:',
    [
      'line 15, /derive/a/md5/of: {b} is derived further down: a value can use only those above it',
      'line 15, /derive/a: the value a is not used',
    ],
  ],
  [
    'reserved field',
    'name: username,',
    'name: token,',
    [
      'line 6, /fields/0/name: token is a reserved name',
      'line 9, /login/0/fields/0: there is no field username',
      'line 13, /login/0/request/json/username: there is no {username}',
    ],
  ],
  [
    'host header',
    '      path: /login',
    '      path: /login\n      headers: { Host: a }',
    ['line 13, /login/0/request/headers/Host: the header Host cannot be declared'],
  ],
  [
    'missing use',
    'use:\n  header: Authorization\n  value: Bearer {token}\n',
    '',
    ['"use" is missing'],
  ],
  [
    'header without value',
    '  value: Bearer {token}\n',
    '',
    ['line 17, /use: "header" and "value" belong together: "value" is missing'],
  ],
  [
    'alias',
    'answer:\n  token: /token',
    'answer: &a\n  token: /token',
    ['line 15: an anchor is not allowed'],
  ],
  ['tag', 'token: /token', 'token: !!str /token', ['line 15: a tag is not allowed']],
  ['version as text', 'version: 1', 'version: "1"', ['line 1, /version: expected 1']],
  [
    'epoch without unit',
    '{ at: /expires_in }',
    '{ until: { at: /exp, as: epoch } }',
    ['line 16, /answer/lifetime/until: an "epoch" needs its "unit": s, ms or us'],
  ],
  [
    'status as text',
    'use:',
    'verify:\n  request: { method: GET, path: /me }\n  accepted: { status: 200 }\nuse:',
    ['line 19, /verify/accepted/status: expected a list'],
  ],
  [
    'unknown top word',
    'use:',
    'logut:\n  request: { method: POST, path: /x }\nuse:',
    ['line 17, /logut: unknown word "logut"; did you mean logout?'],
  ],
  [
    'fields as object',
    'fields:\n  - { name: username, label: User name, secret: false }\n  - { name: password, label: Password, secret: true }',
    'fields:\n  username: { label: User name, secret: false }',
    ['line 5, /fields: expected a list'],
  ],
  [
    'host placeholder',
    'https://api.example.com',
    'https://{username}.com',
    ['line 4: a character does not belong there; text that begins with { needs quotes'],
  ],
  ['two documents', 'use:', '---\nuse:', ['it has more than one YAML document']],
  [
    'brace',
    'Bearer {token}',
    'Bearer {token',
    [
      'line 19, /use/value: { does not belong to a placeholder: a name has lower-case letters, digits and _, and a literal brace is doubled',
    ],
  ],
  [
    'fields name upper',
    'name: username,',
    'name: userName,',
    ['line 6, /fields/0/name: expected a name of lower-case letters, digits and _'],
  ],
];

const problemsOf = async (text: string, format: 'yaml' | 'json' = 'yaml') => {
  const options = { format, fallbackName: 'my-api', builtIn: ['ropo'] };
  return (await readDeclaration(Buffer.from(text), options)).problems?.map(problemText) ?? [];
};

test('the declaration without mistakes is accepted', async () => {
  expect(await problemsOf(right)).toEqual([]);
});

test.each(mistakes)('%s', async (_, given, wrong, says) => {
  expect(right).toContain(given);
  expect(await problemsOf(right.replace(given, wrong))).toEqual(says);
});

test('mistakes of the schema do not hide those of placeholders', async () => {
  const wrong = right
    .replace('title:', '#')
    .replace('method: POST', 'method: post')
    .replace('"{password}"', '"{pasword}"');
  expect(await problemsOf(wrong)).toEqual([
    expect.stringContaining('"title" is missing'),
    expect.stringContaining('/method: expected one of GET, POST'),
    expect.stringContaining('there is no {pasword}; did you mean password?'),
  ]);
});

test('mistakes in the answer of a step, or in that to a refresh, do not hide those of placeholders', async () => {
  const steps = `
    steps:
      - request: { method: GET, path: /csrf }
        accepted: { status: 409 }
        keep: { csrf: { at: /csrf } }
    request:`;
  const refresh = `refresh:
  answer: { token: token }
  request: { method: POST, path: /refresh, json: { token: "{tokn}" } }
use:`;
  const wrong = right
    .replace('\n    request:', steps)
    .replace('"{password}"', '"{password}{csr}"')
    .replace('use:', refresh);
  expect(await problemsOf(wrong)).toEqual([
    expect.stringContaining('/steps/0/accepted/status: expected a list'),
    expect.stringContaining('there is no {csr}; did you mean csrf?'),
    expect.stringContaining('/refresh/answer/token: expected a place'),
    expect.stringContaining('there is no {tokn}; did you mean token?'),
  ]);
});

test('mistakes in what a step keeps are not taken for those of placeholders', async () => {
  const wrong = right.replace(
    '\n    request:',
    '\n    steps:\n      - { request: { method: GET, path: /a }, keep: { Csrf: /a } }\n    request:',
  );
  expect(await problemsOf(wrong.replace('"{password}"', '"{password}{csrf}"'))).toEqual([
    expect.stringContaining('/keep/Csrf: "Csrf" cannot be a name here'),
  ]);
});

test('all braces that belong to no placeholder are said', async () => {
  const wrong = right.replaceAll('"{password}"', '"{password"').replaceAll('"{user', '"}{user');
  const said = await problemsOf(wrong);
  expect(said.filter((each) => each.includes('does not belong')).length).toBeGreaterThan(1);
});

describe('a request about a token', () => {
  const request = (json: string) => `request: { method: POST, path: /x, json: ${json} }`;
  const [head = '', use = ''] = right.split(/^(?=use:)/m);
  const withRefresh = (json: string, answer = '') =>
    `${head.replace(/^answer:\n/m, `answer:\n${answer}`)}refresh:\n  ${request(json)}\n${use}`;

  test.each([
    ['{ a: "{token}" }', '', []],
    ['{ a: "{refresh_token}" }', '  refreshToken: /r\n', []],
    [
      '{ a: "b" }',
      '',
      ['the request has neither {refresh_token} nor {token}, and "use" is not added to it'],
    ],
    ['{ a: "{refresh_token}" }', '', ['{refresh_token} needs "refreshToken" in "answer"']],
  ])('that renews it has it: %s', async (json, answer, says) => {
    expect(await problemsOf(withRefresh(json, answer))).toEqual(
      says.map((each) => expect.stringContaining(`/refresh/request: ${each}`)),
    );
  });

  test.each(['verify', 'logout'])('%s has it, or gets it', async (name) => {
    const section = (more: string, json: string) =>
      `${head}${name}:\n${more}  ${request(json)}\n${use}`;
    expect(await problemsOf(section('', '{ a: b }'))).toEqual([]);
    expect(await problemsOf(section('  bare: true\n', '{ a: "{token}" }'))).toEqual([]);
    expect(await problemsOf(section('  bare: true\n', '{ a: b }'))).toEqual([
      expect.stringContaining(
        `/${name}/request: the request has no {token}, and a "bare" one gets none`,
      ),
    ]);
  });
});

describe('a file', () => {
  test('in JSON says the lines too', async () => {
    const text = '{\n  "version": 1,\n  "titel": "x"\n}';
    expect(await problemsOf(text, 'json')).toContain(
      'line 3, /titel: unknown word "titel"; did you mean title?',
    );
  });

  test.each([
    [
      'with a name twice, in JSON',
      '{"version": 1,\n"title": "a",\n"title": "b"}',
      'line 3: a name is there twice',
    ],
    [
      'that is not JSON',
      '{"version": 1',
      'line 1: a character is missing, such as a quote, a comma or a bracket',
    ],
    [
      'with a comma too many, in JSON',
      '{"version": 1,\n"title": "a",\n}',
      'line 3: it is not valid JSON, which has no comments and no comma before a bracket',
    ],
    ['nested without end, in JSON', `{"a":${'['.repeat(30_000)}`, 'it is nested too deeply'],
  ])('%s', async (_, text, says) => {
    expect(await problemsOf(text, 'json')).toEqual([says]);
  });

  test.each([
    ['that is empty', '', 'it is empty'],
    ['that is too large', `# ${'x'.repeat(65_536)}`, 'it is larger than 64 KiB'],
    ['nested without end', '['.repeat(20_000), expect.any(String)],
    ['lists without end in a line', `version: 1\n${'- '.repeat(3000)}`, 'it is nested too deeply'],
    [
      'of aliases that grow',
      'a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]',
      'line 1: an anchor is not allowed',
    ],
  ])('%s', async (_, text, says) => {
    const [first] = await problemsOf(text);
    expect(first).toEqual(says);
  });

  test('that is not UTF-8', async () => {
    const options = { format: 'yaml', fallbackName: 'my-api', builtIn: [] } as const;
    const { problems } = await readDeclaration(Buffer.from([0x61, 0xff]), options);
    expect(problems?.map(problemText)).toEqual(['it is not UTF-8 text']);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'with %s in every place is refused or harmless',
    async (name) => {
      for (const line of [
        `${name}: 1`,
        `sandbox: { credentials: { ${name}: x }, success: { status: 200 }, refused: { status: 401 } }`,
      ]) {
        await problemsOf(`${right}${line}\n`);
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      }
      expect((await problemsOf(`${right}${name}: { polluted: true }\n`)).length).toBeGreaterThan(0);
    },
  );
});

test('the name of a built-in provider cannot be taken', async () => {
  expect(await problemsOf(right.replace('title:', 'name: ropo\ntitle:'))).toEqual([
    'line 2, /name: ropo is the name of a built-in provider',
  ]);
});
