/** `verify`: asks the server whether it takes a token, and changes nothing. */
import { describe, expect, test } from '@jest/globals';
import { accounts } from './accounts.ts';
import { authctl, failure, type Home, newHome, output } from './harness.ts';
import { deadUrl, type Received, type Reply, sandbox, serve } from './servers.ts';
import { age, storedTokens } from './stored.ts';

const { netnut } = accounts;
const datarhei = accounts['datarhei by password'];

const taken: Reply = { body: { success: true, token: 'other' } };
const notTaken: Reply = { status: 400, body: { success: false, message: 'Invalid token' } };
const about = { app: 'datarhei-core', version: { number: '16' } };

/** A server that checks tokens, and the forms in which it was sent one. */
async function checking(answer: (authorization: string) => Reply) {
  const { url, requests } = await serve((request) =>
    request.method === 'GET' ? answer(authorizationOf(request)) : loginAnswer(request),
  );
  const checks = () => requests.filter(({ method }) => method === 'GET').map(authorizationOf);
  const verify = (provider: string, args: readonly string[] = [], stdin?: string, home?: Home) =>
    authctl(['verify', provider, '--base-url', url, ...args], {
      ...(home && { home }),
      ...(stdin !== undefined && { stdin }),
    });
  return { url, requests, checks, verify };
}

function authorizationOf({ headers }: Received): string {
  return String(headers['authorization'] ?? '');
}

function loginAnswer({ url }: Received): Reply {
  return url === '/auth/login' ? netnut.success('stored') : datarhei.success('stored');
}

describe('netnut', () => {
  test.concurrent.each<[string, (sent: string) => Reply, number, string[], string]>([
    ['as a bearer token', () => taken, 0, ['Bearer canary'], '"Authorization: Bearer <token>"'],
    [
      'without Bearer',
      (sent) => (sent === 'canary' ? taken : notTaken),
      0,
      ['Bearer canary', 'canary'],
      '"Authorization: <token>"',
    ],
    [
      'without Bearer, with 401 for the other form',
      (sent) => (sent === 'canary' ? taken : { status: 401, body: { success: false } }),
      0,
      ['Bearer canary', 'canary'],
      '"Authorization: <token>"',
    ],
    ['in no form', () => notTaken, 4, ['Bearer canary', 'canary'], 'Invalid token'],
    [
      'in no form, though the status is 200',
      () => ({ body: { success: false, message: 'Gone' } }),
      4,
      ['Bearer canary', 'canary'],
      'Gone',
    ],
    [
      'in an unknown form, since the server fails',
      () => ({ status: 500 }),
      5,
      ['Bearer canary'],
      '500',
    ],
    [
      'in an unknown form, since an HTML page answers',
      () => ({ body: '<html>' }),
      7,
      ['Bearer canary'],
      'base URL',
    ],
  ])('takes the token %s', async (_, answer, exitCode, forms, words) => {
    const { verify, checks, requests } = await checking(answer);
    const args = ['--token-stdin', '--retries', '0'];
    const { code, stdout, stderr } = await verify('netnut', args, 'canary\n');
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('canary');
    expect(checks()).toEqual(forms);
    expect(requests[0]?.url).toBe('/auth/authenticated');
  });
});

describe('datarhei', () => {
  test.concurrent.each<[string, unknown, number, string]>([
    ['has id and name', { ...about, auths: ['localjwt'], id: 'i', name: 'n' }, 0, 'accepts'],
    ['has neither', { ...about, auths: ['localjwt'] }, 4, 'does not accept'],
    ['has no name', { ...about, auths: ['localjwt'], id: 'i' }, 4, 'does not accept'],
    [
      'would be the same without a token: no way to log in is listed',
      { ...about, auths: [], id: 'i', name: 'n' },
      7,
      'does not show',
    ],
    ['is not an object', ['a', 'list'], 4, 'does not accept'],
  ])('with an answer that %s', async (_, body, exitCode, words) => {
    const { verify, checks } = await checking(() => ({ body }));
    const { code, stdout, stderr } = await verify('datarhei', ['--token-stdin'], 'canary');
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toContain(words);
    expect(checks()).toEqual(['Bearer canary']);
  });
});

describe('the stored token', () => {
  /** A home with a session at a server that checks tokens. */
  async function loggedIn(provider: 'netnut' | 'datarhei', answer: () => Reply) {
    const server = await checking(answer);
    const home = newHome();
    const { env } = provider === 'netnut' ? netnut : datarhei;
    await output(['login', provider, '--base-url', server.url], { home, env });
    return { ...server, home };
  }

  test('is checked at its own server, which need not be named', async () => {
    const { home, checks } = await loggedIn('netnut', () => taken);
    expect(await authctl(['verify', 'netnut'], { home })).toMatchObject({ code: 0, stdout: '' });
    expect(checks()).toEqual(['Bearer stored']);
  });

  test.each([
    ['is taken', { body: { ...about, auths: ['x'], id: 'i', name: 'n' } }, 0],
    ['is not taken', { body: { ...about, auths: ['x'] } }, 4],
  ])('is not renewed, though it has expired and %s', async (_, answer, exitCode) => {
    const { home, url, requests } = await loggedIn('datarhei', () => answer);
    age(home, 3600);
    const args = ['verify', 'datarhei', '--base-url', url];
    const outcome = await authctl(args, { home, env: datarhei.env });
    expect(outcome).toMatchObject({ code: exitCode, stdout: '' });
    expect(requests.slice(1).map(({ method, url: path }) => `${method} ${path}`)).toEqual([
      'GET /api',
    ]);
    expect(storedTokens(home)).toEqual(['stored']);
  });

  test('that is missing is exit 3, with credentials or without', async () => {
    const { url, requests } = await checking(() => taken);
    for (const env of [{}, netnut.env]) {
      const args = ['verify', 'netnut', '--base-url', url];
      const { code, stderr } = await failure(args, { env });
      expect([code, stderr]).toEqual([3, expect.stringContaining('authctl login netnut')]);
    }
    expect(requests).toEqual([]);
  });

  test('of another server is not sent to this one', async () => {
    const { home } = await loggedIn('netnut', () => taken);
    const { url, requests } = await checking(() => taken);
    const { code } = await failure(['verify', 'netnut', '--base-url', url], { home });
    expect(code).toBe(3);
    expect(requests).toEqual([]);
  });

  test('stays as it is if another is given on stdin', async () => {
    const { home, verify, checks } = await loggedIn('netnut', () => notTaken);
    expect((await verify('netnut', ['--token-stdin'], 'canary', home)).code).toBe(4);
    expect(checks()).toEqual(['Bearer canary', 'canary']);
    expect(storedTokens(home)).toEqual(['stored']);
  });
});

test('the sandbox takes only the tokens that it issued', async () => {
  const origin = await sandbox();
  for (const [provider, env] of [
    ['netnut', { NETNUT_EMAIL: 'demo@example.com', NETNUT_PASSWORD: 'sandbox-password' }],
    ['datarhei', { DATARHEI_USERNAME: 'demo', DATARHEI_PASSWORD: 'sandbox-password' }],
  ] as const) {
    const place = ['--base-url', `${origin}/${provider}`];
    const token = await output(['login', provider, ...place], { env });
    const args = ['verify', provider, ...place, '--token-stdin'];
    expect((await authctl(args, { stdin: token })).code).toBe(0);
    expect((await authctl(args, { stdin: 'x' })).code).toBe(4);
  }
});

test('-o json prints how the server takes the token', async () => {
  const home = newHome();
  const { url, verify } = await checking((sent) => (sent === 'stored' ? taken : notTaken));
  const login = ['login', 'netnut', '--base-url', url];
  await output(login, { home, env: netnut.env });
  const { code, stdout, stderr } = await verify('netnut', ['-o', 'json'], undefined, home);
  expect([code, stderr, JSON.parse(stdout)]).toEqual([
    0,
    '',
    {
      provider: 'netnut',
      profile: 'default',
      base_url: url,
      accepted: true,
      header: { name: 'Authorization', value: '<token>' },
    },
  ]);
  const refused = await verify('netnut', ['-o', 'json', '--token-stdin'], 'other', home);
  expect([refused.code, refused.stdout]).toEqual([4, '']);
});

test('--dry-run shows the request without the token, and sends nothing', async () => {
  const { url, requests, verify } = await checking(() => taken);
  const { code, stdout } = await verify('netnut', ['--dry-run', '--token-stdin'], 'canary');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(`^GET ${url}/auth/authenticated\n[^]*Authorization: Bearer \\*\\*\\*\n`),
  ]);
  expect(stdout).not.toContain('canary');
  expect(requests).toEqual([]);
});

test.each([
  [['ropo'], '', 2, 'no check'],
  [['verbit'], '', 2, 'no check'],
  [['pegase3'], '', 2, 'no check'],
  [[], '', 2, 'provider'],
  [['netnut', '--token-stdin'], '', 2, 'empty'],
  [['netnut', '--token-stdin'], 'two\nlines', 2, 'does not hold a token'],
  [['netnut', '--token-stdin'], '\x1b[2J', 2, 'does not hold a token'],
])('%j with %j on stdin is exit %i', async (args, stdin, exitCode, words) => {
  const { code, stderr } = await failure(['verify', ...args], { stdin });
  expect([code, stderr]).toEqual([exitCode, expect.stringContaining(words)]);
});

test('a server that is down is exit 5', async () => {
  const args = ['verify', 'netnut', '--base-url', await deadUrl(), '--token-stdin'];
  expect((await failure([...args, '--retries', '0'], { stdin: 'canary' })).code).toBe(5);
});
