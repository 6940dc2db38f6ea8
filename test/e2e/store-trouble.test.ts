/** A token is obtained even if sessions cannot be stored: full disks, foreign directories, containers. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { accounts, expectNoSecret } from './accounts.ts';
import { type Env, type Home, newHome, output, program, run } from './harness.ts';
import { serve } from './servers.ts';
import { startCommand, until } from './start.ts';
import { storedTokens } from './stored.ts';

const { env: credentials, success } = accounts.verbit;
const isRoot = process.getuid?.() === 0;

/** Prefixes that run the rest of the command line in a special environment. */
const mounting = ['unshare', '--user', '--map-root-user', '--mount'];
const container = [
  ...['unshare', '--user', '--map-root-user', '--pid', '--kill-child', '--mount-proc'],
];
const withoutUserEntry = ['unshare', '--user', '--map-user=12345'];
const bash = (line: string) => ['bash', '-c', `${line} && exec "$@"`, 'bash'];

interface Trouble {
  /** The prefix that the program is run with. */
  readonly by: readonly string[];
  readonly env?: Env;
  /** Sets up the trouble in a home. */
  readonly prepare?: (home: Home) => Env;
}

const mount = (options: string) =>
  `mount -t tmpfs -o ${options} none "$AUTHCTL_STATE_DIR" && cd "$AUTHCTL_STATE_DIR"`;
const fill = '{ dd if=/dev/zero of=ballast bs=4k status=none 2>/dev/null; true; }';

const troubles: readonly (readonly [string, Trouble])[] = [
  [
    'a full disk',
    { by: [...mounting, ...bash(`${mount('size=64k')} && ${fill}`)], prepare: stateOf },
  ],
  ['a read-only disk', { by: [...mounting, ...bash(mount('ro'))], prepare: stateOf }],
  ['a limit on the size of files', { by: bash('ulimit -f 0') }],
  [
    'a file where the state directory should be',
    { by: [], prepare: (home) => ({ AUTHCTL_STATE_DIR: join(home.write('file', ''), 'state') }) },
  ],
  [
    'a file where the directory of the sessions should be',
    {
      by: [],
      prepare: (home) => {
        mkdirSync(home.state, { recursive: true, mode: 0o700 });
        home.write('.local/state/authctl/sessions', '');
        return {};
      },
    },
  ],
  ['a foreign directory that cannot be entered', foreign(0o700)],
  ['a foreign directory that is read-only', foreign(0o755)],
  ['no home directory', { by: withoutUserEntry, env: { HOME: undefined } }],
];

/** An empty state directory. */
function stateOf(home: Home): { readonly AUTHCTL_STATE_DIR: string } {
  const path = join(home.path, 'state');
  mkdirSync(path, { mode: 0o700 });
  return { AUTHCTL_STATE_DIR: path };
}

/** A directory of root, used by another user; if the tests do not run as root, a closed directory. */
function foreign(mode: number): Trouble {
  return {
    by: isRoot ? ['setpriv', '--reuid', '12345', '--clear-groups'] : [],
    prepare: (home) => {
      const state = stateOf(home);
      chmodSync(state.AUTHCTL_STATE_DIR, isRoot ? mode : mode & 0o055);
      return state;
    },
  };
}

for (const [what, { by, env = {}, prepare = () => ({}) }] of troubles) {
  describeBy(by, `with ${what}`, () => {
    test.concurrent.each([
      ['login', []],
      ['token', []],
      ['exec', ['--', 'bash', '-c', 'echo "$VERBIT_TOKEN"']],
    ])('%s works, with a notice that nothing is stored', async (verb, rest) => {
      const home = newHome();
      // The program may run as another user than the one who created the home.
      chmodSync(join(home.path, '..'), 0o755);
      chmodSync(home.path, 0o755);
      const { url, requests } = await serve((_, count) => success(`tok${count}`));
      const whole = { ...credentials, ...env, ...prepare(home) };
      const command = [...by, ...program, verb, 'verbit', '--base-url', url, ...rest];
      for (const count of [1, 2]) {
        const outcome = await run(command, { home, env: whole });
        expect(outcome).toMatchObject({ code: 0, stdout: `tok${count}\n` });
        expect(outcome.stderr).toMatch(
          /^authctl: notice: (sessions are not stored|the session cannot be stored): .*\n$/,
        );
        expectNoSecret(outcome.stderr);
        expect(requests).toHaveLength(count);
      }
    });
  });
}

describeBy(container, 'with two containers that share a directory', () => {
  // In each, the program has process ID 1, and sees no process of the other.
  const inContainer = (args: readonly string[]) => [...container, ...program, ...args];

  test('they make one login, and both print its token', async () => {
    const home = newHome();
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { url, requests } = await serve((_, count) => (response) => {
      answered.then(() => response.end(JSON.stringify(success(`tok${count}`).body)));
    });
    const args = ['token', 'verbit', '--base-url', url];
    const all = Array.from({ length: 4 }, () =>
      startCommand(inContainer(args), { home, env: credentials }),
    );
    await until(() => requests.length > 0);
    // Longer than a dead holder is waited for.
    setTimeout(answer, 5000);
    for (const { ended } of all) {
      expect(await ended).toEqual({ code: 0, signal: null, stdout: 'tok1\n', stderr: '' });
    }
    expect(requests).toHaveLength(1);
    expect(storedTokens(home)).toEqual(['tok1']);
  }, 60_000);

  test('one replaces a lock holder that was killed', async () => {
    const home = newHome();
    const { url, requests } = await serve((_, count) =>
      count === 1 ? () => {} : success(`tok${count}`),
    );
    const args = ['token', 'verbit', '--base-url', url];
    const first = startCommand(inContainer(args), { home, env: credentials });
    await until(() => requests.length === 1);
    const second = startCommand(inContainer(args), { home, env: credentials });
    first.signal('SIGKILL');
    await first.ended;
    expect(await second.ended).toMatchObject({ code: 0, stdout: 'tok2\n' });
    expect(await output(args, { home })).toBe('tok2\n');
  }, 60_000);

  test('many that write at once all store their sessions', async () => {
    const home = newHome();
    const { url } = await serve(({ url: path }) => success(`tok${path.replaceAll('/', '-')}`));
    const all = Array.from({ length: 12 }, (_, i) =>
      startCommand(inContainer(['login', 'verbit', '--base-url', `${url}/${i}`]), {
        home,
        env: credentials,
      }),
    );
    const ends = await Promise.all(all.map(({ ended }) => ended));
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(Array(12).fill([0, '']));
    expect(storedTokens(home).sort()).toEqual(ends.map(({ stdout }) => stdout.trim()).sort());
  }, 60_000);
});

/** `describe` if commands can be run with the prefix; otherwise one skipped test. */
function describeBy(by: readonly string[], title: string, body: () => void): void {
  const [file, ...flags] = by.filter((word, index) => index === 0 || word.startsWith('--'));
  const works = file !== 'unshare' || spawnSync(file, [...flags, 'true']).status === 0;
  if (works) describe(title, body);
  else test.skip(`${title}: needs user namespaces (unshare ${flags.join(' ')})`, () => {});
}
