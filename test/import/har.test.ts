import { describe, expect, test } from '@jest/globals';
import { readHar } from '../../src/import/har.ts';
import { jwt } from '../answers.ts';
import { answered, declared, fieldsOf, logIn, refusalOf, secret } from './drafted.ts';
import { har, noise, type Recorded } from './recordings.ts';

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';
const token = 'S3CR3T-0123456789';

const logins: readonly {
  readonly title: string;
  readonly entry: Recorded;
  readonly after?: readonly Recorded[];
  readonly operation: string;
  readonly fields: string;
  readonly answer: unknown;
  readonly use?: unknown;
}[] = [
  {
    title: 'JSON, with the token in later calls',
    entry: {
      method: 'POST',
      url: 'https://api.vendor.example/auth/login',
      headers: { 'content-type': json, origin: 'https://app.vendor.example' },
      body: [json, '{"email":"ada@vendor.example","password":"S3CR3T"}'],
      answer: { user: { id: 7 }, value: token },
    },
    after: [
      {
        url: 'https://api.vendor.example/me',
        headers: { Authorization: `Token ${token}` },
        answer: {},
      },
    ],
    operation: 'POST:/auth/login',
    fields: 'email password*',
    answer: { token: '/value' },
    use: { header: 'Authorization', value: 'Token {token}' },
  },
  {
    title: 'a form with parameters, as Firefox has them, and a cookie',
    entry: {
      method: 'POST',
      url: 'https://app.vendor.example/session',
      params: { username: 'ada%40vendor.example', password: 'S3CR3T', remember: 'true' },
      answer: {},
      answerHeaders: [['set-cookie', `lang=en; Path=/\nsid=${token}; HttpOnly`]],
    },
    after: [{ url: 'https://app.vendor.example/api/me', headers: { Cookie: `a=b; sid=${token}` } }],
    operation: 'POST:/session',
    fields: 'username password*',
    answer: { token: { cookie: 'sid' } },
    use: { cookie: { sid: '{token}' } },
  },
  {
    title: 'a body in base64, whose answer has a lifetime',
    entry: {
      method: 'POST',
      url: 'https://id.vendor.example/oauth/token?x=1',
      body: [form, 'grant_type=password&username=ada&password=S3CR3T&client_id=web'],
      answer: { access_token: token, expires_in: 300, refresh_token: 'S3CR3T' },
      base64: true,
    },
    operation: 'POST:/oauth/token',
    fields: 'x* username password* client_id',
    answer: {
      token: '/access_token',
      refreshToken: '/refresh_token',
      lifetime: { at: '/expires_in' },
    },
  },
  {
    title: 'a header of the answer, with its scheme',
    entry: {
      method: 'POST',
      url: 'https://api.vendor.example/login',
      body: [json, '{"username":"ada","password":"S3CR3T"}'],
      answerHeaders: [['Authorization', `Bearer ${jwt({ exp: 1_900_000_000 })}`]],
    },
    operation: 'POST:/login',
    fields: 'username password*',
    answer: { token: { header: 'Authorization' } },
    use: { header: 'Authorization', value: '{token}' },
  },
  {
    title: 'GraphQL',
    entry: {
      method: 'POST',
      url: 'https://api.vendor.example/graphql',
      body: [
        json,
        '{"operationName":"Login","query":"mutation Login($p: String!) { login(p: $p) { token } }","variables":{"password":"S3CR3T"}}',
      ],
      answer: { data: { login: { token } } },
    },
    operation: 'POST:/graphql',
    fields: 'password*',
    answer: { token: '/data/login/token' },
  },
  {
    title: 'Basic authentication',
    entry: {
      method: 'GET',
      url: 'https://api.vendor.example/api/tokens',
      headers: { Authorization: 'Basic YWRhOlMzQ1IzVA==' },
      answer: { token },
    },
    operation: 'GET:/api/tokens',
    fields: 'user password*',
    answer: { token: '/token' },
  },
  {
    title: 'a second try, after a refusal',
    entry: {
      method: 'POST',
      url: 'https://api.vendor.example/v1/sign-in',
      body: [json, '{"user":"ada","pass":"S3CR3T-wrong"}'],
      status: 401,
      answer: { token: 'S3CR3T' },
    },
    after: [
      {
        method: 'POST',
        url: 'https://api.vendor.example/v1/sign-in',
        body: [json, '{"user":"ada","pass":"S3CR3T"}'],
        answer: { jwt: token },
      },
    ],
    operation: 'POST:/v1/sign-in',
    fields: 'user pass*',
    answer: { token: '/jwt' },
  },
  {
    title: 'a renewal beside it',
    entry: {
      method: 'POST',
      url: 'https://api.vendor.example/auth/token/refresh',
      body: [json, '{"refresh_token":"S3CR3T"}'],
      answer: { access_token: 'S3CR3T' },
    },
    after: [
      {
        method: 'POST',
        url: 'https://api.vendor.example/auth/token',
        body: [json, '{"login":"ada","password":"S3CR3T"}'],
        answer: { access_token: token },
      },
    ],
    operation: 'POST:/auth/token',
    fields: 'login password*',
    answer: { token: '/access_token' },
  },
  {
    title: 'a change of the password beside it',
    entry: {
      method: 'PUT',
      url: 'https://api.vendor.example/account/password',
      body: [json, '{"old_password":"S3CR3T","new_password":"S3CR3T"}'],
    },
    after: [
      {
        method: 'PUT',
        url: 'https://api.vendor.example/account/session',
        body: [json, '{"account":"ada","secret":"S3CR3T"}'],
        answer: { session_id: token },
      },
    ],
    operation: 'PUT:/account/session',
    fields: 'account secret*',
    answer: { token: '/session_id' },
  },
  {
    title: 'without an answer, as recordings without sensitive data are',
    entry: {
      method: 'POST',
      url: 'https://api.vendor.example/identity/logon',
      body: [json, '{"userName":"ada","passWord":"S3CR3T"}'],
    },
    operation: 'POST:/identity/logon',
    fields: 'user_name pass_word*',
    answer: { token: '/token' },
  },
];

test.each(logins)('$title', async ({ entry, after = [], operation, fields, answer, use }) => {
  const candidates = readHar(har(...noise, entry, ...after));
  const shown = candidates.map(({ read: _, ...each }) => each);
  expect(JSON.stringify(shown)).not.toContain(secret);
  const [best, second] = candidates;
  expect(best?.operation).toBe(operation);
  expect(best?.score).toBeGreaterThan(second?.score ?? 0);
  if (!best) return;
  const found = best.read();
  const declaration = await declared(answered(found));
  expect(fieldsOf(declaration)).toBe(fields);
  expect(declaration.answer).toEqual(answer);
  if (use) expect(declaration.use).toEqual(use);
  expect(await logIn(declaration)).not.toBe('');
});

test('what belongs to the page is no candidate', () => {
  const operations = readHar(har(...noise)).map(({ operation }) => operation);
  expect(operations.sort()).toEqual(['GET:/config', 'POST:/auth/logout', 'POST:/collect']);
});

test('redirects are none either', () => {
  expect(() => readHar(har({ url: 'https://a.example/login', status: 302 }))).toThrow(
    'the recording has no request that could be a login',
  );
});

test('a login that cannot be declared comes after one that can, and says why', () => {
  const xml: Recorded = {
    method: 'POST',
    url: `https://a.example/login/${'S3CR3T0'.repeat(5)}`,
    body: ['text/xml', '<a><password>S3CR3T</password></a>'],
  };
  const problem = 'the body of the request is neither JSON nor a form';
  const { entry } = logins[0] ?? { entry: xml };
  const me: Recorded = { url: 'https://a.example/me', answer: { a: 1 } };
  const [, second] = readHar(har(xml, me, entry));
  expect(second?.operation).toBe('POST:/login/…');
  expect(second?.reasons).toContain(problem);
  expect(() => second?.read()).toThrow(problem);
});

describe('a hostile recording', () => {
  test.each([
    ['no JSON', 'S3CR3T', /not valid JSON/],
    ['no recording', '{"S3CR3T": 1}', /no HAR recording/],
    ['200 MB', ' '.repeat(200 * 1024 * 1024), /over 64 MiB/],
    ['deep', '{"log":'.repeat(10_000), /nested too deeply/],
    ['of odd entries', '{"log": {"entries": [null, 1, "a", [], {"request": []}]}}', /no request/],
  ])('%s', (_, text, message) => {
    expect(refusalOf(() => readHar(text))).toMatch(message);
  });

  test('names with control characters stay out of what is shown', () => {
    const url = 'https://a.example/login/\u001b[2J\u202e';
    const [best] = readHar(har({ method: 'POST', url, body: [form, 'user\u0007=a&password=b'] }));
    expect(best?.operation).toBe('POST:/login/%1B%5B2J%E2%80%AE');
    expect(JSON.stringify(best?.read())).not.toMatch(/\\u0007|\\u001b/);
  });

  test('thousands of requests take no time', () => {
    const many = Array.from({ length: 3000 }, (_, at) => ({
      method: 'POST',
      url: `https://a.example/${at}`,
      body: [json, '{"a":"b"}'] as const,
      answer: { token: 'x' },
    }));
    expect(readHar(har(...many))).toHaveLength(100);
  });
});
