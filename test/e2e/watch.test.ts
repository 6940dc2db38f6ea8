/** `token --out-file F --watch`: keeps a valid token in a file. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { jwt } from '../answers.ts';
import { accounts, expectNoSecret, secret } from './accounts.ts';
import { exitStatus, newHome } from './harness.ts';
import { type Reply, serve } from './servers.ts';
import { type Started, start, until } from './start.ts';

const { env, success } = accounts.ropo;

const running: Started[] = [];
afterAll(async () => {
  for (const { signal, ended } of running) {
    signal('SIGKILL');
    await ended;
  }
});

/** Numbered tokens with a lifetime in seconds. */
function numbered(seconds: number) {
  return (_: unknown, count: number): Reply => {
    const iat = Math.floor(Date.now() / 1000);
    return success(jwt({ jti: String(count), iat, exp: iat + seconds }));
  };
}

/** Whether a process runs: one that has ended may wait for a parent to ask for its exit code. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Starts a watch, with access to its file. */
function watching(baseUrl: string, args: readonly string[] = []) {
  const home = newHome();
  const file = join(home.path, 'token');
  const all = ['token', 'ropo', '--base-url', baseUrl, '--out-file', file, '--watch', ...args];
  const started = start(all, { home, env });
  running.push(started);
  /** The number of the token in the file; 0 if it has none yet. */
  const current = () => {
    if (!existsSync(file)) return 0;
    const [, claims = ''] = readFileSync(file, 'utf8').split('.');
    return Number(JSON.parse(Buffer.from(claims, 'base64url').toString()).jti);
  };
  return { home, file, current, ...started };
}
describe('the file', () => {
  test.concurrent('has a new token before each expiry, complete and readable by its owner only', async () => {
    const { url, requests } = await serve(numbered(5));
    const { file, current, signal, ended } = watching(url, ['--min-ttl', '2s']);
    await until(() => current() === 1);
    // A read at any moment finds a complete and valid token.
    const problems: string[] = [];
    const timer = setInterval(() => {
      const text = readFileSync(file, 'utf8');
      const [, claims = ''] = text.split('.');
      const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
      if (!/^[\w-]+\.[\w-]+\.[\w-]+\n$/.test(text)) problems.push(text);
      if (exp * 1000 < Date.now()) problems.push(`expired at ${exp}`);
      if ((statSync(file).mode & 0o777) !== 0o600) problems.push('open to others');
    }, 20);
    await until(() => current() === 3);
    clearInterval(timer);
    expect(problems).toEqual([]);
    signal('SIGTERM');
    const outcome = await ended;
    expect(outcome).toMatchObject({ stdout: '', stderr: 'authctl: terminated\n' });
    expect(exitStatus(outcome)).toBe(143);
    // The token stays: it may be valid for a while.
    expect(current()).toBe(3);
    expect(requests).toHaveLength(3);
  }, 60_000);

  test.concurrent('uses a session that another process renewed, without a request', async () => {
    const { url, requests } = await serve(numbered(10));
    const { home, current, signal, ended } = watching(url, ['--min-ttl', '2s']);
    await until(() => current() === 1);
    // Later than the first, so that its token is still fresh when the first one is due for renewal.
    await sleep(3000);
    const login = start(['login', 'ropo', '--base-url', url], { home, env });
    expect((await login.ended).code).toBe(0);
    await until(() => current() === 2);
    expect(requests).toHaveLength(2);
    signal('SIGINT');
    expect(exitStatus(await ended)).toBe(130);
  }, 60_000);

  test.concurrent('is not renewed in a tight loop if the server’s tokens are too short-lived', async () => {
    const { url, requests } = await serve(numbered(8));
    const { current } = watching(url, ['--min-ttl', '1h']);
    await until(() => current() === 2);
    // At least half of a lifetime between two requests.
    expect(requests).toHaveLength(2);
  }, 60_000);
});

test.concurrent.each([401, 403, 503])(
  'a page of a filter with %i does not end it',
  async (status) => {
    const good = numbered(8);
    const page = { status, headers: { 'Content-Type': 'text/html' }, body: '<p>blocked' };
    const { url } = await serve((request, count) => (count === 2 ? page : good(request, count)));
    const { current, signal, ended } = watching(url, ['--min-ttl', '5s', '--retries', '0']);
    await until(() => current() === 3);
    signal('SIGTERM');
    const { stderr } = await ended;
    expect(stderr).toContain(`answered ${status}`);
    expect(stderr).toContain('stays, next try in');
  },
  60_000,
);

describe('a server that is down', () => {
  /** A proxy to a server, which can be closed and reopened on the same port. */
  async function door(to: string) {
    const { port } = new URL(to);
    const sockets = new Set<Socket>();
    const open = (at: number) =>
      new Promise<Server>((resolve) => {
        const server = createServer((incoming) => {
          const outgoing = connect(Number(port), '127.0.0.1');
          for (const socket of [incoming, outgoing]) {
            sockets.add(socket.on('error', () => {}));
          }
          incoming.pipe(outgoing).pipe(incoming);
        });
        server.listen(at, '127.0.0.1', () => resolve(server));
      });
    let server = await open(0);
    const address = server.address();
    const own = typeof address === 'object' && address ? address.port : 0;
    return {
      url: `http://127.0.0.1:${own}`,
      close: () =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          for (const socket of sockets) socket.destroy();
        }),
      async open() {
        server = await open(own);
      },
    };
  }

  test.concurrent('is tried again: the file stays, and is renewed once the server is back', async () => {
    const { url, requests } = await serve(numbered(4));
    const way = await door(url);
    const { current, signal, ended } = watching(way.url, ['--min-ttl', '2s', '--retries', '0']);
    await until(() => current() === 1);
    await way.close();
    await sleep(6000);
    expect(current()).toBe(1);
    await way.open();
    await until(() => current() === 2);
    expect(requests).toHaveLength(2);
    signal('SIGTERM');
    const { stderr, ...outcome } = await ended;
    expect(exitStatus({ stderr, ...outcome })).toBe(143);
    expect(stderr).toMatch(/^authctl: .*the token in .*token stays, next try in [2-4] s\n/);
    expect(stderr).toMatch(/has expired, next try in \d+ s\n/);
    await way.close();
  }, 60_000);

  test.concurrent('at the start is an error at once', async () => {
    const { url } = await serve({ status: 500 });
    const { file, ended } = watching(url);
    expect(await ended).toMatchObject({ code: 5, stdout: '' });
    expect(existsSync(file)).toBe(false);
  });

  test.concurrent('is distinguished from one that refuses, which ends the watch', async () => {
    const first = numbered(4);
    const { url } = await serve((request, count) =>
      count === 1 ? first(request, 1) : { status: 400, body: { errorId: 1, errorText: 'Gone' } },
    );
    const { current, ended } = watching(url, ['--min-ttl', '2s']);
    await until(() => current() === 1);
    expect(await ended).toMatchObject({ code: 4, stderr: expect.stringContaining('Gone') });
  }, 60_000);
});

describe('a file that another program changes', () => {
  const changes: readonly (readonly [string, (file: string) => void])[] = [
    ['removes', (file) => rmSync(file)],
    ['overwrites', (file) => writeFileSync(file, 'other\n')],
    [
      'replaces',
      (file) => {
        writeFileSync(`${file}-2`, 'other\n');
        renameSync(`${file}-2`, file);
      },
    ],
    [
      'replaces by a link',
      (file) => {
        rmSync(file);
        writeFileSync(`${file}-2`, 'other\n');
        symlinkSync(`${file}-2`, file);
      },
    ],
    [
      'removes, with its directory,',
      (file) => {
        rmSync(dirname(file), { recursive: true });
        setTimeout(() => mkdirSync(dirname(file)), 4000);
      },
    ],
  ];

  test.concurrent.each(changes)(
    'or %s is written again soon, without a request',
    async (_, change) => {
      const { url, requests } = await serve(numbered(86_400));
      const home = newHome();
      const file = join(home.path, 'directory', 'token');
      mkdirSync(dirname(file));
      const args = ['token', 'ropo', '--base-url', url, '--out-file', file, '--watch'];
      const started = start([...args, '--on-renew', 'echo >> renewals'], { home, env });
      running.push(started);
      await until(() => existsSync(file));
      const token = readFileSync(file, 'utf8');
      await sleep(500);
      change(file);
      const isBack = () => existsSync(file) && readFileSync(file, 'utf8') === token;
      await until(() => isBack() && lstatSync(file).isFile());
      expect(lstatSync(file).mode & 0o777).toBe(0o600);
      expect(requests).toHaveLength(1);
      await until(() => readFileSync(join(home.path, 'renewals'), 'utf8') === '\n\n');
      started.signal('SIGTERM');
      expect((await started.ended).stderr).toMatch(
        /was removed or changed, and is written again\n/,
      );
    },
    60_000,
  );

  test.concurrent('is left alone where only its mode changed, or --on-renew changed it', async () => {
    const { url } = await serve(numbered(86_400));
    const line = 'rm "$AUTHCTL_OUT_FILE"; echo >> renewals';
    const one = watching(url, ['--on-renew', line]);
    const other = watching(url);
    await until(() => other.current() === 1 || other.current() === 2);
    chmodSync(other.file, 0o640);
    await sleep(6000);
    expect(readFileSync(join(one.home.path, 'renewals'), 'utf8')).toBe('\n');
    expect(existsSync(one.file)).toBe(false);
    expect(statSync(other.file).mode & 0o777).toBe(0o640);
  }, 60_000);
});

describe('--on-renew', () => {
  test.concurrent('that hangs is killed with all that it started, and the next token is in time', async () => {
    const { url, requests } = await serve(numbered(6));
    const line =
      '[ -e pids ] || trap "" TERM; sleep 300 & echo $! >> pids; sleep 300; echo no >> ended';
    const { home, current, signal, ended } = watching(url, ['--min-ttl', '2s', '--on-renew', line]);
    const expired: number[] = [];
    const began = Date.now();
    await until(() => {
      if (current() === 1 && Date.now() - began > 7000) expired.push(1);
      return current() === 3;
    }, 30_000);
    expect(expired).toEqual([]);
    const [first = 0] = readFileSync(join(home.path, 'pids'), 'utf8').split('\n').map(Number);
    expect(isRunning(first)).toBe(false);
    // The one that runs ends with the program.
    const pids = () => readFileSync(join(home.path, 'pids'), 'utf8').trim().split('\n').map(Number);
    await until(() => pids().length === 3);
    signal('SIGTERM');
    const { stderr } = await ended;
    expect(stderr).toMatch(
      /^authctl: notice: the --on-renew command did not end within \d s, and was killed\n/,
    );
    await until(() => !isRunning(pids()[2] ?? 0));
    expect(requests.length).toBeLessThanOrEqual(4);
    expect(existsSync(join(home.path, 'ended'))).toBe(false);
  }, 60_000);

  test.concurrent('runs after each token, in a shell, without secrets and without stdout', async () => {
    const { url } = await serve(numbered(4));
    const line = 'env > env; cat "$AUTHCTL_OUT_FILE" >> seen; echo "to $0"; cat';
    const args = ['--min-ttl', '2s', '--on-renew', line];
    const { home, file, current, signal, ended } = watching(url, args);
    const read = (name: string) => readFileSync(join(home.path, name), 'utf8');
    // A command that still runs ends with the program.
    await until(() => current() === 2 && read('seen').split('\n').length === 3);
    signal('SIGTERM');
    const { stdout, stderr } = await ended;
    expect(read('seen').split('\n').length).toBeGreaterThanOrEqual(2);
    expect(read('env')).toContain(`AUTHCTL_OUT_FILE=${file}\n`);
    expect(read('env')).toContain('ROPO_CID=4711\n');
    expect(read('env')).not.toContain('ROPO_APICODE');
    expectNoSecret(read('env'), secret);
    // Its output goes to stderr.
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^to /);
  }, 60_000);

  test.concurrent('that fails causes a notice, and the watch continues', async () => {
    const { url } = await serve(numbered(4));
    const { current, signal, ended } = watching(url, ['--min-ttl', '2s', '--on-renew', 'exit 3']);
    await until(() => current() === 2);
    signal('SIGTERM');
    const outcome = await ended;
    expect(exitStatus(outcome)).toBe(143);
    expect(outcome.stderr).toMatch(
      /^authctl: notice: the --on-renew command ended with exit code 3\n/,
    );
  }, 60_000);
});
