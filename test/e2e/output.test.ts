import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { describeWith, type PartName } from '../parts.ts';
import { accounts, expectNoSecret } from './accounts.ts';
import { authctl, environment, failure, newHome, output, program, run } from './harness.ts';
import { serve } from './servers.ts';

const { ropo, pegase3 } = accounts;
const datarhei = accounts['datarhei by password'];

/** Characters with a meaning in shells, headers or files, any of which a token may contain. */
const hostile = `a'b"c$(id)\`id\`;&|<>\\n\${HOME}%41!!*?~#[]{}^=, z`;

/** A JWT that expires one hour after it was issued. */
function jwt(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'HS256' })}.${part({ iat, exp: iat + 3600 })}.c2lnbmF0dXJl`;
}

describe('-o', () => {
  test('json is one object with everything', async () => {
    const token = jwt();
    const { url } = await serve(datarhei.success(token));
    const args = ['login', 'datarhei', '-p', 'work', '--base-url', url, '-q', '-o', 'json'];
    const shown = JSON.parse(await output(args, { env: datarhei.env }));
    expect(shown).toEqual({
      provider: 'datarhei',
      profile: 'work',
      base_url: url,
      token,
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      expires_in: expect.any(Number),
      refresh_token: `refresh-${token}`,
      header: { name: 'Authorization', value: `Bearer ${token}` },
      source: 'login',
    });
    expect(Math.abs(shown.expires_in - 3600)).toBeLessThan(60);
  });

  const rows: readonly (readonly [string, string[], RegExp])[] = [
    ['a token', ['-o', 'token'], /^tok\n$/],
    ['a header', ['-o', 'header'], /^Authorization: Bearer tok\n$/],
    ['a config for curl', ['-o', 'curl'], /^header = "Authorization: Bearer tok"\n$/],
    [
      'a .env file',
      ['-o', 'dotenv'],
      /^ROPO_TOKEN=tok\nROPO_TOKEN_EXPIRES_AT=.*\n$|^ROPO_TOKEN=tok\n/,
    ],
    [
      'statements',
      ['--export'],
      /^export ROPO_TOKEN='?tok'?\nunset ROPO_REFRESH_TOKEN\nexport ROPO_TOKEN_EXPIRES_AT='?2[^\n]*Z'?\n$/,
    ],
    ['statements for fish', ['-o', 'env', '--shell', 'fish'], /^set -gx ROPO_TOKEN '?tok'?;?\n/],
    ['another variable', ['--export', '--var', 'MY_TOKEN'], /^export MY_TOKEN='?tok'?\n/],
    ['statements that unset', ['--unset'], /^(unset [A-Z_]+\n){3}$/],
  ];

  test.concurrent.each(rows)('gives %s', async (_, args, bytes) => {
    const { url } = await serve(ropo.success('tok'));
    const command = ['login', 'ropo', '--base-url', url, ...args];
    expect(await output(command, { env: ropo.env })).toMatch(bytes);
  });

  test('header prints the header that the provider needs', async () => {
    const { url } = await serve(pegase3.success('tok'));
    const args = ['login', 'pegase3', '--base-url', url, '-o', 'header'];
    expect(await output(args, { env: pegase3.env })).toBe('Token: tok\n');
  });

  test('github appends to the job’s file, and masks secrets', async () => {
    const home = newHome();
    const GITHUB_ENV = home.write('github-env', 'BEFORE=1\n');
    const { url } = await serve(ropo.success('to%k'));
    const args = ['login', 'ropo', '--base-url', url, '-o', 'github'];
    const printed = await output(args, { home, env: { ...ropo.env, GITHUB_ENV } });
    expect(printed).toBe('::add-mask::to%25k\n');
    expect(readFileSync(GITHUB_ENV, 'utf8')).toMatch(/^BEFORE=1\nROPO_TOKEN<<(.+)\nto%k\n\1\n/);
  });

  test.concurrent.each([
    ['an unknown format', ['-o', 'xml'], 2, '-o takes token, json'],
    ['an unknown shell', ['--export', '--shell', 'tcsh'], 2, '--shell'],
    ['an invalid variable', ['--export', '--var', '1x'], 2, '--var'],
    ['a variable with a meaning in shells', ['--export', '--var', 'PATH'], 2, '--var PATH'],
    ['--export and another format', ['--export', '-o', 'json'], 2, '--export'],
    ['github outside of a job', ['-o', 'github'], 3, 'GITHUB_ENV is not set'],
  ])('with %s is refused before anything is sent', async (_, args, exitCode, words) => {
    const { url, requests } = await serve(ropo.success('tok'));
    const command = ['login', 'ropo', '--base-url', url, ...args];
    const { code, stderr } = await failure(command, { env: ropo.env });
    expect([code, stderr]).toEqual([exitCode, expect.stringContaining(words)]);
    expect(requests).toEqual([]);
  });
});

describe('--out-file', () => {
  test('receives the result, readable by its owner only', async () => {
    const home = newHome();
    const path = home.write('token', 'old and longer than the new');
    const { url } = await serve(ropo.success('tok'));
    const args = ['login', 'ropo', '--base-url', url, '--out-file', 'token'];
    expect(await output(args, { home, env: ropo.env })).toBe('');
    expect(readFileSync(path, 'utf8')).toBe('tok\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('that cannot be written is an error', async () => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok-that-is-secret'));
    const path = join(home.path, 'no/such/directory/token');
    const args = ['login', 'ropo', '--base-url', url, '--out-file', path];
    const { code, stderr } = await failure(args, { home, env: ropo.env });
    expect(code).not.toBe(0);
    expect(stderr).toContain('no such file or directory');
    expectNoSecret(stderr, 'tok-that-is-secret');
  });
});

describe('a token', () => {
  test.concurrent.each([
    ['a line break', 'tok\nrm -rf ~'],
    ['a NUL', 'tok\0'],
    ['an escape', 'tok\x1b[2J'],
    ['DEL', 'tok\x7f'],
    ['a letter beyond ASCII', 'toké'],
    ['no characters', ''],
    ['65,537 characters', 'x'.repeat(65_537)],
    ['a number for a string', 17],
    ['an object for a string', { token: 'tok' }],
    ['null for a string', null],
    ['a list for a string', ['tok']],
  ])('with %s is refused, and not stored', async (_, token) => {
    const home = newHome();
    const { url } = await serve({ body: { token } });
    const args = ['login', 'ropo', '--base-url', url];
    const { code, stderr } = await failure(args, { home, env: ropo.env });
    expect(code).toBe(7);
    expect(stderr).not.toContain('tok\\n');
    expect(stderr.length).toBeLessThan(500);
    expect(home.sessions()).toEqual([]);
  });

  test('of 65,536 characters, or with any special characters, arrives unchanged', async () => {
    for (const token of ['x'.repeat(65_536), hostile]) {
      const { url } = await serve(ropo.success(token));
      const args = ['login', 'ropo', '--base-url', url];
      expect(await output(args, { env: ropo.env })).toBe(`${token}\n`);
    }
  });

  test.concurrent.each([
    ['dotenv', ['-o', 'dotenv']],
    ['cmd', ['--export', '--shell', 'cmd']],
  ])('that the format %s cannot represent is refused', async (_, args) => {
    const { url } = await serve(ropo.success(hostile));
    const command = ['login', 'ropo', '--base-url', url, ...args];
    const { code, stderr } = await failure(command, { env: ropo.env });
    expect([code, stderr]).toEqual([7, expect.stringContaining('hint: ')]);
    expect(stderr).not.toContain('$(id)');
  });
});

/** The usual line in each shell: any token arrives unchanged, and nothing in it is executed. */
const shells: readonly (readonly [PartName, string[], string])[] = [
  ['bash', ['-c'], 'env=$("$NODE" "$AUTHCTL" login ropo --export --shell bash) && eval "$env"'],
  ['zsh', ['-f', '-c'], 'env=$("$NODE" "$AUTHCTL" login ropo --export --shell zsh) && eval "$env"'],
  ['dash', ['-c'], 'env=$("$NODE" "$AUTHCTL" login ropo --export --shell sh) && eval "$env"'],
  [
    'fish',
    ['--no-config', '-c'],
    'eval ("$NODE" "$AUTHCTL" login ropo --export --shell fish | string collect)',
  ],
  ['fish', ['--no-config', '-c'], '"$NODE" "$AUTHCTL" login ropo --export --shell fish | source'],
];

for (const [part, options, line] of shells) {
  describeWith([part], `${part}: ${line}`, () => {
    test('sets the variable to the token, whatever its characters', async () => {
      const home = newHome();
      const { url } = await serve(ropo.success(hostile));
      const env = { ...ropo.env, ROPO_BASE_URL: url, ROPO_REFRESH_TOKEN: 'stale' };
      const print = `printf '%s\\n' "$ROPO_TOKEN" "$ROPO_REFRESH_TOKEN"; env | grep -c '^ROPO_TOKEN='`;
      const outcome = await run([part, ...options, `${line}\n${print}`], { home, env });
      expect(outcome).toMatchObject({ code: 0, stdout: `${hostile}\n\n1\n`, stderr: '' });
    });
  });
}

describeWith(['bash'], 'a script', () => {
  test('sees a failed login, and evaluates nothing', async () => {
    const { url } = await serve({ status: 401 });
    const env = { ...ropo.env, ROPO_BASE_URL: url };
    const script =
      'env=$("$NODE" "$AUTHCTL" login ropo --export) && eval "$env" || echo "failed: $?"';
    const { stdout } = await run(['bash', '-c', script], { env });
    expect(stdout).toBe('failed: 4\n');
  });

  test('that stops reading does not cause a bug report', async () => {
    const { url } = await serve(ropo.success('x'.repeat(65_536)));
    const env = { ...ropo.env, ROPO_BASE_URL: url };
    const script = '"$NODE" "$AUTHCTL" login ropo -o json | true';
    const { code, stderr } = await run(['bash', '-c', script], { env });
    expect(code).toBe(0);
    expect(stderr).not.toContain('bug');
  });

  test('sees a full disk', async () => {
    const { url } = await serve(ropo.success('tok'));
    const env = { ...ropo.env, ROPO_BASE_URL: url };
    const { code, stderr } = await run(
      ['bash', '-c', '"$NODE" "$AUTHCTL" login ropo > /dev/full'],
      { env },
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain('ENOSPC');
  });
});

describe('a result that cannot be delivered', () => {
  const commands = [
    'token ropo',
    'token ropo -o json',
    'token ropo --out-file /dev/stdout',
    'token ropo --out-file -',
    'login ropo',
    'status -o json',
    'inspect --provider ropo',
    'config path',
    'provider list',
    'doctor -o json',
    'completion bash',
    '--version',
    '--help',
    'login --help',
  ];
  const shell = async (script: (command: string) => string) => {
    const home = newHome();
    const { url } = await serve(ropo.success(jwt()));
    const env = { ...ropo.env, ROPO_BASE_URL: url };
    await output(['login', 'ropo'], { home, env });
    const line = (command: string) => script(`"$NODE" "$AUTHCTL" ${command}`);
    return Promise.all(
      commands.map(async (command) => {
        const { code, stderr } = await run(['bash', '-c', `${line(command)}; exit $?`], {
          home,
          env,
        });
        return { command, code, stderr };
      }),
    );
  };
  const all = (code: number, stderr: unknown) =>
    commands.map((command) => ({ command, code, stderr }));
  const onLinux = process.platform === 'linux' ? test : test.skip;

  onLinux('because stdout is closed, is an error, for every command', async () => {
    const says = expect.stringContaining('authctl: cannot write the output: ');
    expect(await shell((command) => `${command} >&-`)).toEqual(all(1, says));
  });

  test('because the disk is full, or nothing reads it, is an error', async () => {
    const says = (code: string) =>
      expect.stringContaining(`authctl: cannot write the output: ${code}`);
    expect(await shell((command) => `${command} >/dev/full`)).toEqual(all(1, says('ENOSPC')));
    const piped = await shell((command) => `set -o pipefail; { sleep 0.2; ${command}; } | true`);
    expect(piped).toEqual(all(1, says('EPIPE')));
  });

  test('because it is discarded, is none', async () => {
    expect(await shell((command) => `${command} >/dev/null`)).toEqual(
      all(0, expect.not.stringContaining('cannot')),
    );
    // As the parent opens it, the null device looks like that of a closed stdout.
    const { code } = await new Promise<{ code: number | null }>((resolve) => {
      const options = { stdio: 'ignore', env: environment(newHome()) } as const;
      const [file, ...args] = program;
      spawn(file, [...args, '--version'], options).once('exit', (code) => resolve({ code }));
    });
    expect(code).toBe(0);
  });
});

test('messages that cannot be delivered change nothing', async () => {
  const home = newHome();
  const { url } = await serve(ropo.success('tok'));
  const env = { ...ropo.env, ROPO_BASE_URL: url };
  const codes = async (command: string) => {
    const results = [];
    for (const to of ['2>&-', '2>/dev/full']) {
      const line = `"$NODE" "$AUTHCTL" ${command} ${to}; exit $?`;
      const { code, stdout } = await run(['bash', '-c', line], { home, env });
      results.push([code, stdout]);
    }
    return results;
  };
  const both = (code: number, stdout: string) => [
    [code, stdout],
    [code, stdout],
  ];
  expect(await codes('login ropo -v')).toEqual(both(0, 'tok\n'));
  expect(await codes('token ropo -v')).toEqual(both(0, 'tok\n'));
  expect(await codes('exec ropo -- /no/such/command')).toEqual(both(127, ''));
  expect(await codes('sandbox -- /no/such/command')).toEqual(both(127, ''));
  expect(await codes('login')).toEqual(both(2, ''));
  expect(await codes('login ropo --no-such')).toEqual(both(2, ''));
});

test('a failed command prints nothing, in any format', async () => {
  const { url } = await serve({ status: 401 });
  const formats = [['-o', 'json'], ['--export'], ['-o', 'header'], ['-o', 'azure']];
  const failures = await Promise.all(
    formats.map((args) =>
      failure(['login', 'ropo', '--base-url', url, ...args], { env: ropo.env }),
    ),
  );
  expect(failures.map(({ code }) => code)).toEqual(formats.map(() => 4));
});

test('-v prints details to stderr, without the token', async () => {
  const token = jwt();
  const { url } = await serve(datarhei.success(token));
  const args = ['login', 'datarhei', '--base-url', url, '-v'];
  const { stdout, stderr } = await authctl(args, { env: datarhei.env });
  expect(stdout).toBe(`${token}\n`);
  expect(stderr).toContain(`POST ${url}/api/login`);
  expectNoSecret(stderr);
  expectNoSecret(stderr, token);
});
