import { describe, expect, test } from '@jest/globals';
import type { FoundLogin, Input } from '../../src/import/found.ts';
import { askToken, memberWords, settle, urlProblem } from '../../src/import/questions.ts';
import type { Conversation, Item } from '../../src/terminal/conversing.ts';

/** A user who answers in this order, and what was shown. */
function user(answers: readonly (string | readonly string[])[]) {
  const left = [...answers];
  const asked: { readonly message: string; readonly items: readonly Item[] }[] = [];
  const said: string[] = [];
  const next = <T>(message: string, items: readonly Item[] = []) => {
    asked.push({ message, items });
    return left.shift() as T;
  };
  const conversation: Conversation = {
    columns: () => 80,
    rows: () => 24,
    say: (text) => void said.push(text),
    text: async ({ message }) => next(message),
    pick: async (message, items) => next(message, items),
    some: async (message, items) => next(message, items),
    paste: async (message) => next(message),
    wait: async () => {},
  };
  return { conversation, asked, said, left };
}

const input = (name: string, required = true): Input => ({
  ...{ in: 'body', at: [name], required, type: 'string' },
});
const found: FoundLogin = {
  ...{ title: 'Parcels', method: 'POST', path: '/login', body: 'json', doubts: [] },
  servers: [{ url: 'https://api.parcels.example', description: 'live' }],
  inputs: [input('username'), input('password')],
};
const known = { name: 'parcels', server: 'https://api.parcels.example' };

describe('the open questions', () => {
  test('are asked once each', async () => {
    const { conversation, asked, left } = user([
      'https://api.parcels.example',
      ['body /realm'],
      'member',
      'data.token',
    ]);
    const spare = [input('realm', false), input('locale', false)];
    const { draft } = await settle(
      conversation,
      { found: { ...found, inputs: [...found.inputs, ...spare] }, answers: { name: 'parcels' } },
      { canTry: false },
    );
    expect(left).toEqual([]);
    expect(asked.map(({ message }) => message)).toEqual([
      'Which server? Your password will go there.',
      'Which of these does your login send?',
      'Where is the token in the answer?',
      'Its name, such as token or data.token',
    ]);
    expect(draft.questions).toEqual([]);
    expect(draft.declaration).toMatchObject({
      environments: [{ baseUrl: 'https://api.parcels.example' }],
      fields: [{ name: 'username' }, { name: 'password' }, { name: 'realm' }],
      answer: { token: '/data/token' },
    });
  });

  test('may stay open', async () => {
    const { conversation } = user(['open']);
    const { draft } = await settle(conversation, { found, answers: known }, { canTry: false });
    expect(draft.questions.map(({ about }) => about)).toEqual(['token']);
  });

  test('leave the token to a login that will be tried', async () => {
    const { conversation, asked } = user([]);
    await settle(conversation, { found, answers: known }, { canTry: true });
    expect(asked).toEqual([]);
  });

  test.each([
    ['90', 's'],
    ['1700000000', 'epoch-s'],
    ['1700000000000', 'epoch-ms'],
    ['tomorrow', 'iso'],
  ])('begin with the likely unit of %s', async (sample, unit) => {
    const { conversation, asked } = user(['none']);
    const answer = {
      members: [
        { place: '/token', name: 'token', type: 'string' },
        { place: '/valid', name: 'valid', type: 'number', sample },
      ],
    } as const;
    await settle(conversation, { found: { ...found, answer }, answers: known }, { canTry: false });
    expect(asked[0]?.message).toBe(`How does /valid (${sample}) say when the token ends?`);
    expect(asked[0]?.items[0]?.value).toBe(unit);
    expect(asked[0]?.items.at(-1)?.value).toBe('none');
  });
});

describe('the place of the token', () => {
  const ask = async (answers: readonly string[]) => {
    const { conversation, said } = user(answers);
    const now = await askToken(conversation, { found, answers: known }, { canTry: true });
    return { ...now, said };
  };

  test.each([
    [['header', 'X-Token'], { header: 'X-Token' }],
    [['cookie', 'sid'], { cookie: 'sid' }],
    [['text'], { text: true }],
  ])('%j', async (answers, token) => {
    expect((await ask(answers)).answers.token).toEqual(token);
  });

  test('is found in a pasted answer, of which no text is kept', async () => {
    const now = await ask(['paste', JSON.stringify({ jwt: 'c4nary', expires_in: 60 })]);
    expect(now.found.answer?.members.map(({ place }) => place)).toEqual(['/jwt', '/expires_in']);
    expect(JSON.stringify(now)).not.toContain('c4nary');
  });

  test('is asked for again after a paste that is a refusal', async () => {
    const now = await ask(['paste', 'HTTP/1.1 401 c4nary\n\n{}', 'header', 'X-Token']);
    expect(now.answers.token).toEqual({ header: 'X-Token' });
    expect(now.said).toHaveLength(1);
    expect(now.said.join()).not.toContain('c4nary');
  });

  test('is one of those that an answer has, or elsewhere', async () => {
    const members = [
      { place: '/a', name: 'a', type: 'string', length: 20 },
      { place: '/b', name: 'b', type: 'string', length: 40 },
      { place: '/n', name: 'n', type: 'number' },
    ] as const;
    const { conversation, asked } = user(['0', 'elsewhere', 'cookie', 'sid']);
    const now = { found: { ...found, answer: { members } }, answers: known };
    const first = await askToken(conversation, now, { canTry: false });
    expect(first.answers.token).toBe('/b');
    const second = await askToken(conversation, now, { canTry: false });
    expect(second.answers.token).toEqual({ cookie: 'sid' });
    expect(asked[0]?.items.map(({ label }) => label)).toEqual([
      '/b: text, 40 characters',
      '/a: text, 20 characters',
      'elsewhere',
    ]);
  });

  test('is shown with its type and length', () => {
    const text = { place: '/token', name: 'token', type: 'string', length: 1 } as const;
    expect(memberWords(text)).toBe('/token: text, 1 character');
    expect(memberWords({ ...text, type: 'number', length: 2 })).toContain('a number');
  });
});

test.each([
  ['https://api.acme.example/v1', undefined],
  ['api.acme.example', undefined],
  ['https://{tenant}.acme.example', undefined],
  ['http://localhost:8080', undefined],
  ['http://api.acme.example', /plain http/],
  ['https://me:pw@acme.example', /user name or password/],
  ['https://acme.example?x=1', /query/],
  ['not a server', /not a valid URL/],
])('the server %s', (url, problem) => {
  if (problem) expect(urlProblem(url)).toMatch(problem);
  else expect(urlProblem(url)).toBeUndefined();
});
