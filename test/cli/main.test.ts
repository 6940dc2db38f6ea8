/** Whole runs with a fake context: exit code, stdout and stderr. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { main } from '../../src/cli/main.ts';
import type { Context } from '../../src/context.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { Send } from '../../src/http/message.ts';
import { answerOf } from '../answers.ts';

const directory = mkdtempSync(join(tmpdir(), 'authctl-main-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const canary = 'S3cr3t-canary';
const login = ['login', 'ropo', '--cid', '1'];
const env = { ROPO_APICODE: canary };

type World = Partial<Context>;

/**
 * Runs authctl. Using a part of the context that the test did not provide is an error.
 *
 * @param world the parts that the test provides, or a function that makes them and may print notices
 */
async function run(
  argv: readonly string[],
  world: World | ((notice: (text: string) => void) => World) = {},
) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({
    isTTY: false,
    write: async (text: string) => {
      written[name] += text;
    },
  });
  const absent = (what: string) => () => {
    throw new Error(`${what} must not be used`);
  };
  const context: Context = {
    env: {},
    platform: 'linux',
    uid: process.getuid?.(),
    pid: process.pid,
    nodeVersion: process.versions.node,
    isAlive: () => true,
    stdin: { isTTY: false, read: absent('stdin') },
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    clock: { ...systemClock, now: () => 1_800_000_000_000 },
    uuid: () => '0b8f7f3e-6c53-4b0e-9d3a-0f3f2c1d5e77',
    directories: () => ({ config: directory, state: mkdtempSync(join(directory, 'state-')) }),
    send: absent('the network'),
    keychain: absent('the keychain'),
    prompt: { say: absent('the prompt'), ask: absent('the prompt') },
    hasTerminal: () => false,
    converse: absent('the conversation'),
    onSignal: () => () => {},
    endBy: () => {},
    inherited: async () => ({ all: [], certain: [] }),
    signalGroup: () => {},
    parentProcess: async () => undefined,
  };
  const exitCode = await main(argv, '1.2.3', (notice) => ({
    ...context,
    ...(typeof world === 'function' ? world(notice) : world),
  }));
  return { exitCode, ...written };
}

const answers =
  (status: number, body: unknown): Send =>
  async (makeRequest) => {
    makeRequest();
    return answerOf({ status, body, receivedAt: 1_800_000_000_000 });
  };
const fails =
  (error: unknown): Send =>
  async () => {
    throw error;
  };

const broken = {
  isTTY: false,
  write: () => Promise.reject(new AuthctlError('output_failed', 'cannot write the output: ENOSPC')),
};

test('a login prints the token and nothing else', async () => {
  const { exitCode, stdout, stderr } = await run(login, {
    env,
    send: answers(201, { token: 'a.b.c' }),
  });
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'a.b.c\n', stderr: '' });
});

test.each([
  ['by the quick parser', []],
  ['by commander, for an option before the command', ['-q']],
])('exec passes arguments and exit code through when parsed %s', async (_how, first) => {
  const script = 'process.exit(Number(process.argv[1]) + process.argv.length)';
  const argv = [...first, 'exec', 'ropo', '--cid', '1', '--', process.execPath, '-e', script];
  const world = { env, send: answers(201, { token: 'a.b.c' }) };
  expect((await run([...argv, '3', '-v', '--'], world)).exitCode).toBe(7);
});

describe('help and version', () => {
  test.each([[['--version']], [['-V']], [['login', '-V']], [['login', 'ropo', '--version']]])(
    '%j prints the version',
    async (argv) => {
      expect(await run(argv)).toMatchObject({ exitCode: 0, stdout: '1.2.3\n', stderr: '' });
    },
  );

  test.each([[[]], [['--help']], [['login', '-h']], [['login', 'ropo', '--help']]])(
    '%j prints help on stdout',
    async (argv) => {
      const { exitCode, stdout, stderr } = await run(argv);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: authctl/);
    },
  );

  test('that cannot be printed are an error', async () => {
    const { exitCode, stderr } = await run(['--help'], { stdout: broken });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'authctl: cannot write the output: ENOSPC\n',
    });
  });
});

describe('an unexpected error', () => {
  const bug = fails(new TypeError(`cannot read ${canary}\nof undefined`));

  test('is exit 1, one line, a hint on how to report it, and no secret', async () => {
    const { exitCode, stdout, stderr } = await run(login, { env, send: bug });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      /^authctl: something unexpected happened: TypeError: cannot read \*\*\*\\nof undefined\nhint: this is a bug; please report it .*\n$/,
    );
  });

  test('is a JSON object with --error-format json', async () => {
    const { exitCode, stderr } = await run([...login, '--error-format', 'json'], {
      env,
      send: bug,
    });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'unexpected', exit_code: 1, hint: expect.stringContaining('this is a bug') },
    });
    expect(stderr).not.toContain(canary);
  });

  test.each(['a text', undefined, { toString: null }])(
    'may be any thrown value: %p',
    async (thrown) => {
      const { exitCode, stderr } = await run(login, { env, send: fails(thrown) });
      expect(exitCode).toBe(1);
      expect(stderr).toContain('this is a bug');
    },
  );
});

describe('an expected error', () => {
  test.each<[string, Send, number, string]>([
    [
      'a refusal',
      answers(400, { errorId: 1, errorText: `no ${canary}` }),
      4,
      'Ropo One refused the credentials: no *** (code 1)',
    ],
    ['no connection', fails(new AuthctlError('network', 'no connection')), 5, 'no connection'],
    ['too many requests', answers(429, {}), 6, 'Ropo One answered 429, too many requests'],
    ['an HTML page', answers(200, '<html>'), 7, 'Ropo One answered 200 with a page, not JSON'],
    [
      'an invalid token',
      answers(201, { token: 'a\nb' }),
      7,
      'the token in the answer has characters other than printable ASCII',
    ],
  ])('%s has its exit code, and nothing on stdout', async (_what, send, exitCode, message) => {
    const result = await run(login, { env, send });
    expect(result).toMatchObject({ exitCode, stdout: '' });
    expect(result.stderr.split('\n')[0]).toBe(`authctl: ${message}`);
  });

  test.each([
    ['--error-format=json', ...login],
    ['--error-format', 'json', ...login],
    [...login, '--error-format', 'json'],
    [...login, '--error-format=text', '--error-format=json'],
  ])('is one JSON object (%#)', async (...argv) => {
    const { exitCode, stderr } = await run(argv, { env, send: answers(401, {}) });
    expect(exitCode).toBe(4);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'refused',
        message: 'Ropo One refused the credentials',
        hint: expect.stringContaining('ROPO_APICODE'),
        provider: 'ropo',
        status: 401,
        exit_code: 4,
      },
    });
  });

  test('is text if --error-format stands after --', async () => {
    const { stderr } = await run(['login', 'unknown', '--', '--error-format', 'json']);
    expect(stderr).toMatch(/^authctl: /);
  });

  test('in the config is exit 9', async () => {
    const config = mkdtempSync(join(directory, 'config-'));
    writeFileSync(join(config, 'config.json'), '{');
    const directories = () => ({ config, state: config });
    expect(await run(login, { env, directories })).toMatchObject({ exitCode: 9, stdout: '' });
  });
});

describe('wrong usage', () => {
  test.each<[string[], string]>([
    [['frobnicate'], 'unknown command "frobnicate"'],
    [['login', 'rop'], 'unknown provider "rop"'],
    [['login'], 'login needs a provider'],
    [['login', 'ropo', '--frob'], '--frob'],
    [['login', 'ropo', '--apicode'], '--apicode'],
    [['login', 'ropo', 'extra'], 'arguments'],
    [['--error-format', 'xml', 'login'], '--error-format'],
    [
      [...login, '--timeout', 'soon'],
      '--timeout takes a duration such as 90, 90s, 10m, 2h or 9m59s',
    ],
    [[...login, '--timeout', '600h'], '--timeout takes at most 24 days'],
    [[...login, '--timeout', '9999999999'], '--timeout takes at most 24 days'],
    [['refresh', 'ropo'], 'Ropo One has no refresh tokens'],
    [['refresh', 'ropo', '--unset'], 'Ropo One has no refresh tokens'],
    [['-p', '../x', ...login], '--profile takes letters'],
    [['-p', '', ...login], '--profile takes letters'],
  ])('%j is exit 2 and names it', async (argv, words) => {
    const { exitCode, stdout, stderr } = await run(argv, { env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    const lines = stderr.split('\n').filter((line) => line.startsWith('authctl: '));
    expect(lines.at(-1)).toContain(words);
  });

  test.each([`--apicdoe=${canary}`, `--apicodee=${canary}`, `-x${canary}`, `--x=${canary}\nmore`])(
    'does not repeat a value behind a mistyped flag: %j',
    async (flag) => {
      const { exitCode, stderr } = await run([...login, flag]);
      expect(exitCode).toBe(2);
      expect(stderr).not.toContain(canary);
    },
  );

  test('suggests the flag that was meant', async () => {
    const { stderr } = await run([...login, '--apicod', 'x']);
    expect(stderr).toBe(
      "authctl: unknown option '--apicod'; did you mean --apicode?\nhint: authctl login ropo --help\n",
    );
  });

  test.each(['ropo', 'ropo,netnut'])('of exec %s does not start the command', async (names) => {
    const argv = ['exec', names, '--timeout', 'soon', '--', 'true'];
    const { exitCode, stderr } = await run(argv, { env });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^authctl: --timeout takes .*\nhint: the command was not started\n$/);
  });

  test('names AUTHCTL_PROFILE if the profile comes from it', async () => {
    const { exitCode, stderr } = await run(login, { env: { AUTHCTL_PROFILE: 'a b' } });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('AUTHCTL_PROFILE takes letters');
  });
});

describe('streams that fail', () => {
  test('stdout on a full disk is exit 1', async () => {
    const world = { env, send: answers(201, { token: 'a.b.c' }), stdout: broken };
    expect(await run(login, world)).toMatchObject({
      exitCode: 1,
      stderr: 'authctl: cannot write the output: ENOSPC\n',
    });
  });

  test('a closed stderr does not change the exit code', async () => {
    expect((await run(login, { env, send: answers(401, {}), stderr: broken })).exitCode).toBe(4);
    expect(
      (await run([...login, '-v'], { env, send: answers(201, { token: 'a' }), stderr: broken }))
        .exitCode,
    ).toBe(0);
  });
});

describe('notices', () => {
  const world = { send: answers(201, { token: 'a.b.c' }) };
  const exposed = [...login, '--apicode', canary];

  test('go to stderr, without secrets', async () => {
    const { stdout, stderr } = await run([...exposed, '-v'], world);
    expect(stdout).toBe('a.b.c\n');
    expect(stderr).toContain('notice: --apicode shows the secret');
    expect(stderr).toContain('apicode comes from --apicode');
    expect(stderr).not.toContain(canary);
    expect(stderr).not.toContain('a.b.c');
  });

  test.each([['-q'], ['--quiet'], ['--error-format=json']])(
    'are left out with %s',
    async (flag) => {
      expect(await run([...exposed, flag], world)).toMatchObject({ exitCode: 0, stderr: '' });
    },
  );

  test('from the context itself are printed once the run is open', async () => {
    const { exitCode, stderr } = await run(login, (notice) => ({
      env,
      send: async (...request) => {
        notice('a notice');
        return answers(201, { token: 'a' })(...request);
      },
    }));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'authctl: a notice\n' });
  });
});
