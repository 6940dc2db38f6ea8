import { describe, expect, test } from '@jest/globals';
import { providers } from '../../src/providers/index.ts';
import { accounts, expectNoSecret, secret } from './accounts.ts';
import { acme } from './declaring.ts';
import { authctl, failure, newHome, output } from './harness.ts';
import { serve } from './servers.ts';

const names = providers.map(({ name }) => name);

describe('wrong usage is exit 2, one line and a hint', () => {
  const rows: readonly (readonly [string, string[], ...words: string[]])[] = [
    ['an unknown command', ['logn'], '"logn"; did you mean login?', 'authctl login --help'],
    [
      'an unknown subcommand',
      ['credentials', 'sett', 'ropo'],
      '"sett"',
      'use one of: set, list, delete',
    ],
    ['a command that lacks its subcommand', ['config'], 'config needs a command', 'get, set'],
    ['an unknown provider', ['login', 'rop'], 'unknown provider "rop"', ...names],
    ['an unknown provider to refresh', ['refresh', 'rop'], 'unknown provider "rop"'],
    ['an unknown flag', ['login', 'ropo', '--bogus'], "unknown option '--bogus'", '\nhint: '],
    [
      'a mistyped flag',
      ['login', 'ropo', '--apicod', secret],
      "'--apicod'",
      'did you mean --apicode?',
    ],
    ['a mistyped flag with its value', ['login', 'ropo', `--apicod=${secret}`], "'--apicod'"],
    [
      'a mistyped flag with a value of two lines',
      ['login', 'ropo', `--apicod=${secret}\n${secret}`],
      "'--apicod'",
    ],
    ['a mistyped short flag', ['login', 'ropo', `-a${secret}`], "'-a'"],
    ["another provider's flag", ['login', 'ropo', '--api-key', secret], "'--api-key'"],
    ['a flag without its value', ['login', 'ropo', '--apicode'], '--apicode'],
    ['one argument too many', ['login', 'ropo', secret], '\nhint: '],
    ['a missing provider', ['credentials', 'set'], ...names],
    ['an invalid duration', ['login', 'ropo', '--timeout', 'soon'], '--timeout takes a duration'],
    ['a timeout of 0', ['login', 'ropo', '--timeout', '0'], '--timeout must be more than 0'],
    ['an invalid number', ['login', 'ropo', '--retries', '-1'], '--retries takes a whole number'],
    ['a key without a certificate', ['login', 'ropo', '--key', 'x'], '--key needs --cert'],
    ['a missing certificate', ['login', 'ropo', '--cacert', '/no/such/file'], '--cacert'],
    ['a bad profile', ['login', 'ropo', '-p', '../x'], '--profile takes'],
    ['a bad error format', ['login', 'ropo', '--error-format', 'xml'], '--error-format'],
    ['a dry run with --export', ['login', 'ropo', '--dry-run', '--export'], '--dry-run'],
    ['a dry run with --out-file', ['login', 'ropo', '--dry-run', '--out-file', 'x'], '--dry-run'],
  ];

  const meant: typeof rows = [
    ['a command', ['tokn', 'ropo'], 'unknown command "tokn"; did you mean token?'],
    ['a command, with letters swapped', ['lgoin'], 'did you mean login?', 'authctl login --help'],
    ['a provider in place of a command', ['ropo'], 'ropo is a provider', 'authctl token ropo'],
    ['a subcommand', ['config', 'lst'], 'did you mean list?'],
    ['a provider', ['token', 'rpoo'], 'did you mean ropo?'],
    ['a provider in capitals', ['token', 'ROPO', '--cid', '1'], 'did you mean ropo?'],
    ['a provider to show', ['provider', 'show', 'netnt'], 'did you mean netnut?'],
    ['a provider to inspect', ['inspect', '--provider', 'Verbit'], 'did you mean verbit?'],
    ['a long option with one dash', ['-version'], "'-e'; did you mean --version?"],
    ['the version', ['version'], 'did you mean --version?', '\nhint: authctl --version'],
    ['JSON', ['status', '--json'], 'did you mean -o json?'],
    ['JSON as a format', ['token', 'ropo', '--format', 'json'], 'did you mean -o json?'],
    ['a check of the token', ['verify', 'ropo'], 'no check', '\nhint: authctl status'],
    [
      'one server',
      ['login', 'ropo', '-e', 'se', '--base-url', 'https://x.example'],
      '\nhint: leave out one of them',
    ],
    [
      'a file that is there',
      ['login', 'ropo', '--apicode-file', 'gone'],
      '\nhint: give another path, or the value by --apicode-stdin',
    ],
    ['a format', ['token', 'ropo', '-o', 'jsn'], '"jsn"; did you mean json?'],
    ['a format of a list', ['status', '-o', 'jsn'], 'text or json here; did you mean json?'],
    ['a shell', ['token', 'ropo', '--export', '--shell', 'bsh'], 'did you mean bash?'],
    ['a shell to complete', ['completion', 'zhs'], 'did you mean zsh?'],
    ['an environment', ['token', 'ropo', '-e', 'fi-tst'], 'does not have; did you mean fi-test?'],
    ['a setting', ['config', 'get', 'ropo.cdi'], 'no setting cdi; did you mean cid?'],
    ['a setting with a dash', ['config', 'get', 'ropo.base-url'], 'did you mean base_url?'],
    ['the provider of a setting', ['config', 'get', 'rop.cid'], 'did you mean ropo?'],
    ['the value of a setting', ['config', 'set', 'ropo.environment', 'sse'], 'did you mean se?'],
    ['a topic', ['help', 'format'], 'did you mean formats?'],
    ['a provider in help', ['help', 'token', 'rop'], 'did you mean ropo?'],
    ['a provider as a topic', ['help', 'ropo'], 'authctl help token ropo'],
    [
      'the beginning of an option',
      ['login', 'netnut', '--pass', secret],
      'did you mean --password?',
    ],
    ['a command without a provider', ['exec', '--', 'true'], 'exec needs a provider'],
  ];

  test.concurrent.each(meant)('with what was probably meant: %s', async (_, args, ...words) => {
    const { code, stderr } = await failure(args, { env: accounts.ropo.env });
    expect(code).toBe(2);
    for (const word of words) expect(stderr).toContain(word);
    expectNoSecret(stderr);
  });

  test.concurrent.each([
    [['login', 'ropo', '--user', secret]],
    [['login', 'ropo', '--bogus']],
    [['login', 'ropo', '-z']],
    [['xyzzy']],
    [['token', 'acme']],
    [['token', 'ropo', '-o', 'xml']],
    [['token', 'ropo', '-e', 'production']],
  ])('without a silly guess: %j', async (args) => {
    const { code, stderr } = await failure(args);
    expect([code, stderr]).toEqual([2, expect.not.stringContaining('did you mean')]);
    expectNoSecret(stderr);
  });

  test('with the profile that was probably meant', async () => {
    const home = newHome();
    home.setConfig({ profiles: { 'customer-b': { ropo: { cid: '1' } } } });
    for (const args of [
      ['token', 'ropo', '-p', 'custmer-b'],
      ['config', 'get', 'ropo.cid', '-p', 'Customer-B'],
    ]) {
      const { code, stderr } = await failure(args, { home });
      expect([code, stderr]).toEqual([3, expect.stringContaining('did you mean customer-b?')]);
    }
    const { stderr } = await failure(['token', 'ropo', '-p', 'customer-b'], { home });
    expect(stderr).not.toContain('did you mean');
  });

  test('with the file of a private key, which has no option for its value', async () => {
    const { home } = await acme(
      {
        fields: [{ name: 'private_key', label: 'Key', secret: true }],
        login: [{ fields: ['private_key'], mint: 'jwt' }],
        derive: {
          jwt: { jwt: { alg: 'ES256', key: '{private_key}', claims: { sub: 'a' }, lives: 300 } },
        },
        answer: {},
      },
      {},
    );
    const { code, stderr } = await failure(['login', 'acme', '--private-key', secret], { home });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("'--private-key'; did you mean --private-key-file?"),
    ]);
    expectNoSecret(stderr);
  });

  test.concurrent.each(rows)('%s', async (_, args, ...words) => {
    const { code, stderr } = await failure(args, { env: accounts.ropo.env });
    expect(code).toBe(2);
    for (const word of words) expect(stderr).toContain(word);
    expectNoSecret(stderr);
    expect(stderr).not.toContain('c4nary');
  });

  test('a bad profile in AUTHCTL_PROFILE', async () => {
    const { code, stderr } = await failure(['config', 'list'], { env: { AUTHCTL_PROFILE: 'a/b' } });
    expect([code, stderr]).toEqual([2, expect.stringContaining('AUTHCTL_PROFILE takes')]);
  });
});

test('a bare login lists the providers, and what each has configured', async () => {
  const home = newHome();
  home.setConfig({ ropo: { cid: '1' }, pegase3: { base_url: 'https://pegase.example' } });
  const { code, stdout, stderr } = await authctl(['login'], { home });
  expect([code, stdout]).toEqual([2, '']);
  const lines = stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(names.length + 2);
  for (const [index, name] of names.entries())
    expect(lines[index]).toMatch(new RegExp(`^${name} `));
  expect(lines[0]).toMatch(/configured: cid; missing: apicode \(authctl credentials set ropo\)$/);
  expect(lines[1]).toMatch(/nothing configured$/);
  expect(lines[3]).toMatch(
    /configured: base URL; missing: user_name, password \(authctl .* pegase3\)$/,
  );
  expect(lines.at(-2)).toBe('authctl: login needs a provider');
  expect(lines.at(-1)).toMatch(/^hint: /);
  const env = { ROPO_APICODE_FILE: '/run/apicode' };
  expect((await authctl(['login'], { home, env })).stderr).toMatch(/configured: cid$/m);
});

describe('help and version', () => {
  test.concurrent.each([
    [['--help'], ['login', 'refresh', 'credentials', 'config', 'sandbox']],
    [['-h'], ['login']],
    [[], ['login']],
    [['help'], ['login']],
    [['help', 'refresh'], ['--refresh-token-stdin']],
    [['login', '--help'], names],
    [
      ['login', 'ropo', '--help'],
      ['--cid', '--apicode-stdin', 'ROPO_APICODE', 'https://dev.ropo.com', 'fi-test'],
    ],
    [
      ['credentials', 'set', 'verbit', '-h'],
      ['--api-key-file', 'VERBIT_API_KEY'],
    ],
    [['sandbox', '--help'], ['--port']],
  ])('%j is exit 0, on stdout', async (args, words) => {
    const text = await output(args);
    expect(text).toMatch(/^Usage: authctl/);
    for (const word of words) expect(text).toContain(word);
    expect(text).not.toMatch(/authctl provider|\x1b/);
  });

  test('without a command, the output is exactly that of --help', async () => {
    const help = await output(['--help']);
    expect(await output([])).toBe(help);
    expect(await output(['-v'])).toBe(help);
  });

  test('help for an unknown command is an error', async () => {
    const { code, stderr } = await failure(['help', 'lgoin', 'ropo']);
    expect([code, stderr]).toEqual([
      2,
      'authctl: there is no command or topic "lgoin"; did you mean login?\nhint: authctl help\n',
    ]);
  });

  test.concurrent.each([[['--version']], [['-V']], [['login', 'ropo', '--version']]])(
    '%j',
    async (args) => {
      expect(await output(args)).toMatch(/^\d+\.\d+\.\d+\n$/);
    },
  );
});

describe('--dry-run', () => {
  const { ropo, verbit, pegase3 } = accounts;
  const base = 'https://api.example/x';

  test.concurrent.each([
    [
      'ropo',
      ropo.env,
      [
        `POST ${base}/token`,
        'Content-Type: application/json',
        '',
        '{"cid":"4711","apicode":"***"}',
      ],
    ],
    [
      'verbit',
      verbit.env,
      [
        `POST ${base}/auth`,
        'Content-Type: application/json',
        expect.stringMatching(/^X-Tracing-ID: [0-9a-f-]{36}$/),
        expect.stringMatching(/^X-Request-Timestamp: /),
        '',
        '{"payload":{"api_key":"***"}}',
      ],
    ],
    ['pegase3', pegase3.env, [`GET ${base}/login`, 'User-Name: me', 'Password: ***']],
    [
      'datarhei',
      accounts['datarhei by Auth0 token'].env,
      [`POST ${base}/api/login`, 'Authorization: Bearer ***'],
    ],
  ])('prints the request of %s without its secrets', async (provider, env, lines) => {
    const text = await output(['login', provider, '--dry-run', '--base-url', base], { env });
    expect(text.trimEnd().split('\n')).toEqual(lines);
  });

  test('sends nothing and stores nothing, for login and refresh', async () => {
    const home = newHome();
    const { url, requests } = await serve(ropo.success('tok'));
    await output(['login', 'ropo', '--dry-run', '--base-url', url], { home, env: ropo.env });
    const args = ['refresh', '--dry-run', '--base-url', url, '--refresh-token-stdin'];
    expect(await output(args, { home, stdin: secret })).toBe(
      `GET ${url}/api/login/refresh\nAuthorization: Bearer ***\n`,
    );
    expect([requests, home.sessions()]).toEqual([[], []]);
  });

  test('reports a credential that cannot be sent', async () => {
    const env = { ...pegase3.env, PEGASE3_PASSWORD: `${secret}ł` };
    const args = ['login', 'pegase3', '--dry-run', '--base-url', base];
    const { code, stderr } = await failure(args, { env });
    expect([code, stderr]).toEqual([2, expect.stringContaining('password cannot be sent')]);
  });
});
