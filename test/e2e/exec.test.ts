/** `exec`: what the command gets, and how its end is passed on. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { jwt } from '../answers.ts';
import { accounts, expectNoSecret, secret } from './accounts.ts';
import {
  authctl,
  bin,
  type Env,
  environment,
  exitStatus,
  failure,
  type Home,
  newHome,
  output,
  program,
  run,
  standalone,
} from './harness.ts';
import { deadUrl, serve, type TestServer } from './servers.ts';
import { startCommand, until } from './start.ts';
import { age, changeStored } from './stored.ts';

const ropo = accounts.ropo;
const datarhei = accounts['datarhei by password'];

/** Prints its arguments and its environment, as JSON. */
const show = 'console.log(JSON.stringify({ args: process.argv.slice(1), env: process.env }))';
const shows = [process.execPath, '-e', show, '--'];

/** A server for all providers, by their paths. */
let server: TestServer;
beforeAll(async () => {
  server = await serve(({ url }, count) =>
    url === '/token' ? ropo.success(`ropo${count}`) : datarhei.success(`datarhei${count}`),
  );
});
const places = (): Env => ({ ROPO_BASE_URL: server.url, DATARHEI_BASE_URL: server.url });
const everything = (): Env => ({ ...places(), ...ropo.env, ...datarhei.env });

describe('the environment of the command', () => {
  test('has the tokens and their expiry, no secrets, and everything else unchanged', async () => {
    const others = {
      EMPTY: '',
      LINES: 'a\nb',
      NETNUT_PASSWORD: 'not used',
      ROPO_TOKEN: 'old',
      ROPO_REFRESH_TOKEN: 'old',
      DATARHEI_AUTH0_TOKEN: 'not used either, but of that provider',
      AUTHCTL_PROFILE: 'work',
    };
    const home = newHome();
    const given = environment(home, { NODE: '1', ...everything(), ...others });
    const { stdout, code } = await run([...program, 'exec', 'datarhei,ropo', '--', ...shows], {
      home,
      env: { AUTHCTL: undefined, ...everything(), ...others, NODE: '1' },
    });
    expect(code).toBe(0);
    const { env } = JSON.parse(stdout);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    const {
      ROPO_APICODE: _1,
      ROPO_REFRESH_TOKEN: _2,
      DATARHEI_PASSWORD: _3,
      DATARHEI_AUTH0_TOKEN: _4,
      ...kept
    } = given;
    expect(env).toEqual({
      ...kept,
      ROPO_TOKEN: expect.stringMatching(/^ropo\d+$/),
      ROPO_TOKEN_EXPIRES_AT: time,
      DATARHEI_TOKEN: expect.stringMatching(/^datarhei\d+$/),
      DATARHEI_TOKEN_EXPIRES_AT: time,
    });
    expectNoSecret(stdout);
  });

  test('has the token under the name that --var gives', async () => {
    const args = ['exec', 'ropo', '--var', 'MY_TOKEN', '--', ...shows];
    const { env } = JSON.parse(await output(args, { env: everything() }));
    expect(env).toMatchObject({ MY_TOKEN: expect.stringMatching(/^ropo\d+$/) });
    expect(env).not.toHaveProperty('ROPO_TOKEN');
  });

  test('has the tokens of several providers, each with options of its own', async () => {
    const args = [
      ...['exec', 'ropo,datarhei', '--ropo-cid', '7', '--datarhei-base-url', server.url],
      ...['--ropo-base-url', server.url, '--ropo-var', 'MY_TOKEN', '--datarhei-password-stdin'],
    ];
    const { stdout, stderr, code } = await authctl([...args, '--', ...shows], {
      env: { ROPO_APICODE: secret, DATARHEI_USERNAME: 'me' },
      stdin: secret,
    });
    expect([code, stderr]).toEqual([0, '']);
    const { env } = JSON.parse(stdout);
    expect(env).toMatchObject({
      MY_TOKEN: expect.stringMatching(/^ropo\d+$/),
      DATARHEI_TOKEN: expect.stringMatching(/^datarhei\d+$/),
    });
    expect(env).not.toHaveProperty('ROPO_TOKEN');
    const bodies = server.requests.map(({ body }) => body);
    expect(bodies).toContain(JSON.stringify({ cid: '7', apicode: secret }));
  });

  test('has no expiry if that is unknown, not even an inherited one', async () => {
    const home = newHome();
    const env = { ...everything(), ROPO_TOKEN_EXPIRES_AT: '2001-01-01T00:00:00Z' };
    const args = ['exec', 'ropo', '--', ...shows];
    await output(args, { home, env });
    changeStored(home, () => ({ lifetime: null }));
    const shown = JSON.parse(await output(args, { home, env }));
    expect(shown.env).toHaveProperty('ROPO_TOKEN');
    expect(shown.env).not.toHaveProperty('ROPO_TOKEN_EXPIRES_AT');
  });
});

describe('the command', () => {
  test.each(['ropo', 'ropo,datarhei'])('of %s gets its arguments unchanged', async (names) => {
    const args = [
      'a b',
      '',
      '"q"',
      "it's",
      '$(id)',
      '`id`',
      '*',
      '\\',
      'é😀',
      'line\nfeed',
      '-x',
      '--',
      '--help',
      '--error-format=xml',
      '-',
      '%PATH%',
    ];
    const printed = await output(['exec', names, '--', ...shows, ...args], { env: everything() });
    expect(JSON.parse(printed).args).toEqual(args);
  });

  test('inherits all of stdin, and stdout and stderr', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 256));
    const script = 'process.stdin.pipe(process.stdout); console.error("to stderr")';
    const hash = (data: Uint8Array) => Buffer.from(data).toString('base64');
    const home = newHome();
    const [file, ...first] = program;
    const child = spawn(file, [...first, 'exec', 'ropo', '--', process.execPath, '-e', script], {
      env: environment(home, everything()),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    // The first half is there at the start, the second arrives later.
    child.stdin.write(bytes.subarray(0, 150_000));
    setTimeout(() => child.stdin.end(bytes.subarray(150_000)), 1000);
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, stderr]).toEqual([0, 'to stderr\n']);
    expect(hash(Buffer.concat(chunks)) === hash(bytes)).toBe(true);
  });

  test('inherits a stdin that is a file, shared, or closed', async () => {
    const home = newHome();
    const file = home.write('input', 'from a file\n');
    const line = '"$NODE" "$AUTHCTL" exec ropo -- cat';
    const read = await run(['bash', '-c', `${line} < ${file}`], { home, env: everything() });
    expect(read).toMatchObject({ code: 0, stdout: 'from a file\n' });
    const rest = `{ read -r first; echo "$first"; ${line}; } < <(echo one; echo two)`;
    const shared = await run(['bash', '-c', rest], { home, env: everything() });
    expect(shared).toMatchObject({ code: 0, stdout: 'one\ntwo\n' });
    const closed = await run(['bash', '-c', '"$NODE" "$AUTHCTL" exec ropo -- echo hi <&-'], {
      home,
      env: everything(),
    });
    expect(closed).toMatchObject({ code: 0, stdout: 'hi\n' });
  });

  test.concurrent.each([0, 1, 2, 126, 127, 255])(
    'ends with %d: authctl exits with the same code, without a message',
    async (status) => {
      const args = ['exec', 'ropo', '--', 'bash', '-c', `exit ${status}`];
      const outcome = await authctl(args, { env: everything() });
      expect(outcome).toEqual({ code: status, signal: null, stdout: '', stderr: '' });
    },
  );

  test.concurrent.each([
    ...(['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGPIPE', 'SIGHUP'] as const),
    ...(['SIGUSR1', 'SIGUSR2', 'SIGALRM'] as const),
  ])('is ended by %s: so is authctl', async (signal) => {
    const args = ['exec', 'ropo', '--', 'bash', '-c', `kill -s ${signal} $$`];
    const outcome = await authctl(args, { env: everything() });
    expect(outcome).toEqual({ code: null, signal, stdout: '', stderr: '' });
  });

  test.concurrent.each(['SIGSEGV', 'SIGABRT', 'SIGXFSZ'] as const)(
    'is ended by %s, which dumps its core: authctl ends with 128 plus its number',
    async (signal) => {
      const args = ['exec', 'ropo', '--', 'bash', '-c', `ulimit -c 0; kill -s ${signal} $$`];
      const outcome = await authctl(args, { env: everything() });
      expect(outcome).toMatchObject({ code: 128 + constants.signals[signal], signal: null });
    },
  );

  test('that is not found is named without control characters', async () => {
    const { stderr } = await authctl(['exec', 'ropo', '--', 'a\x1b[31m\nb'], { env: everything() });
    expect(stderr).toBe('authctl: a\\u{1b}[31m\\nb: not found\n');
  });

  test('that is not found is exit 127, and one that is not executable 126, with a message', async () => {
    const home = newHome();
    const file = home.write('not-executable', '#!/bin/sh\n');
    chmodSync(file, 0o644);
    // Longer than a file name can be: Bun does not try to run it.
    const tooLong = standalone
      ? ([127, 'not found'] as const)
      : ([126, 'cannot be started (ENAMETOOLONG)'] as const);
    for (const [command, code, words] of [
      ['no-such-command', 127, 'not found'],
      [join(home.path, 'none'), 127, 'not found'],
      [file, 126, 'not executable'],
      [home.path, 126, 'not executable'],
      [join(file, 'none'), 126, 'cannot be started (ENOTDIR)'],
      ['x'.repeat(300), ...tooLong],
      ['', 127, 'not found'],
    ] as const) {
      const outcome = await authctl(['exec', 'ropo', '--', command], { home, env: everything() });
      expect(outcome).toEqual({
        code,
        signal: null,
        stdout: '',
        stderr: `authctl: ${command}: ${words}\n`,
      });
    }
  });
});

describe('descriptors from 3 up', () => {
  const exec = '"$NODE" "$AUTHCTL" exec ropo --';
  const sh = async (script: string) => {
    const home = newHome();
    const outcome = await run(['bash', '-c', script], { home, env: everything() });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    return outcome.stdout;
  };

  test("are the command's under their numbers, also with gaps between them", async () => {
    const script = `echo three >a; ${exec} bash -c 'cat <&3; echo nine >&9; echo 200 >&200' 3<a 9>b 200>c; cat b c`;
    expect(await sh(script)).toBe('three\nnine\n200\n');
  });

  (existsSync('/proc') ? test : test.skip)('are those of authctl, and no others', async () => {
    const list = `sh -c 'ls /proc/self/fd'`;
    const files = '3</dev/null 4>/dev/null 7</etc/passwd 12<>/dev/null';
    for (const given of ['', files]) {
      const [alone, ours] = (await sh(`${list} ${given}; echo -; ${exec} ${list} ${given}`)).split(
        '-\n',
      );
      expect(ours).toBe(alone);
    }
  });

  test('with both ends of a pipe, as make has for its jobs, are passed on', async () => {
    const pipe = `import os; os.pipe(); [os.set_inheritable(fd, True) for fd in (3, 4)]; os.system(r"""${exec} sh -c 'echo through >&4; head -n 1 <&3'""")`;
    expect(await sh(`python3 -c '${pipe.replaceAll("'", `'\\''`)}'`)).toBe('through\n');
  });

  test('are open as long as the command wants', async () => {
    // The reader ends when the last writer closes the pipe.
    const wait = 'timeout 10 sh -c "while ! test -e seen; do sleep 0.02; done" && echo ended';
    const script = `mkfifo p; { cat p; touch seen; } & ${exec} sh -c 'exec 3>&-; ${wait}' 3>p`;
    expect(await sh(script)).toBe('ended\n');
  });
});

describe('a signal', () => {
  /** Prints that it runs, and the signal that it gets; then exits with 42. */
  const traps = (signal: string) => [
    'bash',
    '-c',
    `trap 'echo got ${signal}; exit 42' ${signal}; touch running; while :; do sleep 0.05; done`,
  ];

  async function signalled(home: Home, command: readonly string[], signal: NodeJS.Signals) {
    const exec = [...program, 'exec', 'ropo', '--', ...command];
    const started = startCommand(exec, { home, env: everything() });
    await until(() => existsSync(join(home.path, 'running')));
    started.signal(signal);
    return started.ended;
  }

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s reaches the command, and its exit code is passed on',
    async (signal) => {
      const outcome = await signalled(newHome(), traps(signal.slice(3)), signal);
      expect(outcome).toMatchObject({ code: 42, stdout: `got ${signal.slice(3)}\n` });
    },
  );

  test('that the command ignores does not end authctl either', async () => {
    const command = ['bash', '-c', "trap '' TERM; touch running; sleep 1; echo done"];
    const outcome = await signalled(newHome(), command, 'SIGTERM');
    expect(outcome).toEqual({ code: 0, signal: null, stdout: 'done\n', stderr: '' });
  });

  test('that ends the command ends authctl', async () => {
    const command = ['bash', '-c', 'touch running; exec sleep 20'];
    expect(await signalled(newHome(), command, 'SIGTERM')).toMatchObject({ signal: 'SIGTERM' });
  });

  test('before the command runs ends authctl, and the command is not started', async () => {
    const home = newHome();
    const { url, requests } = await serve(() => () => {});
    const command = ['exec', 'ropo', '--base-url', url, '--', 'touch', 'started'];
    const started = startCommand([...program, ...command], { home, env: ropo.env });
    await until(() => requests.length === 1);
    started.signal('SIGTERM');
    const outcome = await started.ended;
    expect(exitStatus(outcome)).toBe(143);
    expect(outcome.stderr).toContain('the command was not started');
    expect(existsSync(join(home.path, 'started'))).toBe(false);
  });
});

describe('the token', () => {
  const exec = ['exec', 'ropo', '--', 'bash', '-c', 'echo "$ROPO_TOKEN"'];
  const hour = 3600;

  test.each([
    ['with more than half of its lifetime left is taken from the store', 0.9 * hour, [], 'tok1'],
    ['with less than half of its lifetime left is renewed', 1.1 * hour, [], 'tok2'],
    ['with less than --min-ttl left is renewed', 0.5 * hour, ['--min-ttl', '100m'], 'tok2'],
  ])('%s', async (_, old, args, expected) => {
    const { url } = await serve((_request, count) => ropo.success(`tok${count}`));
    const [verb = '', name = '', ...command] = exec;
    const whole = [verb, name, '--base-url', url, ...args, ...command];
    const home = newHome();
    await output(whole, { home, env: ropo.env });
    age(home, old);
    expect(await output(whole, { home, env: ropo.env })).toBe(`${expected}\n`);
  });

  test('that is half used up when it arrives is used, and not renewed at every run', async () => {
    const iat = Math.floor(Date.now() / 1000) - hour;
    const { url, requests } = await serve({ body: { token: jwt({ iat, exp: iat + 1.5 * hour }) } });
    const home = newHome();
    const args = ['exec', 'ropo', '--base-url', url, '--', 'true'];
    await output(args, { home, env: ropo.env });
    await output(args, { home });
    expect(requests).toHaveLength(1);
  });

  test('that expires sooner than --min-ttl is used, with a notice', async () => {
    const args = ['exec', 'ropo', '--min-ttl', '9h', '--', 'echo', 'ran'];
    const outcome = await authctl(args, { env: everything() });
    expect(outcome).toMatchObject({ code: 0, stdout: 'ran\n' });
    expect(outcome.stderr).toMatch(/^authctl: notice: .*--min-ttl\n$/);
  });
});

describe('an error before the command', () => {
  const command = ['--', 'bash', '-c', 'touch started; echo started'];
  const rows: readonly (readonly [string, string[], number, string])[] = [
    ['no credentials', ['ropo', '--base-url', 'http://127.0.0.1:9', ...command], 3, 'ROPO_APICODE'],
    ['an unknown provider', ['unknown', ...command], 2, 'unknown provider "unknown"'],
    ['an unknown provider among others', ['ropo,unknown', ...command], 2, '"unknown"'],
    ['no command', ['ropo'], 2, 'command'],
    ['no command for several providers', ['ropo,datarhei', '--'], 2, 'command'],
    ['no arguments', [], 2, 'provider'],
    ['a flag of one provider', ['ropo,datarhei', '--cid', '1', ...command], 2, 'write --ropo-cid'],
    ['a base URL for several', ['ropo,datarhei', '--base-url', 'x', ...command], 2, '--base-url'],
    [
      'an environment for several',
      ['ropo,datarhei', '-e', 'se', ...command],
      2,
      'write --ropo-environment or --datarhei-environment',
    ],
    ['--var for several', ['ropo,datarhei', '--var', 'T', ...command], 2, '--var'],
    [
      'the same variable for two',
      ['ropo,datarhei', '--ropo-var', 'A_TOKEN', '--datarhei-var', 'A_TOKEN', ...command],
      2,
      'ropo and datarhei would both set A_TOKEN',
    ],
    [
      "another one's variable",
      ['ropo,datarhei', '--ropo-var', 'DATARHEI_TOKEN', ...command],
      2,
      'both set DATARHEI_TOKEN',
    ],
    [
      'stdin for two',
      ['ropo,datarhei', '--ropo-apicode-stdin', '--datarhei-password-stdin', ...command],
      2,
      'one value only',
    ],
    ['a list without a comma', ['ropo', 'datarhei', ...command], 2, 'with commas: ropo,datarhei'],
    ['a list with a space', ['ropo,', 'datarhei', ...command], 2, 'with commas: ropo,datarhei'],
    ['a list with spaces', ['ropo', ',', 'datarhei', ...command], 2, 'with commas: ropo,datarhei'],
    ['a comma too many', ['ropo,', ...command], 2, 'beside the comma of ropo,'],
    ['an invalid duration', ['ropo', '--min-ttl', 'x', ...command], 2, '--min-ttl'],
  ];

  test.concurrent.each(rows)('%s: the command is not started', async (_, args, exitCode, words) => {
    const home = newHome();
    const { code, stderr } = await failure(['exec', ...args], { home });
    expect([code, stderr]).toEqual([exitCode, expect.stringContaining(words)]);
    expect(existsSync(join(home.path, 'started'))).toBe(false);
  });

  test('is distinguished from a failure of the command, in text and in JSON', async () => {
    const { url } = await serve({ status: 400, body: { errorId: 1, errorText: 'No' } });
    const gone = await deadUrl();
    for (const [place, exitCode, code] of [
      [url, 4, 'refused'],
      [gone, 5, 'network'],
    ] as const) {
      const args = ['exec', 'ropo', '--base-url', place, '--retries', '0', ...command];
      const inWords = await failure(args, { env: ropo.env });
      expect(inWords.code).toBe(exitCode);
      expect(inWords.stderr).toMatch(/\nhint: .*the command was not started.*\n$/);
      const inJson = await authctl(['exec', '--error-format', 'json', ...args.slice(1)], {
        env: ropo.env,
      });
      expect(inJson).toMatchObject({ code: exitCode, stdout: '' });
      expect(JSON.parse(inJson.stderr)).toMatchObject({
        error: {
          code,
          exit_code: exitCode,
          hint: expect.stringContaining('the command was not started'),
        },
      });
    }
  });

  test('names what all of several providers lack, with the flags that they have here', async () => {
    const { url, requests } = await serve(ropo.success('tok'));
    const names = ['exec', 'ropo,pegase3'];
    const { code, stderr } = await failure([...names, '--ropo-cid', '1', ...command]);
    expect([code, stderr]).toEqual([
      3,
      `authctl: missing for Ropo One: apicode (--ropo-apicode-stdin or ROPO_APICODE); the keychain is switched off; missing for Pégase 3: the base URL of your server (--pegase3-base-url or PEGASE3_BASE_URL), user_name (--pegase3-user-name or PEGASE3_USER_NAME), password (--pegase3-password-stdin or PEGASE3_PASSWORD); the command was not started
hint: authctl help credentials
`,
    ]);
    // Nobody is logged in for a command that cannot be started.
    const env = { ...ropo.env, ROPO_BASE_URL: url };
    expect((await failure([...names, ...command], { env })).code).toBe(3);
    expect(requests).toEqual([]);
    const unread = [...names, '--pegase3-password-file', 'gone', ...command];
    expect((await failure(unread, { env })).stderr).toContain(
      'the file of --pegase3-password-file',
    );
  });

  test('for one of several providers is enough', async () => {
    const home = newHome();
    const env = { ...places(), ...ropo.env };
    const args = ['exec', 'ropo,datarhei', ...command];
    const { code, stderr } = await failure(args, { home, env });
    expect([code, stderr]).toEqual([3, expect.stringContaining('DATARHEI_PASSWORD')]);
    expect(existsSync(join(home.path, 'started'))).toBe(false);
  });
});

test('a secret on stdin is read by authctl, and the command finds an empty stdin', async () => {
  const env = { ...places(), ROPO_CID: '1' };
  const args = ['exec', 'ropo', '--apicode-stdin', '--', 'bash', '-c', 'cat; echo end'];
  const outcome = await authctl(args, { env, stdin: secret });
  expect(outcome).toEqual({ code: 0, signal: null, stdout: 'end\n', stderr: '' });
});

(existsSync('/proc') ? test : test.skip)('the token is in no argument list', async () => {
  const home = newHome();
  const script = `readlink /proc/$PPID/exe > parent; tr '\\0' ' ' < /proc/$PPID/cmdline > cmdline`;
  await output(['exec', 'ropo', '--', 'bash', '-c', script], { home, env: everything() });
  const [line, parent] = ['cmdline', 'parent'].map((name) =>
    readFileSync(join(home.path, name), 'utf8'),
  );
  expect(parent).toContain(basename(program[0]));
  expect(line).toContain(bin);
  expect(line).not.toMatch(/ropo\d/);
});
