import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AccountName, accountNames, accounts, expectNoSecret, secret } from './accounts.ts';
import { authctl, failure, newHome, output } from './harness.ts';
import { type Reply, sandbox, serve } from './servers.ts';

describe('against the sandbox', () => {
  let origin: string;
  beforeAll(async () => {
    origin = await sandbox();
  });

  test.each([
    ['ropo', { ROPO_CID: '12345', ROPO_APICODE: 'sandbox-apicode' }, { fields: { cid: '12345' } }],
    [
      'netnut',
      { NETNUT_EMAIL: 'demo@example.com', NETNUT_PASSWORD: 'sandbox-password' },
      { fields: { email: 'demo@example.com' } },
    ],
    ['verbit', { VERBIT_API_KEY: 'sandbox-api-key' }, { fingerprint: expect.any(String) }],
    [
      'pegase3',
      { PEGASE3_USER_NAME: 'demo', PEGASE3_PASSWORD: 'sandbox-password' },
      { fields: { user_name: 'demo' } },
    ],
    [
      'datarhei',
      { DATARHEI_USERNAME: 'demo', DATARHEI_PASSWORD: 'sandbox-password' },
      { fields: { username: 'demo' } },
    ],
    [
      'datarhei',
      { DATARHEI_AUTH0_TOKEN: 'sandbox-auth0-token' },
      { fingerprint: expect.any(String) },
    ],
  ])(
    '%s %j: only the token is printed, and the session is stored',
    async (provider, env, account) => {
      const home = newHome();
      const baseUrl = `${origin}/${provider}`;
      const printed = await output(['login', provider, '--base-url', baseUrl], { env, home });
      expect(printed).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);

      const [path = '', ...others] = home.sessions();
      expect(others).toEqual([]);
      const text = readFileSync(path, 'utf8');
      expect(JSON.parse(text)).toMatchObject({
        provider,
        profile: 'default',
        base_url: baseUrl,
        account,
        token_set: { access_token: printed.trim() },
      });
      expectNoSecret(text, Object.values(env).at(-1));
      const mode = (file: string) => statSync(file).mode & 0o777;
      expect([mode(path), mode(dirname(path)), mode(home.state)]).toEqual([0o600, 0o700, 0o700]);
    },
  );
});

/** The complete login request of each account; the secret has every character that needs escaping. */
const requests: Readonly<Record<AccountName, unknown>> = {
  ropo: {
    method: 'POST',
    url: '/base/token',
    headers: { 'content-type': 'application/json' },
    body: { cid: '4711', apicode: secret },
  },
  netnut: {
    method: 'POST',
    url: '/base/auth/login',
    headers: { 'content-type': 'application/json' },
    body: { email: 'me@example.com', password: secret },
  },
  verbit: {
    method: 'POST',
    url: '/base/auth',
    headers: {
      'content-type': 'application/json',
      'x-tracing-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-request-timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    },
    body: { payload: { api_key: secret } },
  },
  pegase3: {
    method: 'GET',
    url: '/base/login',
    headers: { 'user-name': 'me', password: secret },
    body: '',
  },
  'datarhei by password': {
    method: 'POST',
    url: '/base/api/login',
    headers: { 'content-type': 'application/json' },
    body: { username: 'me', password: secret },
  },
  'datarhei by Auth0 token': {
    method: 'POST',
    url: '/base/api/login',
    headers: { authorization: `Bearer ${secret}` },
    body: '',
  },
};

describe('the request', () => {
  test.concurrent.each(accountNames)('of %s is the one that the vendor documents', async (name) => {
    const { provider, env, success } = accounts[name];
    const { url, requests: received } = await serve(success('tok'));
    // A trailing slash makes no difference.
    const args = ['login', provider, '--base-url', `${url}/base/`];
    expect(await output(args, { env })).toBe('tok\n');
    const [request, ...others] = received;
    expect(others).toEqual([]);
    const body = request?.body ?? '';
    expect({ ...request, body: body === '' ? '' : JSON.parse(body) }).toMatchObject(
      Object(requests[name]),
    );
    const headers = request?.headers ?? {};
    expect(headers['user-agent']).toMatch(/^authctl\/\d+\.\d+\.\d+/);
    expect(Object.values(headers)).not.toContain('');
    if (body === '') {
      expect(headers).not.toHaveProperty('content-type');
      expect(headers).not.toHaveProperty('transfer-encoding');
      expect(headers['content-length'] ?? '0').toBe('0');
    }
  });

  test('is sent by every login, regardless of stored sessions', async () => {
    const home = newHome();
    const { url, requests } = await serve((_, count) => accounts.ropo.success(`tok${count}`));
    const args = ['login', 'ropo', '--base-url', url];
    const { env } = accounts.ropo;
    expect(await output(args, { home, env })).toBe('tok1\n');
    expect(await output(args, { home, env })).toBe('tok2\n');
    expect(home.sessions()).toHaveLength(1);
    expect(await output(args, { home, env: { ...env, ROPO_CID: '4712' } })).toBe('tok3\n');
    expect(home.sessions()).toHaveLength(2);
    expect(requests).toHaveLength(3);
  });

  test('of verbit has a new tracing ID and time at every attempt, and an error shows the last one', async () => {
    const { url, requests } = await serve(({ headers }, count) =>
      count < 3
        ? { status: 503 }
        : {
            status: 401,
            body: {
              tracing_id: headers['x-tracing-id'],
              errors: [
                { code: 'bad_key', type: 'auth', message: 'The key is wrong' },
                { code: 'old_key', type: 'auth', message: 'The key has expired' },
              ],
            },
          },
    );
    const { env } = accounts.verbit;
    const { code, stderr } = await failure(['login', 'verbit', '--base-url', url], { env });
    expect(code).toBe(4);
    const ids = requests.map(({ headers }) => headers['x-tracing-id']);
    expect(new Set(ids).size).toBe(3);
    for (const words of ['The key is wrong', 'bad_key', 'The key has expired', 'old_key', ids[2]]) {
      expect(stderr).toContain(words);
    }
  });
});

describe('an answer', () => {
  const token = 'tok';
  const rows: readonly (readonly [AccountName, Reply, exitCode: number, ...words: string[]])[] = [
    ['ropo', { body: { token } }, 0],
    [
      'ropo',
      { status: 400, body: { errorId: 17, errorText: 'No such cid' } },
      4,
      'No such cid',
      '17',
    ],
    ['ropo', { status: 400, body: { other: 1 } }, 7, '400'],
    [
      'netnut',
      { status: 400, body: { success: false, message: 'No such user' } },
      4,
      'No such user',
    ],
    ['netnut', { body: { success: false, message: 'No such user' } }, 4, 'No such user'],
    ['netnut', { body: { success: false, message: 'Locked', token } }, 4, 'Locked'],
    ['netnut', { body: { token } }, 7],
    ['verbit', { body: { token } }, 7, '/data/token'],
    ['verbit', { status: 400, body: { errors: [{ message: 'Bad schema' }] } }, 7, 'Bad schema'],
    ['pegase3', { body: { code: 200, status: 'success', token } }, 0],
    ['pegase3', { body: { status: 'error', code: 401, message: 'Wrong' } }, 4, 'Wrong', '401'],
    ['pegase3', { body: { status: 'error', code: 401, message: 'Wrong', token } }, 4, 'Wrong'],
    ['pegase3', { body: { status: 'ok', code: 498, message: 'Expired', token } }, 4, 'Expired'],
    [
      'pegase3',
      { status: 498, body: { status: 'error', code: 498, message: 'Expired' } },
      4,
      'Expired',
    ],
    [
      'pegase3',
      { body: { status: 'error', code: 402, message: 'Empty header' } },
      7,
      'Empty header',
    ],
    [
      'pegase3',
      { status: 402, body: { status: 'error', code: 402, message: 'Empty' } },
      7,
      'Empty',
    ],
    [
      'pegase3',
      { body: { status: 'error', code: 404, message: 'Not here', token } },
      7,
      'Not here',
    ],
    ['pegase3', { body: { status: 'error', code: 200, token } }, 7],
    ['pegase3', { body: { status: 'ok', code: 200, token: 17 } }, 7],
    [
      'datarhei by password',
      { status: 401, body: { code: 401, message: 'Unauthorized', details: ['Wrong password'] } },
      4,
      'Unauthorized',
      'Wrong password',
    ],
    [
      'datarhei by Auth0 token',
      { status: 400, body: { code: 400, message: 'Bad Request', details: ['Wrong issuer'] } },
      4,
      'Bad Request',
      'Wrong issuer',
    ],
    [
      'datarhei by password',
      { status: 404, body: { code: 404, message: 'Not Found', details: [] } },
      7,
      'authentication is switched off',
    ],
    [
      'datarhei by password',
      { status: 404, body: '<html>Not found</html>' },
      7,
      'check the base URL',
    ],
  ];

  test.concurrent.each(rows)('to %s: %j is exit %i', async (name, reply, exitCode, ...words) => {
    const { provider, env } = accounts[name];
    const { url, requests } = await serve(reply);
    const args = ['login', provider, '--base-url', url];
    if (exitCode === 0) {
      expect(await output(args, { env })).toBe('tok\n');
    } else {
      const home = newHome();
      const { code, stderr } = await failure(args, { env, home });
      expect(code).toBe(exitCode);
      for (const word of words) expect(stderr).toContain(word);
      expectNoSecret(stderr);
      expect(home.sessions()).toEqual([]);
    }
    // No refused login is ever retried.
    expect(requests).toHaveLength(1);
  });
});

describe('datarhei', () => {
  test('answers a wrong password after 5 seconds: with a shorter timeout, a hint says so', async () => {
    const origin = await sandbox();
    const args = ['login', 'datarhei', '--base-url', `${origin}/datarhei`];
    const { env } = accounts['datarhei by password'];
    const [hasty, patient] = await Promise.all([
      failure([...args, '--timeout', '3s'], { env }),
      failure(args, { env }),
    ]);
    expect(hasty).toEqual({
      code: 5,
      stderr: expect.stringMatching(
        /\nhint: .* 5 s to refuse wrong credentials: use --timeout \d+s or more\n$/,
      ),
    });
    expect(patient).toEqual({ code: 4, stderr: expect.stringContaining('refused') });
  });

  test('uses name and password if variables give both ways to log in, and -v says so', async () => {
    const env = {
      ...accounts['datarhei by password'].env,
      ...accounts['datarhei by Auth0 token'].env,
    };
    const { url, requests } = await serve(accounts['datarhei by password'].success('tok'));
    const args = ['login', 'datarhei', '--base-url', url];
    const { code, stdout, stderr } = await authctl([...args, '-v'], { env });
    expect([code, stdout]).toEqual([0, 'tok\n']);
    expect(stderr).toContain('auth0_token were found too, and are not used');
    expectNoSecret(stderr);
    expect(requests[0]?.body).toContain('username');
  });

  test('uses the way to log in that a flag belongs to, regardless of variables', async () => {
    const { env } = accounts['datarhei by password'];
    const { url, requests } = await serve(accounts['datarhei by password'].success('tok'));
    const args = ['login', 'datarhei', '--base-url', url, '--auth0-token-stdin'];
    expect(await output(args, { env, stdin: 'auth0' })).toBe('tok\n');
    expect(requests).toMatchObject([{ headers: { authorization: 'Bearer auth0' }, body: '' }]);
  });

  test('refuses flags of both ways to log in', async () => {
    const home = newHome();
    const flags = ['--username', 'me', '--auth0-token-file', home.write('auth0', secret)];
    const { code, stderr } = await failure(['login', 'datarhei', ...flags], { home });
    expect([code, stderr]).toEqual([2, expect.stringContaining('--username and --auth0-token')]);
  });
});

describe('a credential that cannot be sent in a header', () => {
  test.concurrent.each([
    ['password', 'a line feed', `${secret}\nx`],
    ['password', 'a carriage return', `${secret}\rx`],
    ['password', 'a NUL', `${secret}\0x`],
    ['password', 'a character above U+00FF', `${secret}ł`],
    ['password', 'a trailing space', `${secret} `],
    ['user_name', 'a line feed', `${secret}\nx`],
    ['user_name', 'a character above U+00FF', `${secret}😀`],
  ])('%s with %s is refused before anything is sent', async (field, _, value) => {
    const home = newHome();
    const { url, requests } = await serve(accounts.pegase3.success('tok'));
    const given =
      field === 'password'
        ? ['--user-name', 'me', '--password-file', home.write('value', value)]
        : ['--user-name', value, '--password-file', home.write('value', 'x')];
    const args = ['login', 'pegase3', '--base-url', url, ...given];
    const { code, stderr } = await failure(args, { home });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${field} cannot be sent`)]);
    expectNoSecret(stderr);
    expect(requests).toEqual([]);
  });
});

describe('a session is not stored', () => {
  const login = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const { url } = await serve(accounts.verbit.success('tok'));
    const home = newHome();
    const env = { ...accounts.verbit.env, ...more };
    const outcome = await authctl(['login', 'verbit', '--base-url', url, ...args], { home, env });
    return { ...outcome, sessions: home.sessions() };
  };

  test('with --no-store', async () => {
    expect(await login(['--no-store'])).toMatchObject({ code: 0, stderr: '', sessions: [] });
  });

  test('if that fails: the token is printed all the same, with a notice', async () => {
    const home = newHome();
    const AUTHCTL_STATE_DIR = join(home.write('file', ''), 'state');
    const outcome = await login([], { AUTHCTL_STATE_DIR });
    expect(outcome).toMatchObject({ code: 0, stdout: 'tok\n', sessions: [] });
    expect(outcome.stderr).toMatch(/^authctl: notice: sessions are not stored: .*\n$/);
    expect((await login(['--quiet'], { AUTHCTL_STATE_DIR })).stderr).toBe('');
  });
});
