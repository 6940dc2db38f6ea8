import { chmodSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { accounts, expectNoSecret, secret } from './accounts.ts';
import { authctl, type Env, failure, type Home, newHome, output } from './harness.ts';
import { serve } from './servers.ts';

const ropo = accounts.ropo;

/** The sources of a login. */
interface Source {
  readonly args?: readonly string[];
  readonly env?: Env;
  readonly config?: unknown;
  readonly stdin?: string | Uint8Array;
}

/** Logs in at a test server, and returns what it was sent. */
async function loginWith({ args = [], env = {}, config, stdin }: Source) {
  const { url, requests } = await serve(ropo.success('tok'));
  const home = newHome();
  if (config !== undefined) home.setConfig(config);
  home.write('secret.txt', 'from-file\n');
  const outcome = await authctl(['login', 'ropo', '--base-url', url, '-v', ...args], {
    home,
    env,
    ...(stdin !== undefined && { stdin }),
  });
  const sent = requests.map(({ body }) => JSON.parse(body));
  return { ...outcome, sent };
}

const echo = (text: string) => ({ command: ['printf', '%s\\n', text] });
const env = { ROPO_CID: 'env-cid', ROPO_APICODE: 'from-env' };
const config = { ropo: { cid: 'config-cid', apicode: echo('from-command') } };

describe('the first source wins, field by field', () => {
  const rows: readonly (readonly [string, Source, sent: object, ...details: string[]])[] = [
    [
      'the config',
      { config },
      { cid: 'config-cid', apicode: 'from-command' },
      'cid comes from the config\n',
      "apicode comes from the config's command\n",
    ],
    [
      'a variable before the config',
      { config, env },
      { cid: 'env-cid', apicode: 'from-env' },
      'cid comes from ROPO_CID, before the config\n',
      "apicode comes from ROPO_APICODE, before the config's command\n",
    ],
    [
      'a flag before a variable and the config',
      { config, env, args: ['--cid', 'flag-cid', '--apicode', 'from-flag'] },
      { cid: 'flag-cid', apicode: 'from-flag' },
      'cid comes from --cid, before ROPO_CID, the config\n',
      "apicode comes from --apicode, before ROPO_APICODE, the config's command\n",
    ],
    [
      'stdin',
      { config, env, args: ['--apicode-stdin'], stdin: 'from-stdin\n' },
      { cid: 'env-cid', apicode: 'from-stdin' },
      'apicode comes from --apicode-stdin, before ROPO_APICODE',
    ],
    [
      'a file',
      { config, env, args: ['--apicode-file', 'secret.txt'] },
      { cid: 'env-cid', apicode: 'from-file' },
      'apicode comes from --apicode-file, before ROPO_APICODE',
    ],
    [
      'an empty variable counts as not given',
      { config, env: { ROPO_CID: '', ROPO_APICODE: '' } },
      { cid: 'config-cid', apicode: 'from-command' },
    ],
    [
      'an empty value in the config counts as not given',
      { config: { ropo: { cid: '', apicode: '' } }, env },
      { cid: 'env-cid', apicode: 'from-env' },
    ],
    [
      'a profile has its own settings',
      {
        config: { profiles: { work: { ropo: { cid: 'work-cid' } } }, ...config },
        env: { ROPO_APICODE: 'from-env', AUTHCTL_PROFILE: 'work' },
      },
      { cid: 'work-cid', apicode: 'from-env' },
    ],
    [
      'the profile default before the provider',
      { config: { profiles: { default: { ropo: { cid: 'default-cid' } } }, ...config } },
      { cid: 'default-cid', apicode: 'from-command' },
    ],
    [
      'a shell command line in the config',
      { config: { ropo: { cid: '1', apicode: { command: 'echo from-$((1+1))-shells' } } } },
      { cid: '1', apicode: 'from-2-shells' },
    ],
    [
      'a command in the config gets its arguments unchanged',
      { config: { ropo: { cid: '1', apicode: echo('$HOME; `id`') } } },
      { cid: '1', apicode: '$HOME; `id`' },
    ],
  ];

  test.concurrent.each(rows)('%s', async (_, source, sent, ...details) => {
    const outcome = await loginWith(source);
    expect(outcome).toMatchObject({ code: 0, stdout: 'tok\n', sent: [sent] });
    for (const detail of details) expect(outcome.stderr).toContain(`authctl: ${detail}`);
    expect(outcome.stderr).not.toMatch(/from-(env|flag|stdin|file|command)/);
  });

  test('a profile does not use the settings of another', async () => {
    const { code, stderr } = await loginWith({ config, args: ['-p', 'work'] });
    expect([code, stderr]).toEqual([3, expect.stringContaining('cid (--cid or ROPO_CID)')]);
    // Without a keychain, `credentials set` could not store the secret.
    expect(stderr).toContain('hint: authctl help credentials\n');
  });
});

describe('what cannot be seen in a value has a notice, and a refusal repeats it', () => {
  const file = (text: string) => (home: Home) => ({
    args: ['--cid', '1', '--apicode-file', home.write('odd.txt', text)],
  });
  type Given = { args?: readonly string[]; env?: Env; stdin?: string; config?: unknown };
  const rows: readonly (readonly [string, (home: Home) => Given, string])[] = [
    [
      'of a variable',
      () => ({ env: { ROPO_CID: '1', ROPO_APICODE: 'x\n' } }),
      'apicode from ROPO_APICODE, which ends with a line break',
    ],
    [
      'of a variable with a byte order mark',
      () => ({ env: { ROPO_CID: '1', ROPO_APICODE: '\ufeffx' } }),
      'apicode from ROPO_APICODE, which begins with a byte order mark',
    ],
    [
      'of a field that is not secret',
      () => ({ env: { ROPO_CID: '1 ', ROPO_APICODE: 'x' } }),
      'cid from ROPO_CID, which ends with white space',
    ],
    [
      'of a flag',
      () => ({ args: ['--cid', '1', '--apicode', ' x'] }),
      'apicode from --apicode, which begins with white space',
    ],
    [
      'of stdin',
      () => ({ args: ['--cid', '1', '--apicode-stdin'], stdin: 'a\nb\n' }),
      'apicode from --apicode-stdin, which has a line break',
    ],
    ['of a file', file('x\n\n'), 'apicode from --apicode-file, which ends with a line break'],
    [
      'of a command',
      () => ({ config: { ropo: { cid: '1', apicode: { command: ['printf', 'x '] } } } }),
      "apicode from the config's command, which ends with white space",
    ],
  ];

  test.concurrent.each(rows)('%s', async (_, given, words) => {
    const { url } = await serve({ status: 401, body: {} });
    for (const command of ['login', 'token']) {
      const home = newHome();
      const { args = [], env = {}, stdin, config } = given(home);
      if (config !== undefined) home.setConfig(config);
      const { code, stderr } = await authctl([command, 'ropo', '--base-url', url, ...args], {
        home,
        env,
        ...(stdin !== undefined && { stdin }),
      });
      expect([command, code]).toEqual([command, 4]);
      expect(stderr).toContain(`authctl: notice: ${words.replace(', which', '')}\n`);
      expect(stderr).toMatch(/^hint: check .*$/m);
      expect(stderr).toContain(words);
    }
  });

  test('of a refresh token', async () => {
    const { url } = await serve({ status: 403, body: {} });
    const { code, stderr } = await authctl(
      ['refresh', 'datarhei', '--base-url', url, '--refresh-token-stdin'],
      { home: newHome(), stdin: 'x \n' },
    );
    const words = 'refresh_token from --refresh-token-stdin';
    expect([code, stderr]).toEqual([
      4,
      expect.stringContaining(`authctl: notice: ${words} ends with white space\n`),
    ]);
    expect(stderr).toContain(
      `hint: check ${words}, which ends with white space; or authctl login datarhei`,
    );
  });

  test('before it is stored', async () => {
    const home = newHome();
    const { code, stderr } = await authctl(['credentials', 'set', 'ropo', '--cid', '1 '], { home });
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('authctl: notice: cid from --cid ends with white space\n'),
    ]);
  });

  test('and no other value has one', async () => {
    const { stderr } = await loginWith({ env: { ROPO_CID: '1', ROPO_APICODE: 'a b' } });
    expect(stderr).not.toMatch(/ropo.* from .* (?:begins|ends|has) /);
  });
});

describe('stdin and files', () => {
  test.concurrent.each([
    ['x', 'x'],
    ['x\n', 'x'],
    ['x\r\n', 'x'],
    ['x\n\n', 'x\n'],
    [' x \n', ' x '],
    ['\nx', '\nx'],
    ['\ufeffx', 'x'],
  ])('%j gives %j', async (stdin, apicode) => {
    const args = ['--cid', '1', '--apicode-stdin'];
    expect((await loginWith({ args, stdin })).sent).toEqual([{ cid: '1', apicode }]);
  });

  test('that are not UTF-8 text are refused', async () => {
    const stdin = Uint8Array.of(0x63, 0xff, 0xfe);
    const outcome = await loginWith({ args: ['--cid', '1', '--apicode-stdin'], stdin });
    expect(outcome).toMatchObject({ code: 2, sent: [] });
    expect(outcome.stderr).toContain('apicode from --apicode-stdin is not UTF-8 text');
  });
});

describe('wrong usage', () => {
  test.concurrent.each([
    [
      'a flag and stdin',
      'ropo',
      ['--apicode', secret, '--apicode-stdin'],
      'apicode was given twice',
    ],
    [
      'a flag twice',
      'ropo',
      ['--apicode', secret, '--apicode', secret],
      '--apicode was given twice',
    ],
    ['a non-secret flag twice', 'ropo', ['--cid', '1', '--cid', '2'], '--cid was given twice'],
    [
      'stdin and a file',
      'ropo',
      ['--apicode-stdin', '--apicode-file', 'x'],
      'apicode was given twice',
    ],
    [
      'stdin for two fields',
      'datarhei',
      ['--password-stdin', '--auth0-token-stdin'],
      '--password-stdin and --auth0-token-stdin',
    ],
    ['an empty flag', 'ropo', ['--apicode', ''], 'apicode from --apicode is empty'],
    ['an empty non-secret flag', 'ropo', ['--cid', ''], 'cid from --cid is empty'],
    ['an empty stdin', 'ropo', ['--apicode-stdin'], 'apicode from --apicode-stdin is empty'],
    [
      'an empty file',
      'ropo',
      ['--apicode-file', '/dev/null'],
      'apicode from --apicode-file is empty',
    ],
    ['a missing file', 'ropo', ['--apicode-file', '/no/such/file'], 'there is no such file'],
  ])('%s', async (_, provider, args, words) => {
    const options = { env: ropo.env, stdin: '\n' };
    const { code, stderr } = await failure(['login', provider, ...args], options);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
    expectNoSecret(stderr);
  });
});

describe('missing credentials are named, with flag and variable', () => {
  test.concurrent.each([
    ['ropo', {}, ['--cid', 'ROPO_CID', '--apicode', 'ROPO_APICODE']],
    ['ropo', { ROPO_CID: '1' }, ['--apicode', 'ROPO_APICODE']],
    ['netnut', {}, ['--email', 'NETNUT_EMAIL', '--password', 'NETNUT_PASSWORD']],
    ['verbit', {}, ['--api-key', 'VERBIT_API_KEY']],
    ['pegase3', { PEGASE3_BASE_URL: 'https://example.com' }, ['--user-name', 'PEGASE3_USER_NAME']],
    [
      'datarhei',
      {},
      ['--username', 'DATARHEI_USERNAME', '--password', '--auth0-token', 'DATARHEI_AUTH0_TOKEN'],
    ],
  ])('%s with %j', async (provider, given: Env, names) => {
    const { code, stderr } = await failure(['login', provider], { env: given });
    expect(code).toBe(3);
    for (const name of names) expect(stderr).toContain(name);
    for (const name of Object.keys(given)) expect(stderr).not.toContain(`${name})`);
    expect(stderr).toContain('hint: authctl help credentials\n');
  });

  test('so is a missing base URL', async () => {
    const { code, stderr } = await failure(['login', 'pegase3'], { env: accounts.pegase3.env });
    expect(code).toBe(3);
    for (const name of ['--base-url', 'PEGASE3_BASE_URL', 'authctl help credentials']) {
      expect(stderr).toContain(name);
    }
  });
});

describe('a missing credential that seems to be there is explained', () => {
  test('by its variable, which is empty', async () => {
    const env = { ROPO_CID: '', ROPO_APICODE_FILE: '', PEGASE3_BASE_URL: '' };
    expect((await failure(['login', 'ropo'], { env })).stderr).toContain(
      'ROPO_APICODE); ROPO_CID and ROPO_APICODE_FILE are set, but empty; the keychain is switched off\n',
    );
    expect((await failure(['login', 'pegase3'], { env })).stderr).toContain(
      '; PEGASE3_BASE_URL is set, but empty\n',
    );
  });

  test('by the server that its setting is for, which the help explains', async () => {
    const home = newHome();
    await authctl(['config', 'set', 'ropo.apicode', '--command', 'echo x'], { home });
    await authctl(['credentials', 'set', 'ropo', '-e', 'se', '--cid', '1'], { home });
    const { stderr } = await failure(['login', 'ropo', '-e', 'se'], { home });
    expect(stderr).toContain('; ropo.apicode in the config is for https://ropo24.fi; ');
    expect(await output(['help', 'credentials'])).toContain('ropo.servers.<origin>.apicode');
    const key = 'ropo.servers.https://ropo24.se.apicode';
    await authctl(['config', 'set', key, '--command', 'echo x'], { home });
    const shown = await output(['login', 'ropo', '-e', 'se', '--dry-run'], { home });
    expect(shown).toContain('ropo24.se');
  });

  test('without the reason of the keychain, which -v tells once', async () => {
    const { stderr } = await failure(['login', 'ropo', '-v', '--no-keychain']);
    expect(stderr.match(/it is switched off/g)).toHaveLength(1);
  });
});

describe('the config', () => {
  test.concurrent.each([
    ['a secret in clear', { ropo: { cid: '1', apicode: secret } }, 'ropo.apicode'],
    [
      'a secret in clear in a profile',
      { profiles: { default: { ropo: { apicode: secret } } } },
      'profiles.default.ropo.apicode',
    ],
    ['invalid JSON', `{"ropo": {"apicode": ${JSON.stringify(secret)}`, 'is not valid JSON'],
    ['a list instead of an object', JSON.stringify([secret]), 'is not a JSON object'],
    ['a field that is not a string', { ropo: { cid: 4711, apicode: [secret] } }, 'ropo.cid'],
    [
      'a base URL and an environment',
      { ropo: { base_url: 'https://a.example', environment: 'fi' } },
      'both',
    ],
  ])('with %s is broken, and its content is not shown', async (_, content, words) => {
    const home = newHome();
    home.setConfig(content);
    const env = { ROPO_CID: '1', ROPO_APICODE: 'x' };
    const { code, stderr } = await failure(['login', 'ropo', '-v'], {
      home,
      // The config is not used for a field that a variable gives, but its errors are reported.
      env: words === 'ropo.cid' ? {} : env,
    });
    expect([code, stderr]).toEqual([9, expect.stringContaining(words)]);
    expect(stderr).toMatch(/\nhint: (authctl config unset |mv \/)/);
    expectNoSecret(stderr);
  });

  test.concurrent.each([
    ['fails', `printf '%s' '${secret.replaceAll("'", "'\\''")}'; exit 3`, 'exit code 3'],
    ['prints nothing', 'true', 'printed an empty value'],
    ['is not found', ['/no/such/program', secret], 'not found'],
    ['reads stdin, which is empty', 'cat', 'printed an empty value'],
  ])('whose command %s: exit 3, and nothing is sent', async (_, command, words) => {
    const outcome = await loginWith({
      config: { ropo: { cid: '1', apicode: { command } } },
      stdin: secret,
    });
    expect(outcome).toMatchObject({ code: 3, stdout: '', sent: [] });
    expect(outcome.stderr).toContain('the command of ropo.apicode');
    expect(outcome.stderr).toContain(words);
    expectNoSecret(outcome.stderr);
  });

  test('whose command writes to stderr passes that on', async () => {
    const command = 'echo touch the key >&2; echo x';
    const { code, stderr } = await loginWith({
      config: { ropo: { cid: '1', apicode: { command } } },
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining('touch the key\n')]);
  });

  test('whose command is not needed does not run it', async () => {
    const outcome = await loginWith({
      config: { ropo: { cid: '1', apicode: { command: 'echo ran >&2; exit 1' } } },
      env,
    });
    expect(outcome).toMatchObject({ code: 0, stderr: expect.not.stringContaining('ran\n') });
  });

  test('whose command is for a server chosen by a variable does not run it', async () => {
    const home = newHome();
    const { url, requests } = await serve(ropo.success('tok'));
    home.setConfig({ ropo: { cid: '1', apicode: { command: 'echo ran >&2; echo x' } } });
    const { code, stderr } = await failure(['login', 'ropo'], {
      home,
      env: { ROPO_BASE_URL: url },
    });
    expect([code, requests.length]).toEqual([3, 0]);
    expect(stderr).not.toContain('ran\n');
    expect(stderr).toContain('ROPO_BASE_URL');
    // The user's own choice of a server, by a flag or in the config, is trusted.
    home.setConfig({ ropo: { cid: '1', base_url: url, apicode: { command: 'echo x' } } });
    expect(await output(['login', 'ropo'], { home })).toBe('tok\n');
  });

  test('that others can write to is not read', async () => {
    const home = newHome();
    const { url, requests } = await serve(ropo.success('tok'));
    home.setConfig({ ropo: { cid: '1', base_url: url, apicode: echo('x') } });
    chmodSync(home.config, 0o666);
    const { code, stderr } = await failure(['login', 'ropo'], { home });
    expect([code, stderr]).toEqual([9, expect.stringContaining('every user can write')]);
    expect(requests).toEqual([]);
  });
});

describe('the base URL', () => {
  const dry = (args: readonly string[], more: Env = {}, content: unknown = {}) => {
    const home = newHome();
    home.setConfig(content);
    return {
      args: ['login', 'ropo', '--dry-run', ...args],
      options: { home, env: { ...env, ...more } },
    };
  };
  const inConfig = { ropo: { base_url: 'https://config.example' } };

  test.concurrent.each([
    ['the default', [], {}, {}, 'https://ropo24.fi/rest'],
    ['an environment', ['-e', 'se'], {}, {}, 'https://ropo24.se/rest'],
    [
      'a flag first',
      ['--base-url', 'https://flag.example/x/'],
      { ROPO_BASE_URL: 'https://env.example' },
      inConfig,
      'https://flag.example/x',
    ],
    [
      '-e before a variable',
      ['-e', 'no'],
      { ROPO_BASE_URL: 'https://env.example' },
      inConfig,
      'https://ropo24.no/rest',
    ],
    [
      'a variable before the config',
      [],
      { ROPO_BASE_URL: 'https://env.example' },
      inConfig,
      'https://env.example',
    ],
    [
      'a variable with an environment',
      [],
      { ROPO_ENVIRONMENT: 'no-test' },
      inConfig,
      'https://rc.ropo24.no/rest',
    ],
    ['the config', [], { ROPO_BASE_URL: '' }, inConfig, 'https://config.example'],
    [
      'the profile before the provider',
      ['-p', 'work'],
      {},
      { ...inConfig, profiles: { work: { ropo: { environment: 'fi-test' } } } },
      'https://rc.ropo24.fi/rest',
    ],
    [
      'plain http, if it is allowed',
      ['--base-url', 'http://far.example', '--allow-http'],
      {},
      {},
      'http://far.example',
    ],
  ])('is that of %s', async (_, args, more: Env, content, url) => {
    const run = dry(args, more, content);
    const { code, stdout } = await authctl(run.args, run.options);
    expect([code, stdout.split('\n')[0]]).toEqual([0, `POST ${url}/token`]);
  });

  test.concurrent.each([
    [
      'two flags',
      ['--base-url', 'https://a.example', '-e', 'fi'],
      {},
      '--base-url and --environment',
    ],
    [
      'two variables',
      [],
      { ROPO_BASE_URL: 'https://a.example', ROPO_ENVIRONMENT: 'fi' },
      'ROPO_BASE_URL and ROPO_ENVIRONMENT',
    ],
    ['an unknown environment', ['-e', 'dk'], {}, 'it has fi, se, no'],
    ['an unknown environment of a variable', [], { ROPO_ENVIRONMENT: 'dk' }, 'ROPO_ENVIRONMENT'],
    ['plain http to another machine', ['--base-url', 'http://far.example'], {}, '--allow-http'],
    ['plain http of a variable', [], { ROPO_BASE_URL: 'http://far.example' }, '--allow-http'],
    ['a host instead of a URL', ['--base-url', 'far.example'], {}, 'is not a valid URL'],
    ['another scheme', ['--base-url', 'ftp://far.example'], {}, 'does not begin with https://'],
    [
      'a password in it',
      ['--base-url', 'https://me:hunter2@far.example'],
      {},
      'a user name or password',
    ],
    ['a query', ['--base-url', 'https://far.example/?token=hunter2'], {}, 'a query'],
  ])('with %s is refused', async (_, args, more: Env, words) => {
    const run = dry(args, more);
    const { code, stderr } = await failure(run.args, run.options);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
    expect(stderr).not.toContain('hunter2');
  });
});

test('a variable that takes precedence over -p causes a notice', async () => {
  const { code, stderr } = await authctl(['login', 'ropo', '--dry-run', '-p', 'work'], { env });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^authctl: notice: ROPO_CID .* work\nauthctl: notice: ROPO_APICODE .*\n$/);
  const quiet = await authctl(['login', 'ropo', '--dry-run', '-p', 'work', '-q'], { env });
  expect(quiet.stderr).toBe('');
});

test('a secret on the command line causes a notice that does not contain it', async () => {
  const args = ['login', 'ropo', '--dry-run', '--cid', '1', '--apicode', secret];
  const { stderr } = await authctl(args);
  expect(stderr).toMatch(/^authctl: notice: --apicode shows the secret .*--apicode-stdin.*\n$/);
  expectNoSecret(stderr);
});

describe('credentials set', () => {
  test('stores a non-secret field in the config, for the profile', async () => {
    const home = newHome();
    const set = ['credentials', 'set', 'ropo', '--cid'];
    const { code, stdout } = await authctl([...set, 'mine'], { home });
    expect([code, stdout]).toEqual([0, '']);
    await authctl([...set, 'theirs', '-p', 'work'], { home });
    expect(JSON.parse(home.readConfig())).toEqual({
      ropo: { servers: { 'https://ropo24.fi': { cid: 'mine' } } },
      profiles: { work: { ropo: { servers: { 'https://ropo24.fi': { cid: 'theirs' } } } } },
    });
    expect(await output(['credentials', 'list'], { home })).toBe(
      'ropo.cid  mine  (for https://ropo24.fi)\n',
    );
    expect((await authctl(['credentials', 'delete', 'ropo'], { home })).code).toBe(0);
    expect(await output(['credentials', 'list', '-o', 'json'], { home })).toBe('[]\n');
    expect(await output(['credentials', 'list', '-p', 'work'], { home })).toBe(
      'ropo.cid  theirs  (for https://ropo24.fi)\n',
    );
  });

  test('stores all but the secret if the keychain is switched off', async () => {
    const home = newHome();
    const args = ['credentials', 'set', 'ropo', '--cid', '1', '--apicode-stdin'];
    const { code, stderr } = await failure(args, { home, stdin: secret });
    expect([code, stderr]).toEqual([
      8,
      `authctl: notice: only cid can be stored here
authctl: stored cid of ropo in the profile default, for https://ropo24.fi
authctl: the keychain cannot be used: it is switched off; give apicode as ROPO_APICODE or ROPO_APICODE_FILE, or by a command in the config
hint: authctl help credentials
`,
    ]);
    expectNoSecret(stderr);
    expectNoSecret(home.readConfig());
    expect(await output(['config', 'list'], { home })).toBe(
      'ropo.servers.https://ropo24.fi.cid=1\n',
    );
  });

  test('keeps what is stored for one server apart from another', async () => {
    const home = newHome();
    const set = async (...args: string[]) =>
      expect(await authctl(['credentials', 'set', 'ropo', ...args], { home })).toMatchObject({
        code: 0,
      });
    const cid = async (...args: string[]) => {
      const env = { ROPO_APICODE: 'x' };
      const { stdout } = await authctl(['login', 'ropo', '--dry-run', ...args], { home, env });
      return /"cid":"(\w+)"/.exec(stdout)?.[1];
    };
    await set('--cid', '111');
    await set('-e', 'se', '--cid', '888');
    expect([await cid(), await cid('-e', 'fi'), await cid('-e', 'se')]).toEqual([
      ...['111', '111', '888'],
    ]);
    expect(await cid('--base-url', 'https://ropo24.se/other')).toBe('888');
    expect(await cid('-e', 'no')).toBe(undefined);
    // A plain one is for the configured server, and for those that have none of their own.
    home.setConfig({
      ...JSON.parse(home.readConfig()),
      profiles: { default: { ropo: { cid: '9' } } },
    });
    expect([await cid(), await cid('-e', 'se'), await cid('-e', 'no')]).toEqual([
      '111',
      '888',
      '9',
    ]);
    await authctl(['config', 'set', 'ropo.environment', 'no-test'], { home });
    expect([await cid(), await cid('-e', 'fi'), await cid('-e', 'no')]).toEqual([
      ...['9', '111', '9'],
    ]);
  });

  test('the stored token is that of the server’s account, and of the last session', async () => {
    const home = newHome();
    const { url } = await serve(({ body }) => ropo.success(`of-${JSON.parse(body).cid}`));
    const other = await serve(({ body }) => ropo.success(`other-${JSON.parse(body).cid}`));
    const env = { ROPO_APICODE: 'x' };
    const at = (place: string, ...args: string[]) => [...args, 'ropo', '--base-url', place];
    const run = (args: readonly string[]) => authctl(args, { home, env });
    await run([...at(url, 'credentials', 'set'), '--cid', '1']);
    await run([...at(other.url, 'credentials', 'set'), '--cid', '2']);
    expect((await run(at(url, 'token'))).stdout).toBe('of-1\n');
    expect((await run(at(other.url, 'token'))).stdout).toBe('other-2\n');
    expect((await run(['token', 'ropo'])).stdout).toBe('other-2\n');
    await run([...at(other.url, 'credentials', 'set'), '--cid', '3']);
    const refused = await run(['token', 'ropo']);
    expect([refused.code, refused.stdout]).toEqual([3, '']);
  });

  test('keeps a base URL, which becomes the provider’s if nothing else names a server', async () => {
    const home = newHome();
    const set = ['credentials', 'set', 'pegase3', '--user-name'];
    await authctl([...set, 'jo', '--base-url', 'https://p.example/api/'], { home });
    await authctl([...set, 'joe', '--base-url', 'https://q.example/api'], { home });
    expect(JSON.parse(home.readConfig())).toEqual({
      pegase3: {
        base_url: 'https://p.example/api',
        servers: {
          'https://p.example': { user_name: 'jo' },
          'https://q.example': { user_name: 'joe', base_url: 'https://q.example/api' },
        },
      },
    });
    const key = 'pegase3.servers.https://q.example.user_name';
    expect(await output(['config', 'get', key], { home })).toBe('joe\n');
    expect((await authctl(['config', 'unset', key], { home })).code).toBe(0);
    expect((await authctl(['credentials', 'delete', 'pegase3'], { home })).code).toBe(0);
    expect(await output(['config', 'list'], { home })).toBe(
      'pegase3.base_url=https://p.example/api\n',
    );
  });

  test('what is missing is named at once, for every command alike', async () => {
    const missing = [
      'missing for Pégase 3: the base URL of your server (--base-url or PEGASE3_BASE_URL)',
      'user_name (--user-name or PEGASE3_USER_NAME)',
      'password (--password-stdin or PEGASE3_PASSWORD)',
    ].join(', ');
    const hint = 'hint: authctl help credentials\n';
    for (const command of ['login', 'token']) {
      expect(await failure([command, 'pegase3'])).toEqual({
        code: 3,
        stderr: `authctl: ${missing}\n${hint}`,
      });
    }
    expect(await failure(['exec', 'pegase3', '--', 'true'])).toEqual({
      code: 3,
      stderr: `authctl: ${missing}; the command was not started\n${hint}`,
    });
  });

  test('says at once that there is no keychain, where it cannot prompt', async () => {
    const { code, stderr } = await failure(['credentials', 'set', 'ropo']);
    expect([code, stderr]).toEqual([
      8,
      `authctl: the keychain cannot be used: it is switched off; give apicode as ROPO_APICODE or ROPO_APICODE_FILE, or by a command in the config
hint: authctl help credentials
`,
    ]);
  });
});

describe('the config command', () => {
  test('stores settings, which login uses', async () => {
    const home = newHome();
    const { url } = await serve(ropo.success('tok'));
    const settings = [
      ['ropo.base_url', url],
      ['ropo.cid', '4711'],
      ['--command', 'ropo.apicode', 'echo x'],
    ];
    for (const setting of settings) {
      expect(await authctl(['config', 'set', ...setting], { home })).toMatchObject({
        code: 0,
        stdout: '',
      });
    }
    expect(await output(['login', 'ropo'], { home })).toBe('tok\n');
    expect(await output(['config', 'get', 'ropo.cid'], { home })).toBe('4711\n');
    expect(await output(['config', 'path'], { home })).toBe(`${home.config}\n`);
    expect((await authctl(['config', 'unset', 'ropo.cid'], { home })).code).toBe(0);
    expect((await failure(['login', 'ropo'], { home })).code).toBe(3);
  });

  test('refuses a secret, with a hint that works without a keychain', async () => {
    const home = newHome();
    const { code, stderr } = await failure(['config', 'set', 'ropo.apicode', secret], { home });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('hint: authctl help credentials\n'),
    ]);
    expectNoSecret(stderr);
    expect(() => home.readConfig()).toThrow('ENOENT');
  });
});
