/** `token`: whether the stored token is used, and what is requested otherwise. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { jwt } from '../answers.ts';
import { accounts, expectNoSecret, secret } from './accounts.ts';
import { authctl, type Env, failure, type Home, newHome, output } from './harness.ts';
import { type Answer, type Reply, serve } from './servers.ts';
import { age, changeStored, storedTokens } from './stored.ts';

const ropo = accounts.ropo;
const datarhei = accounts['datarhei by password'];
const now = () => Math.floor(Date.now() / 1000);

/** Runs `token -o json`, and returns its result. */
async function tokenJson(args: readonly string[], home: Home, env: Env = {}) {
  return JSON.parse(await output(['token', ...args, '-o', 'json'], { home, env }));
}

/** A home, a server that numbers its tokens, and a function that runs `token ropo` there. */
async function ropoAt(answer: Answer | Reply = (_, count) => ropo.success(`tok${count}`)) {
  const home = newHome();
  const { url, requests } = await serve(answer);
  const args = ['ropo', '--base-url', url];
  return {
    home,
    url,
    requests,
    json: (...more: string[]) => tokenJson([...args, ...more], home, ropo.env),
    run: (more: readonly string[] = [], env: Env = ropo.env) =>
      authctl(['token', ...args, ...more], { home, env }),
  };
}

describe('a session', () => {
  test('starts with a login, is used while fresh, then refreshed, and finally replaced by a login', async () => {
    const home = newHome();
    let refreshed: Reply = datarhei.success('second');
    const { url, requests } = await serve(({ url: path }, count) =>
      path === '/api/login' ? datarhei.success(count === 1 ? 'first' : 'third') : refreshed,
    );
    const place = ['datarhei', '--base-url', url];
    const next = async (env: Env = {}) => {
      const { token, source } = await tokenJson(place, home, env);
      return [token, source];
    };
    expect(await next(datarhei.env)).toEqual(['first', 'login']);
    expect(await next()).toEqual(['first', 'store']);
    age(home, 600);
    expect(await next()).toEqual(['second', 'refresh']);
    expect(await next()).toEqual(['second', 'store']);
    age(home, 600);
    refreshed = { status: 403, body: { code: 403, message: 'Forbidden', details: [] } };
    expect(await next(datarhei.env)).toEqual(['third', 'login']);
    expect(requests.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
      'POST /api/login',
      'GET /api/login/refresh',
      'GET /api/login/refresh',
      'POST /api/login',
    ]);
  });

  test.each<[string, Answer]>([
    ['the connection breaks', () => (response) => response.destroy()],
    ['the server fails', () => ({ status: 500 })],
    ['the server is busy', () => ({ status: 503 })],
  ])('stays as it is if %s on a refresh, without a login', async (_, broken) => {
    const home = newHome();
    let works = true;
    const { url, requests } = await serve((request, count) =>
      works ? datarhei.success(`tok${count}`) : broken(request, count),
    );
    const args = ['token', 'datarhei', '--base-url', url, '--retries', '0'];
    await output(args, { home, env: datarhei.env });
    age(home, 600);
    works = false;
    const failed = await failure(args, { home, env: datarhei.env });
    expect(failed.code).toBe(5);
    expect(storedTokens(home)).toEqual(['tok1']);
    works = true;
    expect(await output(args, { home })).toBe('tok3\n');
    expect(requests.slice(1).map(({ url: path }) => path)).toEqual(
      Array(2).fill('/api/login/refresh'),
    );
  });

  test('is neither stored nor used with --no-store', async () => {
    const { home, run, requests } = await ropoAt();
    await run();
    expect(await run(['--no-store'])).toMatchObject({ code: 0, stdout: 'tok2\n', stderr: '' });
    expect(storedTokens(home)).toEqual(['tok1']);
    expect(requests).toHaveLength(2);
  });
});

describe('the lifetime of a token does not depend on wrong clocks, such as', () => {
  const hour = 3600;
  interface Row {
    /** Seconds that the server's clock is ahead. */
    readonly ahead: number;
    /** The token's claims; `server` is the time by the server's clock. */
    readonly claims: (server: number) => Record<string, number>;
    readonly withoutDate?: true;
    /** Seconds. */
    readonly lives: number;
  }
  const two = (server: number) => ({ iat: server, exp: server + 2 * hour });
  const rows: readonly (readonly [string, Row])[] = [
    ['none: a correct one', { ahead: 0, claims: two, lives: 2 * hour }],
    ['one five hours ahead', { ahead: 5 * hour, claims: two, lives: 2 * hour }],
    ['one five hours behind', { ahead: -5 * hour, claims: two, lives: 2 * hour }],
    [
      'one three days ahead, and a token without iat',
      { ahead: 72 * hour, claims: (server) => ({ exp: server + hour }), lives: hour },
    ],
    [
      'one three days behind, and a token without iat',
      { ahead: -72 * hour, claims: (server) => ({ exp: server + hour }), lives: hour },
    ],
    [
      'one ahead, and a token from its cache, half used',
      {
        ahead: 5 * hour,
        claims: (server) => ({ iat: server - hour, exp: server + hour }),
        lives: hour,
      },
    ],
    [
      'one five hours behind, without a Date header',
      { ahead: -5 * hour, claims: two, withoutDate: true, lives: 2 * hour },
    ],
    ['any, for a token without times', { ahead: hour, claims: () => ({}), lives: 2 * hour }],
  ];

  test.concurrent.each(rows)('%s', async (_, { ahead, claims, withoutDate, lives }) => {
    const { json, requests } = await ropoAt(() => (response) => {
      const server = now() + ahead;
      if (withoutDate) response.sendDate = false;
      else response.setHeader('Date', new Date(server * 1000).toUTCString());
      response.end(JSON.stringify({ token: jwt({ sub: 'me', ...claims(server) }) }));
    });
    const first = await json();
    expect(first.source).toBe('login');
    expect(first.expires_in).toBeLessThanOrEqual(lives);
    expect(first.expires_in).toBeGreaterThan(lives - 15);
    const expiry = Date.parse(first.expires_at) / 1000 - now();
    expect(Math.abs(expiry - lives)).toBeLessThan(15);
    expect(await json()).toMatchObject({ source: 'store', token: first.token });
    expect(requests).toHaveLength(1);
  });
});

describe('a stored token', () => {
  const hour = 3_600_000;
  const minute = 60_000;
  const rows: readonly (readonly [string, number | null, number, string[], 'store' | 'login'])[] = [
    ['with two minutes left is used', hour, hour - 2 * minute, [], 'store'],
    ['with half a minute left is renewed', hour, hour - minute / 2, [], 'login'],
    ['with half of ten minutes left is used', 10 * minute, 5 * minute, [], 'store'],
    ['that expired is renewed', hour, hour + minute, [], 'login'],
    ['with less left than --min-ttl is renewed', hour, hour / 2, ['--min-ttl', '45m'], 'login'],
    ['with more left than --min-ttl is used', hour, hour / 2, ['--min-ttl', '20m'], 'store'],
    ['from the future is renewed, since the clock was set back', hour, -2 * minute, [], 'login'],
    ['of unknown lifetime is used for a minute', null, minute / 2, [], 'store'],
    ['of unknown lifetime is renewed after a minute', null, minute + 1000, [], 'login'],
  ];

  test.concurrent.each(rows)('%s', async (_, lifetime, old, args, source) => {
    const { home, json, requests } = await ropoAt();
    await json();
    changeStored(home, () => ({ lifetime, received_at: Date.now() - old }));
    expect(await json(...args)).toMatchObject({ source });
    expect(requests).toHaveLength(source === 'store' ? 1 : 2);
  });
});

test('a new token that expires sooner than --min-ttl is printed with a notice, and requested once', async () => {
  const { run, requests } = await ropoAt(() => ({
    body: { token: jwt({ iat: now(), exp: now() + 600 }) },
  }));
  for (const asked of [1, 2]) {
    const { code, stdout, stderr } = await run(['--min-ttl', '1h']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^[\w.-]+\n$/)]);
    expect(stderr).toMatch(/^authctl: notice: the token expires in \d+ s, .*--min-ttl\n$/);
    expect(requests).toHaveLength(asked);
  }
  expect(await run(['--min-ttl', '1m'])).toMatchObject({ code: 0, stderr: '' });
  expect(requests).toHaveLength(2);
});

describe('a refusal', () => {
  const wrong: Reply = { status: 400, body: { errorId: 17, errorText: 'No such apicode' } };

  test('is remembered: the server is not asked again with the same credentials', async () => {
    const { home, url, run, requests } = await ropoAt(({ body }, count) =>
      JSON.parse(body).apicode === 'right' ? ropo.success(`tok${count}`) : wrong,
    );
    const first = await run();
    expect(first).toMatchObject({ code: 4, stdout: '' });
    expect(first.stderr).not.toContain('remembered');
    const second = await run();
    expect(second).toMatchObject({ code: 4, stdout: '' });
    expect(second.stderr).toMatch(
      /remembered from \d+ s ago; the server was not asked again.*No such apicode/,
    );
    expectNoSecret(second.stderr);
    expect(requests).toHaveLength(1);
    // exec repeats it too, and login asks anyway.
    const place = ['ropo', '--base-url', url];
    const exec = await failure(['exec', ...place, '--', 'true'], { home, env: ropo.env });
    expect(exec).toMatchObject({ code: 4, stderr: expect.stringContaining('remembered') });
    expect(requests).toHaveLength(1);
    const login = await failure(['login', ...place], { home, env: ropo.env });
    expect(login.code).toBe(4);
    expect(login.stderr).not.toContain('remembered');
    expect(requests).toHaveLength(2);
    // Other credentials are tried at once.
    const right = { ...ropo.env, ROPO_APICODE: 'right' };
    expect(await run([], right)).toMatchObject({ code: 0, stdout: 'tok3\n' });
  });

  test('that is remembered contains no secret, even if the server echoes one', async () => {
    const { home, run } = await ropoAt({
      status: 400,
      body: { errorId: 17, errorText: `No apicode ${secret}` },
    });
    for (const { stderr } of [await run(), await run()]) expectNoSecret(stderr);
    const files = readdirSync(home.state, { recursive: true, withFileTypes: true });
    const kept = files.filter((entry) => entry.isFile());
    expect(kept.map(({ name }) => name)).toContainEqual(expect.stringMatching(/\.failure$/));
    for (const { parentPath, name } of kept) {
      expectNoSecret(readFileSync(`${parentPath}/${name}`, 'latin1'));
    }
  });

  test('by a rate limit is remembered as long as the server says', async () => {
    const { run, requests } = await ropoAt((_, count) =>
      count === 1
        ? { status: 429, headers: { 'Retry-After': '120' }, body: {} }
        : ropo.success('tok'),
    );
    const first = await run(['--retries', '0']);
    expect(first.code).toBe(6);
    const second = await run(['--retries', '0']);
    expect([second.code, second.stdout]).toEqual([6, '']);
    expect(second.stderr).toMatch(/remembered .*\nhint: try again at \d{4}-\d\d-\d\dT/s);
    expect(requests).toHaveLength(1);
  });

  test('by a rate limit without a time is not remembered', async () => {
    const { run, requests } = await ropoAt({ status: 429, body: {} });
    expect((await run(['--retries', '0'])).code).toBe(6);
    expect((await run(['--retries', '0'])).code).toBe(6);
    expect(requests).toHaveLength(2);
  });
});

test.each([
  [['--watch'], '--out-file'],
  [['--on-renew', 'true'], '--watch'],
  [['--on-renew', 'true', '--out-file', 'f'], '--watch'],
  [['--min-ttl', 'soon'], '--min-ttl'],
  [['--timeout', '0'], '--timeout'],
])('%j is wrong usage', async (args, words) => {
  const { code, stderr } = await failure(['token', 'ropo', ...args], { env: ropo.env });
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
});
