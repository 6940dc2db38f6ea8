import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outputFormat } from '../../src/output/formats.ts';
import { carriedIn, now, options, refusal, sample, token } from './sample.ts';

const stdout = (format: string | undefined, result = sample(), more = {}) =>
  outputFormat(options({ format, ...more }))(result).stdout;

describe('token', () => {
  test('is the default: the token and one newline', () => {
    expect(stdout(undefined)).toBe('abc.def.ghi\n');
    expect(stdout('token')).toBe('abc.def.ghi\n');
  });
});

describe('header', () => {
  test('is one line with the header that carries the token', () => {
    expect(stdout('header')).toBe('Authorization: Bearer abc.def.ghi\n');
  });

  test('has the name that the provider declares', () => {
    const result = { ...sample(), carried: carriedIn({ name: 'Token', value: 'abc.def.ghi' }) };
    expect(stdout('header', result)).toBe('Token: abc.def.ghi\n');
  });
});

describe('json', () => {
  test('is one object with its names in a fixed order', () => {
    expect(stdout('json', sample('abc', { refreshToken: 'def' }))).toBe(`{
  "provider": "my-api",
  "profile": "default",
  "base_url": "https://api.example/v1",
  "token": "abc",
  "expires_at": "2026-11-22T20:24:32Z",
  "expires_in": 3600,
  "refresh_token": "def",
  "header": {
    "name": "Authorization",
    "value": "Bearer abc"
  },
  "source": "login"
}
`);
  });

  test('leaves out a missing refresh token, and has null for an unknown expiry', () => {
    const object = JSON.parse(stdout('json', sample('abc', { lifetime: null })));
    expect(object).not.toHaveProperty('refresh_token');
    expect(object).toMatchObject({ expires_at: null, expires_in: null });
  });

  test.each([
    ['a second and a half later', now + 1500, 3598],
    ['just before the expiry', now + 3_599_001, 0],
    ['after the expiry', now + 9_999_999, 0],
  ])('counts whole seconds, rounded down: %s', (_, at, expected) => {
    expect(JSON.parse(stdout('json', { ...sample(), now: at })).expires_in).toBe(expected);
  });

  test('has a year of four digits even for an absurd lifetime', () => {
    const object = JSON.parse(stdout('json', sample('abc', { lifetime: Number.MAX_SAFE_INTEGER })));
    expect(object.expires_at).toBe('9999-12-31T23:59:59Z');
  });

  test('represents every token', () => {
    fc.assert(
      fc.property(token, (value) => {
        expect(JSON.parse(stdout('json', sample(value))).token).toBe(value);
      }),
    );
  });

  test('is harmless on a terminal, and parses to the same values', () => {
    const profile = 'a\u001b[31m\u009b\u2028\u202e\u{e0041}\u007fz';
    const text = stdout('json', { ...sample(), profile });
    expect(text).toContain('"profile": "a\\u001b[31m\\u009b\\u2028\\u202e\\udb40\\udc41\\u007fz"');
    expect(JSON.parse(text).profile).toBe(profile);
  });
});

describe('dotenv', () => {
  test('has a line for each variable with a value', () => {
    expect(stdout('dotenv', sample('abc', { refreshToken: 'def' }))).toBe(
      'MY_API_TOKEN=abc\nMY_API_REFRESH_TOKEN=def\nMY_API_TOKEN_EXPIRES_AT=2026-11-22T20:24:32Z\n',
    );
    expect(stdout('dotenv', sample('abc', { lifetime: null }))).toBe('MY_API_TOKEN=abc\n');
  });

  test('accepts every character of a JWT and of base64', () => {
    const value = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~+/=-';
    expect(stdout('dotenv', sample(value, { lifetime: null }))).toBe(`MY_API_TOKEN=${value}\n`);
  });

  test.each([...'!"#$%&\'()*,:;<>?@[\\]^`{|} '])('refuses a token with %j', async (character) => {
    for (const result of [sample(`a${character}`), sample('a', { refreshToken: character })]) {
      const { exitCode, code, details } = await refusal(() => stdout('dotenv', result));
      expect([exitCode, code]).toEqual([7, 'token_unusable']);
      expect(details.hint).toContain('-o json');
    }
  });
});

describe('env', () => {
  test.each([
    ['fish', 'set -gx MY_API_TOKEN'],
    ['pwsh', '$env:MY_API_TOKEN ='],
    ['cmd.exe', 'set "MY_API_TOKEN='],
    ['zsh', 'export MY_API_TOKEN='],
    [undefined, 'export MY_API_TOKEN='],
  ])('has the syntax of the parent process %s', (parent, beginning) => {
    const text = stdout('env', sample(), { parentProcess: () => parent });
    expect(text.startsWith(beginning)).toBe(true);
  });

  test.each(['bash', 'fish', 'pwsh', 'cmd.exe', 'timeout', undefined])(
    'refuses a value that needs quotes without --shell, whatever the parent process: %s',
    async (parent) => {
      for (const result of [sample("a'b"), sample('a', { refreshToken: 'b c' }), sample('é')]) {
        const more = { parentProcess: () => parent };
        const error = await refusal(() => stdout('env', result, more));
        expect([error.exitCode, error.details.hint]).toEqual([
          7,
          expect.stringContaining('--shell <name>'),
        ]);
      }
    },
  );

  test('has the syntax of --shell, whatever the parent process', () => {
    const parentProcess = () => {
      throw new Error('asked');
    };
    expect(stdout('env', sample(), { shell: 'fish', parentProcess })).toMatch(/^set -gx /);
  });
});

describe('--var', () => {
  test.each(['env', 'dotenv', 'azure', 'github'])(
    'renames only the variable of the token with -o %s',
    (format) => {
      const { stdout, append } = outputFormat(
        options({ format, variable: 'MY_KEY', githubEnv: '/env' }),
      )(sample('abc', { refreshToken: 'def' }));
      const text = stdout + (append?.text ?? '');
      expect(text).toMatch(/\bMY_KEY\b/);
      expect(text).not.toMatch(/\bMY_API_TOKEN\b/);
      expect(text).toMatch(/\bMY_API_REFRESH_TOKEN\b/);
      expect(text).toMatch(/\bMY_API_TOKEN_EXPIRES_AT\b/);
    },
  );

  test.each(['', '1A', 'A-B', 'A B', 'A=B', 'Ä', 'A\n', 'A;touch pwned'])(
    'refuses %j, which is not a valid name',
    async (variable) => {
      expect((await refusal(() => stdout('env', sample(), { variable }))).exitCode).toBe(2);
    },
  );

  test.each(['MY_API_REFRESH_TOKEN', 'MY_API_TOKEN_EXPIRES_AT', 'my_api_refresh_token'])(
    'refuses %s, which has another value',
    async (variable) => {
      expect((await refusal(() => stdout('env', sample(), { variable }))).exitCode).toBe(2);
    },
  );

  test.each([
    ...['PATH', 'path', 'RANDOM', 'OPTIND', 'BASH_ENV', 'PS4', 'LD_PRELOAD', 'NODE_OPTIONS'],
    ...['T', 'ENVIRONMENT', 'TOKEN_FILE', 'TOKEN_', 'MYTOKEN', 'GCONV_PATH', 'PERL5DB', 'TERMINFO'],
  ])('refuses %s, whose last word is not one for a secret', async (variable) => {
    expect((await refusal(() => stdout('env', sample(), { variable }))).exitCode).toBe(2);
  });

  test.each([
    ...['MY_API_TOKEN', 'GITHUB_TOKEN', 'token', '_KEY', 'PATH_TOKEN', 'my_secret', 'A_JWT'],
    ...['AUTH', 'DB_PASSWORD', 'SESSION', 'X_1_COOKIE'],
  ])('accepts %s', (variable) => {
    expect(stdout('env', sample(), { variable })).toContain(`export ${variable}='`);
  });
});

describe('invalid options are refused before the login:', () => {
  test.each([
    ['an unknown format', { format: 'yaml' }, 'usage', 'token, json, env'],
    ['a format named like a method', { format: 'toString' }, 'usage', 'token, json, env'],
    ['an unknown shell', { format: 'env', shell: 'tcsh' }, 'usage', 'bash, zsh, sh'],
    ['--shell without -o env', { format: 'json', shell: 'bash' }, 'usage', '-o env'],
    ['--var without variables', { variable: 'A' }, 'usage', '-o env, dotenv, github, azure'],
    ['--step-output without -o github', { format: 'env', stepOutput: true }, 'usage', '-o github'],
    [
      '--out-file with -o github',
      { format: 'github', outFile: 'f', githubEnv: '/e' },
      'usage',
      '-o token',
    ],
    ['-o github without GITHUB_ENV', { format: 'github' }, 'setting_missing', '-o'],
    ['a GITHUB_ENV from here', { format: 'github', githubEnv: 'env' }, 'setting_missing', '-o'],
    ['an empty GITHUB_ENV', { format: 'github', githubEnv: '' }, 'setting_missing', '-o'],
    [
      '--step-output without GITHUB_OUTPUT',
      { format: 'github', stepOutput: true, githubEnv: '/e' },
      'setting_missing',
      '-o',
    ],
  ])('%s', async (_, more, code, hint) => {
    const error = await refusal(() => outputFormat(options(more)));
    expect(error.code).toBe(code);
    expect(error.details.hint).toContain(hint);
  });
});
