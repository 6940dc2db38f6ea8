/** APIs at which a new login or refresh ends the earlier token. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { tally } from './counting.ts';
import { type Acme, acme } from './declaring.ts';
import { authctl, failure, output, run } from './harness.ts';
import { crowd, start } from './start.ts';
import { age, storedTokens } from './stored.ts';

const login = ['login', 'acme'];
const token = ['token', 'acme'];
const half = ['--min-ttl', '30m'];

/** The server takes the last token only. */
async function oneToken(seconds = 3600, answer: object = {}) {
  let count = 0;
  const tokens = () => ({
    body: { token: `tok${++count}`, refresh: `ref${count}`, expires_in: seconds },
  });
  return acme(
    {
      login: [
        {
          fields: ['user', 'password'],
          request: {
            method: 'POST',
            path: '/login',
            json: { user: '{user}', password: '{password}' },
          },
        },
      ],
      answer: { token: '/token', lifetime: { at: '/expires_in' }, exclusive: true },
      ...answer,
    },
    {
      '/login': tokens,
      '/refresh': tokens,
    },
  );
}

/** Logs in, which says what it ends. */
async function loggedIn({ home, env }: Acme, ...args: string[]): Promise<string> {
  const { code, stderr } = await authctl([...login, ...args], { home, env });
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return stderr;
}

describe('a token that a login would end', () => {
  test('is kept while it is good, though its time is short', async () => {
    const api = await oneToken();
    const { home, env, paths } = api;
    await loggedIn(api);
    age(home, 2400);
    const { code, stdout, stderr } = await authctl([...token, ...half], { home, env });
    expect([code, stdout]).toEqual([0, 'tok1\n']);
    expect(stderr).toMatch(/notice: the token expires in 1[12]\d\d s, which is within --min-ttl/);
    const inside = ['exec', 'acme', ...half, '--', 'sh', '-c', 'echo $ACME_TOKEN'];
    expect((await authctl(inside, { home, env })).stdout).toBe('tok1\n');
    for (const args of [
      [...token, ...half, '--dry-run'],
      ['exec', 'acme', ...half, '--dry-run', '--', 'true'],
    ]) {
      const shown = await authctl(args, { home, env });
      expect([args, shown.code, shown.stdout]).toEqual([args, 0, '']);
      expect(shown.stderr).toContain('nothing would be sent');
    }
    const all = await crowd(50, [...token, ...half], { home, env });
    expect(tally(all.map((each) => ({ ...each, stderr: '' })))).toEqual({ '0 tok1': 50 });
    expect(paths()).toEqual(['/login']);
  }, 60_000);

  test('is replaced once it has ended, by one process of fifty', async () => {
    const api = await oneToken();
    const { home, env, paths } = api;
    await loggedIn(api);
    age(home, 3700);
    expect(tally(await crowd(50, token, { home, env }))).toEqual({ '0 tok2': 50 });
    expect(paths()).toEqual(['/login', '/login']);
  }, 60_000);

  test('is ended by login, which says so', async () => {
    const api = await oneToken();
    const { home } = api;
    expect(await loggedIn(api)).toBe(
      'authctl: notice: a login at Acme ends the earlier token of the account\n',
    );
    age(home, 600);
    expect(await loggedIn(api)).toMatch(
      /^authctl: notice: a login at Acme ends the earlier token of the account: the one in the profile default, good for (?:49m 5\ds|50m(?: 0s)?) more\n$/,
    );
    expect(storedTokens(home)).toEqual(['tok2']);
  });
});

describe('another profile of the account', () => {
  const inB = ['--profile', 'b'];

  test('gets no token of its own while there is a good one, and the hint shows the way', async () => {
    const api = await oneToken();
    const { home, env, paths } = api;
    await loggedIn(api);
    for (const args of [
      [...token, ...inB],
      ['exec', 'acme', ...inB, '--', 'true'],
    ]) {
      const { code, stderr } = await authctl(args, { home, env });
      expect([code, stderr]).toEqual([
        3,
        expect.stringContaining(
          'a login at Acme would end the good token of this account in the profile default',
        ),
      ]);
      const [hint] = /(?<=^hint: .*)authctl .*$/m.exec(stderr) ?? [];
      expect(hint).toBe('authctl token acme --profile default');
      const pasted = `authctl() { "$NODE" "$AUTHCTL" "$@"; }; ${hint}`;
      expect(await run(['sh', '-c', pasted], { home, env })).toMatchObject({
        code: 0,
        stdout: 'tok1\n',
      });
    }
    expect(paths()).toEqual(['/login']);
  });

  test('takes over by login: the session of the first is gone', async () => {
    const api = await oneToken();
    const { home, env, paths } = api;
    await loggedIn(api);
    expect(await loggedIn(api, ...inB)).toContain('the one in the profile default, good for');
    expect(storedTokens(home)).toEqual(['tok2']);
    const { code, stderr } = await failure(token, { home, env });
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('hint: authctl token acme --profile b\n'),
    ]);
    expect((await authctl([...token, ...inB], { home, env })).stdout).toBe('tok2\n');
    expect(paths()).toEqual(['/login', '/login']);
  });

  test('logs in where the token has ended, or is of another account or server', async () => {
    const api = await oneToken();
    const { home, env } = api;
    await loggedIn(api);
    const other = { ...env, ACME_USER: 'other' };
    expect((await authctl([...token, ...inB], { home, env: other })).stdout).toBe('tok2\n');
    const elsewhere = await oneToken();
    const there = [...token, ...inB, '--base-url', elsewhere.server.url];
    expect((await authctl(there, { home, env })).stdout).toBe('tok1\n');
    age(home, 3700);
    expect((await authctl([...token, ...inB], { home, env })).stdout).toBe('tok3\n');
  });
});

test('a refresh that would end the token waits until it has ended', async () => {
  const api = await oneToken(3600, {
    answer: { token: '/token', refreshToken: '/refresh', lifetime: { at: '/expires_in' } },
    refresh: {
      request: { method: 'POST', path: '/refresh', json: { token: '{refresh_token}' } },
      exclusive: true,
    },
  });
  const { home, env, paths } = api;
  await loggedIn(api);
  age(home, 2400);
  const short = await authctl([...token, ...half], { home, env });
  const dry = await authctl([...token, ...half, '--dry-run'], { home, env });
  // A login ends nothing here.
  expect([short.code, short.stdout, paths()]).toEqual([0, 'tok2\n', ['/login', '/login']]);
  expect(dry.stdout).toBe('');
  age(home, 3700);
  expect(await output([...token, '--dry-run'], { home, env })).toMatch(/^POST .*\/refresh\n/);
  expect(await output(token, { home, env })).toBe('tok3\n');
  expect(paths()).toEqual(['/login', '/login', '/refresh']);
});

test('where sessions cannot be stored, login and token get one all the same', async () => {
  const { home, env, paths } = await oneToken();
  const state = join(home.path, 'open');
  mkdirSync(state);
  chmodSync(state, 0o777);
  const untrusted = { ...env, AUTHCTL_STATE_DIR: state };
  for (const [index, args] of [login, token].entries()) {
    const { code, stdout, stderr } = await authctl(args, { home, env: untrusted });
    expect([args, code, stdout]).toEqual([args, 0, `tok${index + 1}\n`]);
    expect(stderr).toContain('sessions are not stored');
  }
  expect(paths()).toHaveLength(2);
});

describe('--watch', () => {
  test.concurrent('does not ask for what it cannot get', async () => {
    const api = await oneToken(60);
    const { home, env, paths } = api;
    const watching = start([...token, ...half, '--watch', '--out-file', 'token'], { home, env });
    await sleep(4000);
    watching.signal('SIGTERM');
    expect((await watching.ended).stdout).toBe('');
    expect(paths()).toEqual(['/login']);
  });

  test.concurrent('logs in when the token has ended, and not before', async () => {
    const api = await oneToken(4);
    const { home, env, paths } = api;
    const watching = start([...token, '--watch', '--out-file', 'token'], { home, env });
    await sleep(7000);
    watching.signal('SIGTERM');
    await watching.ended;
    expect(paths().length).toBeGreaterThan(1);
    expect(paths().length).toBeLessThan(4);
  }, 30_000);
});
