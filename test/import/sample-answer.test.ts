import { describe, expect, test } from '@jest/globals';
import { readCurl } from '../../src/import/curl.ts';
import { draftOf } from '../../src/import/draft.ts';
import type { FoundAnswer } from '../../src/import/found.ts';
import { answerOf } from '../../src/import/sample-answer.ts';
import { jwt } from '../answers.ts';
import { answered, declared, logIn, refusalOf, secret } from './drafted.ts';

const lasting = jwt({ sub: 'S3CR3T', exp: 1_900_000_000 });
const endless = jwt({ sub: 'S3CR3T' });

/** Answers as they are pasted, and the words that a draft has for them. */
const answers: readonly {
  readonly title: string;
  readonly text: string;
  /** Of the declaration. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** What has to be asked. */
  readonly asks?: readonly string[];
  readonly use?: Readonly<Record<string, unknown>>;
}[] = [
  {
    title: 'OAuth',
    text: '{"access_token": "S3CR3T", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "S3CR3T", "scope": "a"}',
    answer: {
      token: '/access_token',
      refreshToken: '/refresh_token',
      lifetime: { at: '/expires_in' },
    },
  },
  {
    title: 'nested, with a value against forged requests',
    text: '{"success": true, "data": {"session": {"token": "S3CR3T", "csrfToken": "S3CR3T"}}}',
    answer: {
      token: '/data/session/token',
      keep: { csrf_token: { at: '/data/session/csrfToken' } },
    },
  },
  {
    title: 'a JWT of any name, whose exp is enough',
    text: JSON.stringify({ result: lasting, validity: 900 }),
    answer: { token: '/result' },
  },
  {
    title: 'a JWT without an expiry, and a lifetime that has to be asked for',
    text: JSON.stringify({ token: endless, validity: 900 }),
    answer: { token: '/token' },
    asks: ['lifetime'],
  },
  {
    title: 'a moment in ISO 8601',
    text: '{"token": "S3CR3T", "expires_at": "2026-11-26T22:00:00Z"}',
    answer: { token: '/token', lifetime: { until: { at: '/expires_at', as: 'iso' } } },
  },
  {
    title: 'with its head, as curl -i prints it',
    text: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Type: application/json\r\nX-Subject-Token: S3CR3T\r\nDate: Thu, 26 Nov 2026 22:00:00 GMT\r\n\r\n{"user": {"id": 7}}\r\n',
    answer: { token: { header: 'X-Subject-Token' } },
  },
  {
    title: 'as curl -v prints it',
    text: '* Trying 192.0.2.1...\n> POST /login HTTP/2\n> Authorization: Basic S3CR3T\n>\n< HTTP/2 200\n< set-cookie: JSESSIONID=S3CR3T; Path=/; HttpOnly\n<\n{"ok": true}\n* Closing connection',
    answer: { token: { cookie: 'JSESSIONID' } },
  },
  {
    title: 'a head alone, with cookies to remove and to keep',
    text: 'HTTP/2 204\nset-cookie: old=; Max-Age=0\nset-cookie: XSRF-TOKEN=S3CR3T\nset-cookie: sid=S3CR3T; Secure\nstrict-transport-security: max-age=63072000\n',
    answer: { token: { cookie: 'sid' }, keep: { xsrf_token: { at: { cookie: 'XSRF-TOKEN' } } } },
  },
  {
    title: 'headers without a status line, with the scheme before the token',
    text: `Content-Length: 0\nAuthorization: Bearer ${lasting}\n`,
    answer: { token: { header: 'Authorization' } },
    use: { header: 'Authorization', value: '{token}' },
  },
  { title: 'a token alone', text: `${lasting}\n`, answer: { token: { text: true } } },
  { title: 'a token alone, as JSON', text: '"S3CR3T"', answer: { token: '' } },
  {
    title: 'a page’s sample, cut off',
    text: '{"id_token": "eyJraWQiOiJ...", "bearer": "eyJhbGciOiJIUzI1NiJ9.eyJ..."}',
    answer: { token: '/bearer' },
  },
  {
    title: 'nothing that is named like a token',
    text: '{"value": "S3CR3T", "user": {"name": "ada"}}',
    answer: {},
    asks: ['token'],
  },
];

test.each(answers)('$title', async ({ text, answer, asks = [], use }) => {
  const read = answerOf(text);
  expect(JSON.stringify(read)).not.toContain(secret);
  const found = { ...readCurl('curl -d user=a -d password=b https://a.example/l'), answer: read };
  const draft = draftOf(found, { name: 'drafted', server: 'https://a.example' });
  expect(draft.declaration['answer']).toEqual(answer);
  expect(draft.questions.map(({ about }) => about)).toEqual(asks);
  if (use) expect(draft.declaration['use']).toEqual(use);
  expect(await logIn(await declared(answered(found)))).not.toBe('');
});

test('names, types and lengths are kept, and of the values only harmless ones', () => {
  const text = JSON.stringify({
    token: 'S3CR3T-long',
    id: 42,
    pin: 4711,
    ok: true,
    none: null,
    empty: '',
    at: '2026-11-26T22:00:00',
    expires: '1900000000',
    code: '123456',
    roles: ['S3CR3T', 'b', 'c', 'd'],
  });
  expect(members(answerOf(text))).toEqual([
    ['/token', 'string', 11, undefined],
    ['/id', 'number', undefined, 42],
    ['/pin', 'number', undefined, undefined],
    ['/ok', 'boolean', undefined, true],
    ['/none', 'other', undefined, undefined],
    ['/empty', 'string', 0, undefined],
    ['/at', 'string', 19, '2026-11-26T22:00:00'],
    ['/expires', 'string', 10, '1900000000'],
    ['/code', 'string', 6, undefined],
    ['/roles/0', 'string', 6, undefined],
    ['/roles/1', 'string', 1, undefined],
    ['/roles/2', 'string', 1, undefined],
  ]);
});

test('a recording has its headers apart', () => {
  const headers = [
    ['content-type', 'application/json'],
    ['Set-Cookie', 'sid=S3CR3T'],
  ] as const;
  const read = answerOf('{"n": 1}', headers, { status: 201 });
  expect(read.status).toBe(201);
  expect(members(read)).toEqual([
    ['/n', 'number', undefined, 1],
    [{ cookie: 'sid' }, 'string', 6, undefined],
  ]);
});

test('names with control characters, and of the prototype, do no harm', async () => {
  const text = '{"a\\u0007b": "x", "__proto__": {"token": "S3CR3T"}, "constructor": "S3CR3T"}';
  const read = answerOf(text);
  expect(read.members.map(({ place }) => place)).toEqual(['/__proto__/token', '/constructor']);
  const found = { ...readCurl('curl -d user=a -d password=b https://a.example/l'), answer: read };
  await declared(answered(found));
});

describe('is refused without a word of it', () => {
  test.each([
    ['an empty text', ' \n', /no value/],
    ['a page', '<html>S3CR3T</html>', /neither JSON nor a token/],
    ['a sentence', 'Welcome S3CR3T', /neither JSON nor a token/],
    ['broken JSON', '{"token": "S3CR3T"', /not valid JSON/],
    ['a name twice', '{"token": "S3CR3T", "token": "S3CR3T"}', /a name twice/],
    ['a refusal', 'HTTP/1.1 401 Unauthorized\n\n{"error": "S3CR3T"}', /refusal \(401\)/],
    ['deep JSON', '['.repeat(100_000), /nested too deeply/],
    ['a long text', ' '.repeat(5 * 1024 * 1024), /over 4 MiB/],
  ])('%s', (_, text, message) => {
    expect(refusalOf(() => answerOf(text))).toMatch(message);
  });
});

function members(answer: FoundAnswer): readonly unknown[] {
  return answer.members.map(({ place, type, length, sample }) => [place, type, length, sample]);
}
