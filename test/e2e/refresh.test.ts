import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { providers } from '../../src/providers/index.ts';
import { accounts, expectNoSecret, secret } from './accounts.ts';
import { authctl, type Env, failure, type Home, newHome, output } from './harness.ts';
import { deadUrl, type Reply, serve, type TestServer } from './servers.ts';

const login = accounts['datarhei by password'];
const refused: Reply = {
  status: 403,
  body: { code: 403, message: 'Forbidden', details: ['The refresh token has expired'] },
};

/** A server that logs in and refreshes, and somebody who has logged in: with the refresh token `refresh-old`. */
async function loggedIn(refreshed: Reply = { body: { access_token: 'new' } }) {
  const server = await serve(({ url }) =>
    url === '/api/login' ? login.success('old') : refreshed,
  );
  const home = newHome();
  home.setConfig({ datarhei: { base_url: server.url } });
  await output(['login', 'datarhei'], { home, env: login.env });
  return { home, server, refresh: refreshOf(server), stored: () => storedIn(home) };
}

/** What was sent after the login. */
function refreshOf({ requests }: TestServer) {
  return () =>
    requests.slice(1).map(({ method, url, headers, body }) => {
      const { authorization } = headers;
      return [method, url, authorization, body].join(' ').trimEnd();
    });
}

function storedIn(home: Home): unknown {
  return home.sessions().map((path) => {
    const { token_set } = JSON.parse(readFileSync(path, 'utf8'));
    return [token_set.access_token, token_set.refresh_token];
  });
}

describe('with the stored session', () => {
  test('the only provider that can refresh needs no name, and its server is the one of the session', async () => {
    const { home, server, refresh, stored } = await loggedIn();
    home.setConfig({});
    const { code, stdout, stderr } = await authctl(['refresh'], { home });
    expect([code, stdout]).toEqual([0, 'new\n']);
    expect(stderr).toBe(
      `authctl: notice: the token is for ${server.url}, which only the last session names\n`,
    );
    expect(refresh()).toEqual(['GET /api/login/refresh Bearer refresh-old']);
    expect(stored()).toEqual([['new', 'refresh-old']]);
  });

  test('a refresh token that comes back replaces the old one', async () => {
    const body = { access_token: 'new', refresh_token: 'refresh-new' };
    const { home, refresh, stored } = await loggedIn({ body });
    const printed = await output(['refresh', 'datarhei', '-o', 'json'], { home });
    expect(JSON.parse(printed)).toMatchObject({
      token: 'new',
      refresh_token: 'refresh-new',
      source: 'refresh',
    });
    expect(stored()).toEqual([['new', 'refresh-new']]);
    await output(['refresh'], { home });
    expect(refresh()[1]).toBe('GET /api/login/refresh Bearer refresh-new');
  });

  test('a refusal is no reason to log in, even with credentials at hand', async () => {
    const { home, refresh, stored } = await loggedIn(refused);
    const { code, stderr } = await failure(['refresh'], { home, env: login.env });
    expect(code).toBe(4);
    expect(stderr).toContain('The refresh token has expired');
    expect(stderr).toContain('\nhint: authctl login datarhei\n');
    // What was refused is not tried again; the access token may be good for a while.
    expect((await failure(['refresh'], { home, env: login.env })).code).toBe(3);
    expect(refresh()).toHaveLength(1);
    expect(stored()).toEqual([['old', undefined]]);
  });

  test('a server that fails or is not there leaves it as it was', async () => {
    const { home, stored } = await loggedIn({ status: 500 });
    const unreachable = ['--base-url', await deadUrl(), '--refresh-token-stdin', '--retries', '0'];
    const failures = await Promise.all([
      failure(['refresh'], { home }),
      failure(['refresh', ...unreachable], { home, stdin: 'refresh-old' }),
    ]);
    expect(failures.map(({ code }) => code)).toEqual([5, 5]);
    expect(stored()).toEqual([['old', 'refresh-old']]);
  });
});

describe('the refresh token', () => {
  const variable = { DATARHEI_REFRESH_TOKEN: 'from-env' };
  const rows: readonly (readonly [string, string[], { env?: Env; stdin?: string }, string])[] = [
    ['a flag', ['--refresh-token', 'from-flag'], { env: variable }, 'from-flag'],
    ['stdin', ['--refresh-token-stdin'], { env: variable, stdin: 'from-stdin\n' }, 'from-stdin'],
    ['a file', ['--refresh-token-file', 'token.txt'], { env: variable }, 'from-file'],
    ['a variable', [], { env: variable }, 'from-env'],
    ['the session', [], { env: { DATARHEI_REFRESH_TOKEN: '' } }, 'refresh-old'],
  ];

  test.concurrent.each(rows)(
    'of %s is used, and only the stored one changes the session',
    async (_, args, options, token) => {
      const { home, server, refresh, stored } = await loggedIn();
      home.write('token.txt', 'from-file\n');
      // The base URL is that of the session where nothing says otherwise.
      const place = args.length === 0 ? [] : ['--base-url', server.url];
      const command = ['refresh', ...args, ...place];
      const { code, stdout, stderr } = await authctl(command, { home, ...options });
      expect([code, stdout]).toEqual([0, 'new\n']);
      // An argument list is no place for a secret.
      expect(stderr).toContain(args[0] === '--refresh-token' ? '--refresh-token-stdin' : '');
      expect(refresh()).toEqual([`GET /api/login/refresh Bearer ${token}`]);
      expect(stored()).toEqual([[token === 'refresh-old' ? 'new' : 'old', 'refresh-old']]);
    },
  );

  test('of a flag that is the stored one changes the session too', async () => {
    const { home, stored } = await loggedIn();
    await output(['refresh', '--refresh-token-stdin'], { home, stdin: 'refresh-old' });
    expect(stored()).toEqual([['new', 'refresh-old']]);
  });

  test('of a variable that is refused has to be unset, says the hint', async () => {
    const { home, stored } = await loggedIn(refused);
    const env = { DATARHEI_REFRESH_TOKEN: secret };
    const { code, stderr } = await failure(['refresh'], { home, env });
    expect(code).toBe(4);
    expect(stderr).toMatch(/\nhint: DATARHEI_REFRESH_TOKEN .*unset it.*\n$/);
    expectNoSecret(stderr);
    expect(stored()).toEqual([['old', 'refresh-old']]);
  });

  test.concurrent.each([
    ['given twice', ['--refresh-token', 'a', '--refresh-token-stdin'], 2, 'given twice'],
    ['empty', ['--refresh-token', ''], 2, 'is empty'],
    ['empty on stdin', ['--refresh-token-stdin'], 2, 'is empty'],
    ['not there', [], 3, 'DATARHEI_REFRESH_TOKEN'],
    [
      'not there, in a profile',
      ['-p', 'work'],
      3,
      '\nhint: authctl login datarhei --profile work\n',
    ],
  ])('that is %s is told so', async (_, args, exitCode, words) => {
    const { code, stderr } = await failure(['refresh', ...args], { stdin: '\n', env: login.env });
    expect([code, stderr]).toEqual([exitCode, expect.stringContaining(words)]);
  });
});

test('a provider without refresh tokens says what to do instead', async () => {
  for (const { name: provider } of providers.filter(({ refresh }) => !refresh)) {
    const { code, stderr } = await failure(['refresh', provider]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`authctl login ${provider}`)]);
  }
});
