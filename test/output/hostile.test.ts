/** Tests that a hostile server does no harm: by tokens in every format, and by text on a terminal. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type FormatName, formats, outputFormat } from '../../src/output/formats.ts';
import type { Outcome as Rendered } from '../../src/output/result.ts';
import { shells } from '../../src/output/shells.ts';
import { accounts } from '../e2e/accounts.ts';
import { authctl, type Env, failure, newHome, output, program, run } from '../e2e/harness.ts';
import { type Reply, serve } from '../e2e/servers.ts';
import { describeWith, type PartName } from '../parts.ts';
import { variableIn } from '../pipelines/azure-agent.ts';
import { commandIn, readCommandFile } from '../pipelines/github-log.ts';
import { nasty, options, refusal, sample, token } from './sample.ts';

const { ropo } = accounts;

/** How a program reads the token from a format. */
interface Reading {
  /** The number of lines on stdout. */
  readonly lines: number;
  readonly token: (output: Rendered) => string | undefined;
}

const after = (prefix: string, text: string) =>
  text.startsWith(prefix) ? text.slice(prefix.length).replace(/\n$/, '') : undefined;

/** How a program reads the token in each format; `MY_KEY` is its variable. */
const readings: Readonly<Record<FormatName, Reading>> = {
  token: { lines: 1, token: ({ stdout }) => after('', stdout) },
  json: { lines: 13, token: ({ stdout }) => JSON.parse(stdout).token },
  // The quotes of sh. Real shells are tested below, and in shells.test.ts.
  env: {
    lines: 3,
    token: ({ stdout }) =>
      /^export MY_KEY='((?:[^']|'\\'')*)'\n/.exec(stdout)?.[1]?.replaceAll("'\\''", "'"),
  },
  dotenv: { lines: 2, token: ({ stdout }) => after('MY_KEY=', stdout.split('\n')[0] ?? '') },
  header: { lines: 1, token: ({ stdout }) => after('Authorization: Bearer ', stdout) },
  curl: {
    lines: 1,
    token: ({ stdout }) =>
      /^header = "Authorization: Bearer ((?:[^"\\]|\\["\\])*)"\n$/
        .exec(stdout)?.[1]
        ?.replace(/\\(.)/g, '$1'),
  },
  github: { lines: 1, token: ({ append }) => readCommandFile(append?.text ?? '').get('MY_KEY') },
  azure: { lines: 2, token: ({ stdout }) => variableIn(stdout.split('\n')[0] ?? '')?.value },
};

const named = new Set<FormatName>(['env', 'dotenv', 'github', 'azure']);
const names = Object.keys(readings).filter((name): name is FormatName => name in formats);

describe.each(names)('-o %s', (format) => {
  const render = outputFormat(
    options({
      format,
      githubEnv: '/env',
      ...(named.has(format) && { variable: 'MY_KEY' }),
      ...(format === 'env' && { shell: 'sh' }),
    }),
  );
  const { token: read, lines } = readings[format];

  test('carries every token exactly, or refuses it with exit code 7', async () => {
    const any = fc.oneof(token, fc.constantFrom(...nasty, nasty.join('')));
    await fc.assert(
      fc.asyncProperty(any, async (value) => {
        const result = sample(value);
        const rendered = await unlessRefused(() => render(result));
        if (rendered === undefined) return;
        expect(read(rendered)).toBe(value);
        expect(rendered.stdout).toMatch(/^(?:[\x20-\x7e]*\n)*$/);
        expect(rendered.stdout.split('\n')).toHaveLength(lines + 1);
      }),
    );
  });

  /** The arguments on the command line. */
  const args = [
    ...['-o', format, ...(named.has(format) ? ['--var', 'MY_KEY'] : [])],
    ...(format === 'env' ? ['--shell', 'sh'] : []),
  ];

  /** Logs in to a server that answers with this token. */
  async function login(value: string) {
    const home = newHome();
    const GITHUB_ENV = home.write('github-env', '');
    const { url } = await serve(ropo.success(value));
    const command = ['login', 'ropo', '--base-url', url, ...args];
    const outcome = await authctl(command, { home, env: { ...ropo.env, GITHUB_ENV } });
    const text = readFileSync(GITHUB_ENV, 'utf8');
    return { ...outcome, rendered: { stdout: outcome.stdout, append: { path: '', text } }, home };
  }

  test.concurrent.each([
    ['everything that shells act on', nasty.join('')],
    ['the same, without what Azure Pipelines expands', nasty.join('').replaceAll('$(', '$')],
    ['65,536 characters', 'x'.repeat(65_536)],
  ])('does so when the program gets a token of %s', async (_, value) => {
    const { code, stdout, stderr, rendered } = await login(value);
    if (code === 0) expect([read(rendered), stderr]).toEqual([value, '']);
    else expect([code, stdout, rendered.append.text]).toEqual([7, '', '']);
    const expected = await unlessRefused(() => render(sample(value)));
    expect(code === 7).toBe(expected === undefined);
  });

  test.concurrent.each([
    ['a line break', 'tok\n::add-mask::x\n##vso[task.complete]'],
    ['NUL', 'tok\0'],
    ['an escape sequence', 'tok\x1b]0;title\x07'],
    ['a bidirectional control', 'tok\u202e'],
    ['65,537 characters', 'x'.repeat(65_537)],
  ])('never prints a token with %s', async (_, value) => {
    const { code, stdout, stderr, rendered, home } = await login(value);
    expect([code, stdout, rendered.append.text, home.sessions()]).toEqual([7, '', '', []]);
    expectHarmless(stderr);
  });
});

/** The result of an action; undefined if it fails with exit code 7. */
async function unlessRefused(action: () => Rendered): Promise<Rendered | undefined> {
  try {
    return action();
  } catch (error) {
    const { exitCode } = await refusal(() => {
      throw error;
    });
    expect(exitCode).toBe(7);
    return undefined;
  }
}

test.concurrent.each(Object.keys(shells))(
  'the statements for %s never contain a token with a line break',
  async (shell) => {
    const { url } = await serve(ropo.success("x'\n"));
    const args = ['login', 'ropo', '--base-url', url, '--export', '--shell', shell];
    expect(await failure(args, { env: ropo.env })).toMatchObject({ code: 7 });
  },
);

test('a refresh token is checked like the token', async () => {
  const home = newHome();
  const { url } = await serve({ body: { access_token: 'tok', refresh_token: 'a\nb' } });
  const { env } = accounts['datarhei by password'];
  const { code, stderr } = await failure(['login', 'datarhei', '--base-url', url], { home, env });
  expect([code, stderr]).toEqual([7, expect.stringContaining('refresh token')]);
  expect(home.sessions()).toEqual([]);
});

/** The commands of the documentation, with --shell, for each shell. */
const evaluations: readonly (readonly [PartName, string[], string])[] = [
  [
    'bash',
    ['--noprofile', '--norc'],
    'env=$(authctl login ropo --export --shell bash) && eval "$env"',
  ],
  ['zsh', ['-f'], 'env=$(authctl login ropo --export --shell zsh) && eval "$env"'],
  ['dash', [], 'env=$(authctl login ropo --export --shell sh) && eval "$env"'],
  [
    'fish',
    ['--no-config'],
    'set statements (authctl login ropo --export --shell fish); and eval $statements',
  ],
  [
    'pwsh',
    ['-NoProfile', '-NonInteractive'],
    '$statements = authctl login ropo --export --shell powershell; if ($LASTEXITCODE -eq 0) { $statements -join "; " | Invoke-Expression }',
  ],
];

for (const [part, flags, line] of evaluations) {
  describeWith([part, 'bash'], `${part}: ${line}`, () => {
    test('sets the variable to any token byte for byte, and runs nothing', async () => {
      let current = '';
      const { url } = await serve(() => ropo.success(current));
      await fc.assert(
        fc.asyncProperty(token, async (value) => {
          current = value;
          const { ran, files, ...shell } = await evaluateIn(part, flags, line, url);
          expect(shell).toEqual({ code: 0, stdout: value, stderr: '' });
          expect([ran, files]).toEqual([false, []]);
        }),
        { numRuns: 3, examples: [[nasty.join('')]], endOnFailure: true },
      );
    });
  });
}

/** The program's command line for a shell. */
const quoted = program.map((word) => `'${word}'`).join(' ');

/** Commands in the hostile tokens. Here each of them records that it ran. */
const traps = ['touch', 'id', 'ls', 'rm', 'pwned', 'T', 'x'];

async function evaluateIn(part: PartName, flags: readonly string[], line: string, url: string) {
  const home = newHome();
  const [programs, cwd] = [join(home.path, 'bin'), join(home.path, 'cwd')];
  mkdirSync(programs);
  mkdirSync(cwd);
  const ran = join(home.path, 'ran');
  for (const name of traps) {
    writeFileSync(join(programs, name), `#!/bin/sh\n: > '${ran}'\n`);
    chmodSync(join(programs, name), 0o755);
  }
  const start = `#!/bin/sh\nexec ${quoted} "$@"\n`;
  writeFileSync(join(programs, 'authctl'), start);
  chmodSync(join(programs, 'authctl'), 0o755);
  const print =
    part === 'pwsh' ? '[Console]::Out.Write($env:ROPO_TOKEN)' : `printf %s "$ROPO_TOKEN"`;
  const script = home.write(part === 'pwsh' ? 'script.ps1' : 'script', `${line}\n${print}\n`);
  // The shell is found on the machine's PATH; its own PATH has only the traps.
  const { PATH = '' } = process.env;
  const find = `p=$(PATH=$0 command -v "$1") && shift && exec "$p" "$@"`;
  const outcome = await run(['/bin/sh', '-c', find, PATH, part, ...flags, script], {
    home,
    cwd,
    env: { ...ropo.env, ROPO_BASE_URL: url, PATH: programs, LC_ALL: 'C.UTF-8' },
  });
  const { code, stdout, stderr } = outcome;
  return { code, stdout, stderr, ran: existsSync(ran), files: readdirSync(cwd) };
}

/** Characters that move the cursor, break a line, hide text, or change its direction. */
const harmful = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/** Expects a text that only prints lines on a terminal, and has no command for a pipeline. */
function expectHarmless(text: string): void {
  expect(text).not.toMatch(harmful);
  for (const line of text.split('\n')) {
    expect(commandIn(line)).toBeUndefined();
    expect(variableIn(line)).toBeUndefined();
  }
}

const evil =
  'a\nb\r\tc\0\x07\b\x1b]0;pwned\x07\x1b[2J\x1b[1;1H\x9b31m\x85\u2028\u202e\u2066\u200b\ufeff::x::\n::add-mask::y ##vso[task.prependpath]/z ##[add-mask]w';

describe('hostile text of a server', () => {
  const refusals: readonly (readonly [string, string, Env, Reply])[] = [
    ['in its message', 'ropo', ropo.env, { status: 400, body: { errorId: 1, errorText: evil } }],
    [
      'in a refusal with status 200',
      'netnut',
      accounts.netnut.env,
      { body: { success: false, message: evil } },
    ],
    [
      'in several messages, their codes and the trace id',
      'verbit',
      accounts.verbit.env,
      {
        status: 401,
        body: { tracing_id: evil, errors: [{ code: evil, message: evil }, { message: evil }] },
      },
    ],
    [
      'in details',
      'datarhei',
      accounts['datarhei by password'].env,
      { status: 401, body: { code: 401, message: 'x', details: [evil] } },
    ],
    ['in a body that is not JSON', 'ropo', ropo.env, { status: 404, body: evil }],
    [
      'in the address of a redirect',
      'ropo',
      ropo.env,
      { status: 302, headers: { Location: 'https://evil.example/\x9b31m\x85##vso[a.b]' } },
    ],
    ['in Retry-After', 'ropo', ropo.env, { status: 429, headers: { 'Retry-After': '\x9b31m' } }],
  ];

  test.concurrent.each(refusals)(
    '%s stays on its line, and is never a command',
    async (_, provider, env, reply) => {
      const { url } = await serve(reply);
      const args = ['login', provider, '--base-url', url, '--retries', '0'];
      const { stdout, stderr } = await authctl([...args, '-v'], { env });
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^(authctl: [^\n]+\n)+(hint: [^\n]+\n)?$/);
      expectHarmless(stderr);
      const json = await authctl([...args, '--error-format', 'json'], { env });
      expectHarmless(json.stderr);
      expect(JSON.parse(json.stderr)).toMatchObject({ error: { message: expect.any(String) } });
    },
  );

  test('is complete in JSON', async () => {
    const { url } = await serve({ status: 400, body: { errorId: 1, errorText: evil } });
    const args = ['login', 'ropo', '--base-url', url, '--error-format', 'json'];
    const { stderr } = await authctl(args, { env: ropo.env });
    expect(JSON.parse(stderr).error.message).toContain(evil);
  });

  describeWith(['tmux'], 'on a real terminal', () => {
    test('does not change the cursor, the title or earlier lines', async () => {
      const { url } = await serve({ status: 400, body: { errorId: 1, errorText: evil } });
      const { screen, cursor, title } = await onTerminal(
        `echo before; ${quoted} login ropo --base-url ${url}; echo "code $?"`,
      );
      const [first, ...rest] = screen.split('\n');
      expect(first).toBe('before');
      expect(rest.join('\n')).toMatch(/^authctl: .*\\u\{1b\}\]0;pwned.*\nhint: .*\ncode 4$/s);
      expect([cursor, title]).toEqual([`${rest.length + 1},0`, 'untouched']);
    });
  });
});

/** Runs a line of sh in a terminal, and returns the screen afterwards. */
async function onTerminal(line: string) {
  const home = newHome();
  const socket = join(home.path, 'tmux');
  const script = home.write(
    'script',
    `printf '\\033]2;untouched\\033\\\\'\n${line}\ntmux -S '${socket}' wait-for -S done\nexec cat\n`,
  );
  const tmux = (...args: string[]) =>
    run(['tmux', '-S', socket, '-f', '/dev/null', ...args], {
      home,
      env: { ...ropo.env, LC_ALL: 'C.UTF-8', TERM: 'xterm' },
    });
  try {
    await tmux('new-session', '-d', '-x', '400', '-y', '40', `sh ${script}`);
    await tmux('wait-for', 'done');
    const { stdout: screen } = await tmux('capture-pane', '-p', '-J');
    const { stdout: state } = await tmux(
      'display-message',
      '-p',
      '#{cursor_y},#{cursor_x} #{pane_title}',
    );
    const [cursor = '', title = ''] = state.trimEnd().split(' ');
    return { screen: screen.trimEnd(), cursor, title };
  } finally {
    await tmux('kill-server');
  }
}

describe('hostile text in a token', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { [evil]: evil, '::set-env name=A::x': 1, list: [evil], exp: evil };
  const jwt = `${part({ alg: evil })}.${part(claims)}.c2ln`;

  test('stays on its line in inspect', async () => {
    const { code, stdout, stderr } = await authctl(['inspect', '-'], { stdin: jwt });
    expect([code, stdout.split('\n')]).toEqual([0, expect.any(Array)]);
    expect(stdout.split('\n')).toHaveLength(8);
    expectHarmless(stdout + stderr);
  });

  test('is complete in the JSON of inspect', async () => {
    const { stdout } = await authctl(['inspect', '-', '-o', 'json'], { stdin: jwt });
    expectHarmless(stdout);
    expect(JSON.parse(stdout).claims).toEqual(claims);
  });
});

describe('hostile text in an account', () => {
  // A variable cannot hold NUL.
  const name = evil.replaceAll('\0', '');

  test('stays on its line in status, and is complete in its JSON', async () => {
    const home = newHome();
    const { env, success } = accounts['datarhei by password'];
    const { url } = await serve(success('tok'));
    // A notice says that the name has a line break.
    const login = ['login', 'datarhei', '--base-url', url, '--quiet'];
    await output(login, { home, env: { ...env, DATARHEI_USERNAME: name } });
    const table = await output(['status'], { home });
    expect(table.split('\n')).toHaveLength(3);
    expectHarmless(table);
    const [session] = JSON.parse(await output(['status', '-o', 'json'], { home }));
    expect(session.account).toBe(`username=${name}`);
  });

  test('stays on its line in -v', async () => {
    const { env, success } = accounts['datarhei by password'];
    const { url } = await serve(success('tok'));
    const login = ['login', 'datarhei', '--base-url', url, '-v'];
    const { code, stderr } = await authctl(login, { env: { ...env, DATARHEI_USERNAME: name } });
    expect(code).toBe(0);
    expectHarmless(stderr);
  });
});
