/** The conversation that makes a provider, on a terminal of 80 columns and 24 rows. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { type Env, type Home, newHome, output, program, project, run } from './harness.ts';
import { serve } from './servers.ts';

const secret = 'c4nary-pass';
const enter = '\r';
const down = '\x1b[B';

/** A text to wait for, and what is typed then. */
type Step = readonly [shown: string, keys: string];

async function converse(
  home: Home,
  args: readonly string[],
  steps: readonly Step[],
  { before = [], env = {} }: { readonly before?: readonly string[]; readonly env?: Env } = {},
) {
  const pty = ['python3', join(project, 'test/e2e/on-terminal.py'), JSON.stringify(steps)];
  const command = [...pty, ...before, ...program, ...args];
  const { stdout, stderr } = await run(command, { home, env: { TERM: 'xterm', ...env } });
  expect(stderr).toBe('');
  const [, screen = '', ended = ''] = /^(.*)\n(\w+ \d+)\n$/s.exec(stdout) ?? [];
  return { screen, ended };
}

/** The texts of what a terminal shows, without what moves the cursor. */
function plain(screen: string): string {
  return screen.replace(/\x1b\[[\d;?]*[a-zA-Z]/g, '');
}

const logsIn = (answer: unknown) =>
  serve(({ body }) => {
    const isRight = body.includes(secret) && body.includes('ada');
    return isRight ? { body: answer } : { status: 401, body: { message: 'no' } };
  });
const nested = { result: { credential: `c4nary-${'x'.repeat(50)}`, ttl: 900 }, user: { id: 17 } };

const curlOf = (url: string) =>
  [
    `curl -X POST ${url}/v2/session \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"login": "bob", "pin_code": "c4nary-in-curl"}'`,
  ].join(enter) + enter;

const begin = (url: string): readonly Step[] => [
  ['What do you have?', enter],
  ['Paste the curl command', curlOf(url)],
  ['A name for the provider', `parcels${enter}`],
  ['Enter goes on', enter],
];

const url = 'http://127.0.0.1:9';

function files(home: Home): readonly string[] {
  const directory = join(dirname(home.config), 'providers');
  return existsSync(directory) ? readdirSync(directory) : [];
}

describeWith(['python3'], 'provider new', () => {
  test('makes a provider of a pasted curl command, by one real login', async () => {
    const { url, requests } = await logsIn(nested);
    const home = newHome();
    const { screen, ended } = await converse(
      home,
      ['provider', 'new'],
      [
        ...begin(url),
        ['What now?', enter],
        ['Login (login): ', `ada${enter}`],
        ['(pin-code): ', `${secret}${enter}`],
        ['Where is the token', enter],
        ['say when the token ends?', enter],
        ['What now?', enter],
      ],
    );
    expect(ended).toBe('exit 0');
    const shown = plain(screen);
    expect(shown).toContain('/result/credential: text, 57 characters');
    expect(shown).toContain('/user/id: a number');
    expect(shown).toContain('the token: /result/credential');
    expect(shown).toContain(`It sends pin_code to ${url} to log in.`);
    expect(shown).toContain('Next: authctl login parcels');
    expect(screen).not.toContain('c4nary');
    expect(requests).toHaveLength(1);
    const saved = join(dirname(home.config), 'providers/parcels.yaml');
    expect(shown).toContain(saved);
    const text = readFileSync(saved, 'utf8');
    expect(text).toContain('token: /result/credential\n  lifetime: { at: /result/ttl }');
    expect(text).not.toContain('c4nary');
    expect(home.sessions()).toEqual([]);
    const env = { PARCELS_LOGIN: 'ada', PARCELS_PIN_CODE: secret };
    expect(await output(['login', 'parcels'], { home, env })).toBe(`${nested.result.credential}\n`);
  });

  test('six questions are enough, and a wrong password is no end', async () => {
    const { url } = await logsIn({ token: 'c4nary-tok' });
    const home = newHome();
    const { screen, ended } = await converse(
      home,
      ['provider', 'new'],
      [
        ['What do you have?', `${down}${down}${enter}`],
        ['A name for the provider', `Not A Name${enter}`],
        ['lower-case letters', `\x15desk${enter}`],
        ["The server's URL", enter],
        ['please answer', `${url}${enter}`],
        ['The request that logs in', `POST /login${enter}`],
        ['How does it send', enter],
        ['What it sends', enter],
        ['Where is the token', enter],
        ['Enter goes on', enter],
        ['What now?', enter],
        ['(username): ', `ada${enter}`],
        ['(password): ', `wrong${enter}`],
        ['refused the credentials', ''],
        ['What now?', enter],
        ['(username): ', `ada${enter}`],
        ['(password): ', `${secret}${enter}`],
        ['the token: /token', ''],
        ['What now?', enter],
      ],
    );
    expect(ended).toBe('exit 0');
    expect(screen).not.toContain('c4nary');
    expect(files(home)).toEqual(['desk.yaml']);
  });

  test.each([
    ['typed', ''],
    ['with the mark of a paste', '\x1b[200~'],
  ])('a curl command at the first menu is taken as the answer: %s', async (_, mark) => {
    const { screen, ended } = await converse(
      newHome(),
      ['provider', 'new'],
      [
        ['What do you have?', `${down}${down}`],
        ['Neither', `${mark}${curlOf(url)}`],
        ['A name for the provider', `parcels${enter}`],
        ['Enter goes on', enter],
        ['What now?', '\x03'],
      ],
    );
    expect(ended).toBe('signal 2');
    expect(plain(screen)).toContain(`Read: POST ${url}/v2/session`);
    expect(plain(screen)).toContain('pin_code');
    expect(screen).not.toContain('c4nary');
  });

  test('asks what refuses a password, how long a number is, and how calls carry the token', async () => {
    const message = `no user ada with c4nary-word`;
    const { url } = await serve(({ body }) =>
      body.includes(secret)
        ? { body: { token: 'c4nary-tok', ttl: 900_000 } }
        : { status: 422, body: { message } },
    );
    const home = newHome();
    const { screen, ended } = await converse(
      home,
      ['provider', 'new'],
      [
        ...begin(url),
        ['What now?', enter],
        ['Login (login): ', `ada${enter}`],
        ['(pin-code): ', `wrong${enter}`],
        ['Is this how the server refuses', `${down}${enter}`],
        ['What now?', enter],
        ['Login (login): ', `ada${enter}`],
        ['(pin-code): ', `${secret}${enter}`],
        ['say when the token ends?', `${down}${enter}`],
        ['What now?', `${down}${down}${down}${enter}`],
        ['How do calls carry', enter],
        ['The name of the header', `X-Token${enter}`],
        ['Its value', `nothing${enter}`],
        ['it needs {token}', `\x15Key {token}${enter}`],
        ['What now?', enter],
      ],
    );
    expect(ended).toBe('exit 0');
    const shown = plain(screen);
    expect(shown.split('answered 422')).toHaveLength(2);
    expect(shown).toContain(`The answer has\n  /message: text, ${message.length} characters`);
    expect(screen).not.toContain('c4nary');
    expect(shown).toContain('seconds from now: 10d 10h');
    expect(shown).toContain('milliseconds from now: 15m');
    const open = shown.split('Nothing shows how calls carry the token');
    expect(open).toHaveLength(2);
    const text = readFileSync(join(dirname(home.config), 'providers/parcels.yaml'), 'utf8');
    expect(text).toContain('refused:\n    - status: [ 422 ]');
    expect(text).toContain('messages: [ /message ]');
    expect(text).toContain('use: { header: X-Token, value: "Key {token}" }');
  });

  test('reads a document, by its content', async () => {
    const home = newHome();
    const members = { username: { type: 'string' }, password: { type: 'string' } };
    const json = (schema: unknown) => ({ content: { 'application/json': { schema } } });
    home.write(
      'api.json',
      JSON.stringify({
        openapi: '3.0.3',
        info: { title: 'Parcels', version: '1' },
        servers: [{ url: 'https://api.parcels.example' }],
        paths: {
          '/login': {
            post: {
              summary: 'Log in',
              requestBody: json({
                type: 'object',
                required: ['username', 'password'],
                properties: members,
              }),
              responses: {
                200: {
                  description: 'ok',
                  ...json({ type: 'object', properties: { token: { type: 'string' } } }),
                },
              },
            },
          },
        },
      }),
    );
    const { ended } = await converse(
      home,
      ['provider', 'new'],
      [
        ['What do you have?', `${down}${enter}`],
        ['The file', `nowhere.json${enter}`],
        ['there is no such file', `\x15api.json${enter}`],
        ['A name for the provider', enter],
        ['Which server?', enter],
        ['Enter goes on', enter],
        ['What now?', `${down}${enter}`],
      ],
    );
    expect(ended).toBe('exit 0');
    expect(files(home)).toEqual(['parcels.yaml']);
  });

  const ways: readonly (readonly [string, readonly Step[]])[] = [
    ['at the first question', [['What do you have?', '']]],
    [
      'in a paste',
      [
        ['What do you have?', enter],
        ['Paste the curl command', 'curl https://a \\\r'],
      ],
    ],
    ['at a text', [...begin(url).slice(0, 2), ['A name for the provider', 'half']]],
    ['at the end of a page', begin(url).slice(0, 3)],
    ['at the menu', begin(url)],
    ['at the credentials of a try', [...begin(url), ['What now?', enter]]],
  ];
  const last = [...['', '', '', 'Enter goes on', 'What now?', '(login): ']];
  test.concurrent.each(
    ways.flatMap(([where, steps], index) =>
      (
        [
          ['Ctrl-C', '\x03', 'signal 2'],
          ['Ctrl-D', '\x04', 'exit 130'],
        ] as const
      ).map(([name, key, ending]) => [name, where, steps, last[index] ?? '', key, ending] as const),
    ),
  )('%s %s ends it, and nothing is left', async (_, _where, steps, then, key, ending) => {
    const home = newHome();
    const before = readdirSync(home.path);
    const { screen, ended } = await converse(home, ['provider', 'new'], [...steps, [then, key]]);
    expect(ended).toBe(ending);
    expect(plain(screen)).toContain('authctl: interrupted');
    expect(screen).not.toContain('c4nary');
    expect(readdirSync(home.path)).toEqual(before);
  });

  test('leaving keeps nothing, and says so', async () => {
    const home = newHome();
    const up = '\x1b[A';
    const { screen, ended } = await converse(
      home,
      ['provider', 'new'],
      [...begin(url), ['What now?', `${up}${enter}`]],
    );
    expect(ended).toBe('exit 2');
    expect(plain(screen)).toContain('authctl: nothing was added');
    expect(files(home)).toEqual([]);
  });

  test.each([
    ['--no-color', ['--no-color'], {}],
    ['NO_COLOR', [], { NO_COLOR: '1' }],
  ])('%s is obeyed', async (_, args, env) => {
    const steps: Step[] = [['What do you have?', '\x03']];
    const colour = /\x1b\[[\d;]*m/;
    const coloured = await converse(newHome(), ['provider', 'new'], steps);
    expect(coloured.screen).toMatch(colour);
    const { screen } = await converse(newHome(), ['provider', 'new', ...args], steps, { env });
    expect(screen).not.toMatch(colour);
  });
});

describeWith(['python3'], 'provider import on a terminal', () => {
  test('asks what is open, and prints the draft alone on stdout', async () => {
    const home = newHome();
    const steps: Step[] = [
      ['Paste the curl command', curlOf('https://api.parcels.example')],
      ['Which server?', enter],
      ['Where is the token', `${down}${enter}`],
      ['The name of the header', `X-Token${enter}`],
    ];
    const shell = ['bash', '-c', '"$@" >draft.yaml', 'bash'];
    const { ended, screen } = await converse(home, ['provider', 'import', '--curl', '-'], steps, {
      before: shell,
    });
    expect(ended).toBe('exit 0');
    const draft = readFileSync(join(home.path, 'draft.yaml'), 'utf8');
    expect(draft).toContain('token: { header: X-Token }');
    expect(draft).toContain('baseUrl: https://api.parcels.example');
    expect(draft + screen).not.toContain('c4nary');
    expect(files(home)).toEqual([]);
  });
});
