/** Sessions on disk: untrusted files, separation, selection, and large numbers of them. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sessionPath } from '../../src/store/file/paths.ts';
import { formatSession } from '../../src/store/format.ts';
import { describeWith, part } from '../parts.ts';
import { accounts } from './accounts.ts';
import { authctl, type Env, type Home, newHome, output, program, run } from './harness.ts';
import { serve } from './servers.ts';
import { readStored, storedTokens } from './stored.ts';

const { ropo, verbit } = accounts;
const isRoot = process.getuid?.() === 0;

describe('a session file', () => {
  const rows: readonly (readonly [string, (path: string) => void, string])[] = [
    ['that is empty', (path) => truncateSync(path), 'empty'],
    ['that is cut off', (path) => truncateSync(path, 100), 'damaged'],
    ['with other content', (path) => writeFileSync(path, '\0\xff\x1b[2J'), 'damaged'],
    [
      'of a newer version',
      (path) => replaceIn(path, '"version":1', '"version":2'),
      'in an unknown format',
    ],
    ['that others can read', (path) => chmodSync(path, 0o644), 'open to other users'],
    ['that is a symbolic link', moveAndLink, 'a symbolic link'],
    ['with a second hard link', (path) => linkSync(path, `${path}-2`), 'other hard links'],
    ['that is a FIFO', makeFifo, 'not a regular file'],
    ['of another session', (path) => replaceIn(path, '"4711"', '"4712"'), 'another session'],
    ...(isRoot
      ? [
          [
            'of another user',
            (path: string) => chownSync(path, 12_345, 12_345),
            "another user's",
          ] as const,
        ]
      : []),
  ];

  test.concurrent.each(rows)(
    '%s is a miss, reported with -v, and replaced',
    async (_, harm, reason) => {
      const home = newHome();
      const { url, requests } = await serve((_request, count) => ropo.success(`tok${count}`));
      const args = ['token', 'ropo', '--base-url', url];
      const options = { home, env: ropo.env };
      await output(args, options);
      const [path = ''] = home.sessions();
      harm(path);
      const outcome = await authctl([...args, '-v'], options);
      expect([outcome.code, outcome.stdout]).toEqual([0, 'tok2\n']);
      expect(outcome.stderr).toMatch(new RegExp(`ignored ${path}: it is .*${reason}`));
      expect(outcome.stderr).not.toMatch(/tok1|\x1b/);
      // Only with -v, and from now on the file is valid again.
      expect(await output(args, options)).toBe('tok2\n');
      expect(lstatSync(path).mode & 0o7777).toBe(0o600);
      expect(requests).toHaveLength(2);
    },
  );

  test('that is damaged counts as missing, if no login is possible', async () => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    await output(['login', 'ropo', '--base-url', url], { home, env: ropo.env });
    truncateSync(home.sessions()[0] ?? '', 10);
    const outcome = await authctl(['token', 'ropo', '--base-url', url], { home });
    expect(outcome).toMatchObject({ code: 3, stdout: '' });
  });
});

describe('sessions are separate', () => {
  interface Way {
    readonly args: readonly string[];
    readonly env: Env;
  }
  const rows: readonly (readonly [string, readonly [Way, Way]])[] = [
    [
      'of two profiles',
      [
        { args: ['ropo'], env: ropo.env },
        { args: ['ropo'], env: { ...ropo.env, AUTHCTL_PROFILE: 'work' } },
      ],
    ],
    [
      'of two profiles whose names differ in case only',
      [
        { args: ['ropo'], env: { ...ropo.env, AUTHCTL_PROFILE: 'Work' } },
        { args: ['ropo'], env: { ...ropo.env, AUTHCTL_PROFILE: 'work' } },
      ],
    ],
    [
      'of two accounts',
      [
        { args: ['ropo', '--cid', '1'], env: ropo.env },
        { args: ['ropo', '--cid', '2'], env: ropo.env },
      ],
    ],
    [
      'of two keys',
      [
        { args: ['verbit'], env: { VERBIT_API_KEY: 'key-1' } },
        { args: ['verbit'], env: { VERBIT_API_KEY: 'key-2' } },
      ],
    ],
    [
      'of two servers',
      [
        { args: ['ropo', '--base-url', '{url}/1'], env: ropo.env },
        { args: ['ropo', '--base-url', '{url}/2'], env: ropo.env },
      ],
    ],
  ];

  test.concurrent.each(rows)('%s', async (_, [one, other]) => {
    const home = newHome();
    const { url, requests } = await serve(({ url: path }, count) =>
      (path.endsWith('/auth') ? verbit : ropo).success(`tok${count}`),
    );
    const token = ({ args, env }: Way) =>
      output(['token', ...args.map((arg) => arg.replace('{url}', url))], {
        home,
        env: { ...env, ROPO_BASE_URL: url, VERBIT_BASE_URL: url },
      });
    expect(await token(one)).toBe('tok1\n');
    expect(await token(other)).toBe('tok2\n');
    // Neither replaced the other.
    expect(await token(one)).toBe('tok1\n');
    expect(await token(other)).toBe('tok2\n');
    expect(requests).toHaveLength(2);
    expect(storedTokens(home).sort()).toEqual(['tok1', 'tok2']);
  });
});

describe('a command uses the current session', () => {
  /** A home with a session at a server that is not in the declaration. */
  async function loggedIn() {
    const home = newHome();
    const { url, requests } = await serve((_, count) => ropo.success(`tok${count}`));
    await output(['login', 'ropo', '--cid', '1', '--base-url', url], { home, env: ropo.env });
    const bare = (args: readonly string[] = [], env: Env = {}) =>
      authctl(['token', 'ropo', ...args], { home, env });
    return { home, url, requests, bare };
  }

  test('after a login, without account, server or secret', async () => {
    const { bare, url, requests } = await loggedIn();
    expect(await bare()).toEqual({
      code: 0,
      signal: null,
      stdout: 'tok1\n',
      stderr: `authctl: notice: the token is for ${url}, a server known only from the last session\n`,
    });
    expect(await bare(['-q'])).toMatchObject({ code: 0, stdout: 'tok1\n', stderr: '' });
    expect(await bare(['--cid', '1'])).toMatchObject({ code: 0, stdout: 'tok1\n' });
    const { stderr } = await bare(['-v']);
    expect(stderr).toContain(`the account is cid=1, at ${url}\n`);
    expect(requests).toHaveLength(1);
  });

  test('the last login decides which one that is', async () => {
    const { home, url, bare } = await loggedIn();
    await output(['login', 'ropo', '--cid', '2', '--base-url', url], { home, env: ropo.env });
    expect(await bare()).toMatchObject({ stdout: 'tok2\n' });
    expect(await bare(['--cid', '1'])).toMatchObject({ stdout: 'tok1\n' });
    // Using a session does not make it the current one.
    expect(await bare()).toMatchObject({ stdout: 'tok2\n' });
  });

  test.concurrent.each<[string, string[], Env]>([
    ['account', ['--cid', '2'], {}],
    ['account, by a variable', [], { ROPO_CID: '2' }],
    ['server', ['-e', 'se'], {}],
    ['server, by a variable', [], { ROPO_BASE_URL: 'https://example.com' }],
    ['profile', ['-p', 'work'], {}],
    ['profile, by a variable', [], { AUTHCTL_PROFILE: 'work' }],
  ])('but not if the command gives another %s', async (_, args, env) => {
    const { bare, requests } = await loggedIn();
    expect(await bare(args, env)).toMatchObject({ code: 3, stdout: '' });
    expect(requests).toHaveLength(1);
  });

  test('an API key never gets the token of another', async () => {
    const home = newHome();
    const { url, requests } = await serve((_, count) => verbit.success(`tok${count}`));
    const args = ['token', 'verbit', '--base-url', url];
    const key = (value: string) => ({ home, env: { VERBIT_API_KEY: value } });
    await output(args, key('one'));
    expect(await output(args, key('two'))).toBe('tok2\n');
    expect(await output([...args, '--api-key-stdin'], { home, stdin: 'one' })).toBe('tok1\n');
    // Without a key, the current session is used.
    const bare = await authctl(['token', 'verbit', '-v'], { home });
    expect(bare.stdout).toBe('tok2\n');
    expect(bare.stderr).toMatch(/the account is key [0-9a-f]{8}, at http/);
    expect(requests).toHaveLength(2);
    // Neither key is stored, nor a hash that could be brute-forced elsewhere.
    const texts = home.sessions().map((path) => readFileSync(path, 'utf8'));
    expect(texts.join()).not.toMatch(/"(one|two)"/);
    const [a, b] = home.sessions().map((path) => readStored(path).account);
    expect(a).toEqual({ fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(a).not.toEqual(b);
  });
});

describeWith(['strace'], 'with very many sessions', () => {
  const count = 10_000;

  /** The files in the home that a process opens or lists, with the system calls. */
  async function filesOpened(home: Home, args: readonly string[]): Promise<string[]> {
    const trace = home.write(`trace-${args.length}`, '');
    const calls = 'trace=open,openat,getdents64';
    const strace = [part('strace') ?? '', '-f', '-y', '-e', calls, '-o', trace];
    const outcome = await run([...strace, ...program, ...args], { home });
    expect(outcome).toMatchObject({ code: 0, stdout: 'tok1\n' });
    const lines = readFileSync(trace, 'utf8').split('\n');
    return lines
      .filter((line) => line.includes(home.state))
      .map((line) => line.split(' ')[1] ?? '');
  }

  test('a token is found without opening more files than with one session', async () => {
    const home = newHome();
    const { url } = await serve((_request, n) => ropo.success(`tok${n}`));
    await output(['login', 'ropo', '--base-url', url], { home, env: ropo.env });
    const commands = [
      ['token', 'ropo'],
      ['token', 'ropo', '--cid', '4711', '--base-url', url],
    ];
    const opened = () => Promise.all(commands.map((args) => filesOpened(home, args)));
    const withOne = await opened();
    fill(home);
    const withMany = await opened();
    for (const files of withOne) {
      expect(files.length).toBeGreaterThan(0);
      expect(files.length).toBeLessThan(5);
    }
    expect(withMany).toEqual(withOne);
  });

  function fill(home: Home): void {
    for (let i = 0; i < count; i++) {
      const session = {
        key: {
          provider: 'ropo',
          profile: 'default',
          baseUrl: 'https://ropo24.fi/rest',
          account: { fields: { cid: `${i}` } },
        },
        tokenSet: { accessToken: `other${i}`, receivedAt: Date.now(), lifetime: 7_200_000 },
      };
      const path = sessionPath(home.state, session.key);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, formatSession(session), { mode: 0o600 });
    }
  }
});

function replaceIn(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

function moveAndLink(path: string): void {
  renameSync(path, `${path}-real`);
  symlinkSync(`${path}-real`, path);
}

function makeFifo(path: string): void {
  renameSync(path, `${path}-real`);
  execFileSync('mkfifo', ['-m', '600', path]);
}
