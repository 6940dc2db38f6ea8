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

/** A server with login and refresh, and a home with a session whose refresh token is `refresh-old`. */
async function loggedIn(refreshed: Reply = { body: { access_token: 'new' } }) {
  const server = await serve(({ url }) =>
    url === '/api/login' ? login.success('old') : refreshed,
  );
  const home = newHome();
  home.setConfig({ datarhei: { base_url: server.url } });
  await output(['login', 'datarhei'], { home, env: login.env });
  return { home, server, refresh: refreshOf(server), stored: () => storedIn(home) };
}

/** The requests after the login. */
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
  test('the only provider with a refresh needs no name, and the session’s server is used', async () => {
    const { home, server, refresh, stored } = await loggedIn();
    home.setConfig({});
    const { code, stdout, stderr } = await authctl(['refresh'], { home });
    expect([code, stdout]).toEqual([0, 'new\n']);
    expect(stderr).toBe(
      `authctl: notice: the token is for ${server.url}, a server known only from the last session\n`,
    );
    expect(refresh()).toEqual(['GET /api/login/refresh Bearer refresh-old']);
    expect(stored()).toEqual([['new', 'refresh-old']]);
  });

  test('a new refresh token replaces the old one', async () => {
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

  test('a refusal does not cause a login, even if credentials are given', async () => {
    const { home, refresh, stored } = await loggedIn(refused);
    const { code, stderr } = await failure(['refresh'], { home, env: login.env });
    expect(code).toBe(4);
    expect(stderr).toContain('The refresh token has expired');
    expect(stderr).toContain('\nhint: authctl login datarhei\n');
    // The refused refresh token is not tried again; the access token may still be valid.
    expect((await failure(['refresh'], { home, env: login.env })).code).toBe(3);
    expect(refresh()).toHaveLength(1);
    expect(stored()).toEqual([['old', undefined]]);
  });

  test('it stays as it is if the server fails or is down', async () => {
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
    'from %s is used, and only the stored one changes the session',
    async (_, args, options, token) => {
      const { home, server, refresh, stored } = await loggedIn();
      home.write('token.txt', 'from-file\n');
      // By default the base URL is the session's.
      const place = args.length === 0 ? [] : ['--base-url', server.url];
      const command = ['refresh', ...args, ...place];
      const { code, stdout, stderr } = await authctl(command, { home, ...options });
      expect([code, stdout]).toEqual([0, 'new\n']);
      // A secret in the argument list causes a notice.
      expect(stderr).toContain(args[0] === '--refresh-token' ? '--refresh-token-stdin' : '');
      expect(refresh()).toEqual([`GET /api/login/refresh Bearer ${token}`]);
      expect(stored()).toEqual([[token === 'refresh-old' ? 'new' : 'old', 'refresh-old']]);
    },
  );

  test('from a flag changes the session if it is the stored one', async () => {
    const { home, stored } = await loggedIn();
    await output(['refresh', '--refresh-token-stdin'], { home, stdin: 'refresh-old' });
    expect(stored()).toEqual([['new', 'refresh-old']]);
  });

  test('from a variable that is refused has a hint to unset it', async () => {
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
    ['missing', [], 3, 'DATARHEI_REFRESH_TOKEN'],
    ['missing in a profile', ['-p', 'work'], 3, '\nhint: authctl login datarhei --profile work\n'],
  ])('that is %s is an error', async (_, args, exitCode, words) => {
    const { code, stderr } = await failure(['refresh', ...args], { stdin: '\n', env: login.env });
    expect([code, stderr]).toEqual([exitCode, expect.stringContaining(words)]);
  });
});

test('for a provider without refresh tokens, the error names login', async () => {
  for (const { name: provider } of providers.filter(({ refresh }) => !refresh)) {
    const { code, stderr } = await failure(['refresh', provider]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`authctl login ${provider}`)]);
  }
});
