import { describe, expect, test } from '@jest/globals';
import { readPostman } from '../../src/import/postman.ts';
import { apiKey, collection, graphql, older, raw, urlencoded } from './collections.ts';
import { answered, declared, fieldsOf, logIn, refusalOf, secret } from './drafted.ts';

const cases: readonly {
  readonly title: string;
  readonly text: string;
  readonly operation: string;
  readonly summary: string;
  readonly server: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly fields: string;
  readonly answer?: Readonly<Record<string, unknown>>;
  readonly doubt?: RegExp;
}[] = [
  {
    title: 'a raw body, variables and a saved example',
    text: raw,
    operation: 'POST:/v1/auth/login',
    summary: 'Auth / Log in',
    server: 'https://eu.api.vendor.example',
    request: {
      headers: { 'X-Channel': 'web' },
      json: { username: '{username}', password: '{password}', company: '{company}' },
      query: { locale: '{locale}' },
    },
    fields: 'locale username password* company',
    answer: { token: '/data/accessToken', lifetime: { at: '/data/expiresIn' } },
  },
  {
    title: 'a form, and the authentication and the script of its folder',
    text: urlencoded,
    operation: 'POST:/oauth2/token',
    summary: 'OAuth / Get a token',
    server: 'https://{tenant}.vendor.example.com',
    request: {
      basic: { user: '{client_id}', password: '{client_secret}' },
      form: { grant_type: 'client_credentials', scope: '{scope}' },
    },
    fields: 'tenant client_id client_secret* scope',
    doubt: /a script runs before the request/,
  },
  {
    title: 'version 2.0',
    text: older,
    operation: 'POST:/sessions',
    summary: 'Create a session',
    server: 'https://api.vendor.example',
    request: { basic: { user: '{user}', password: '{password}' }, json: { ttl: 60 } },
    fields: 'user password*',
    answer: { token: { cookie: 'session_id' } },
  },
  {
    title: 'an API key, and a URL of parts',
    text: apiKey,
    operation: 'POST:/projects/{project}/v2/token',
    summary: 'Token',
    server: 'https://api.vendor.example:8443',
    request: { path: '/projects/{project}/v2/token', headers: { 'X-Vendor': '{x_vendor}' } },
    fields: 'project x_vendor*',
  },
  {
    title: 'GraphQL',
    text: graphql,
    operation: 'POST:/graphql',
    summary: 'Login',
    server: 'https://api.vendor.example',
    request: { json: { variables: { name: '{variables_name}', password: '{password}' } } },
    fields: 'variables_name password*',
    answer: { token: '/data/login/token' },
  },
];

test.each(cases)('$title', async (each) => {
  const candidates = readPostman(each.text);
  const shown = candidates.map(({ read: _, ...rest }) => rest);
  expect(JSON.stringify(shown)).not.toContain(secret);
  const [best] = candidates;
  expect(best).toMatchObject({ operation: each.operation, summary: each.summary });
  expect(best?.score).toBeGreaterThanOrEqual(4);
  if (!best) return;
  const draft = answered(best.read());
  const declaration = await declared(draft);
  expect(declaration.environments?.map(({ baseUrl }) => baseUrl)).toEqual([each.server]);
  expect(declaration.login[0]?.request).toMatchObject(each.request);
  expect(fieldsOf(declaration)).toBe(each.fields);
  expect(declaration.answer).toEqual(each.answer ?? { token: '/token' });
  if (each.doubt) {
    expect(draft.doubts.map(({ text }) => text)).toContainEqual(expect.stringMatching(each.doubt));
  }
  expect(await logIn(declaration)).not.toBe('');
});

describe('a hostile collection', () => {
  const deep = (levels: number): unknown =>
    levels === 0
      ? { name: 'x', request: 'https://a.example/login' }
      : { name: 'x', item: [deep(levels - 1)] };

  test.each([
    ['no JSON', 'S3CR3T', /not valid JSON/],
    ['no collection', '{"S3CR3T": []}', /no Postman collection/],
    ['version 1', '{"requests": [{"url": "S3CR3T"}]}', /version 1/],
    ['200 MB', ' '.repeat(200 * 1024 * 1024), /over 64 MiB/],
    ['deep', '{"item":['.repeat(10_000), /nested too deeply/],
    ['of deep folders', collection([deep(80)]), /no request/],
    ['of odd items', collection([null, 1, 'a', [], { request: 1 }, { item: {} }]), /no request/],
  ])('%s', (_, text, message) => {
    expect(refusalOf(() => readPostman(text))).toMatch(message);
  });

  test('variables that name each other end', () => {
    const variable = [
      { key: 'a', value: '{{b}}{{b}}{{b}}' },
      { key: 'b', value: '{{a}}{{a}}{{a}}' },
    ];
    const item = [{ name: 'x', request: { method: 'POST', url: 'https://a.example/{{a}}' } }];
    expect(() => readPostman(collection(item, { variable }))).not.toThrow();
  });

  test('names with control characters are shown as text', () => {
    const item = [
      { name: 'a\u001b[2J\nb', request: { method: 'POST', url: 'https://a.example/login' } },
    ];
    expect(readPostman(collection(item))[0]?.summary).toBe('a [2J b');
  });
});
