/** Providers that a user declares have all that built-in ones have. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { readLine } from '../../src/launcher/line.ts';
import { warmToken } from '../../src/launcher/warm.ts';
import { providers } from '../../src/providers/index.ts';
import { accountNames, accounts } from './accounts.ts';
import { declare } from './declaring.ts';
import {
  authctl,
  type Env,
  environment,
  type Home,
  newHome,
  output,
  project,
  type RunOptions,
  testUnderNode,
} from './harness.ts';
import { type Received, type Reply, serve, type TestServer } from './servers.ts';
import { crowd } from './start.ts';
import { age, changeStored, readStored } from './stored.ts';

/** Runs a command that says something on stderr. */
async function adding(args: readonly string[], options: RunOptions): Promise<void> {
  expect(await authctl(args, options)).toMatchObject({ code: 0 });
}

/** JSON and a bearer token, as most APIs have it. */
const plain = `version: 1
title: My API
fields:
  - { name: username, label: User name, secret: false }
  - { name: password, label: Password, secret: true }
login:
  - fields: [username, password]
    request:
      method: POST
      path: /login
      json: { username: "{username}", password: "{password}" }
answer:
  token: /token
  lifetime: { at: /expires_in }
use: { header: Authorization, value: "Bearer {token}" }
`;
const user: Env = { MY_API_USERNAME: 'me', MY_API_PASSWORD: 'c4nary-pass' };
const plainAnswer = (token: string, seconds = 3600): Reply => ({
  body: { token, expires_in: seconds },
});

async function withPlain(answer: Parameters<typeof serve>[0] = plainAnswer('tok')) {
  const home = newHome();
  const path = declare(home, 'my-api', plain);
  const server = await serve(answer);
  return { home, path, server, env: { ...user, MY_API_BASE_URL: server.url } };
}

describe('a declared provider', () => {
  test('logs in, keeps the session, and prints it in every format', async () => {
    const { home, server, env } = await withPlain();
    expect(await output(['login', 'my-api'], { home, env })).toBe('tok\n');
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/login',
      body: '{"username":"me","password":"c4nary-pass"}',
    });
    for (const [format, text] of [
      ['header', 'Authorization: Bearer tok\n'],
      ['curl', 'header = "Authorization: Bearer tok"\n'],
      ['dotenv', expect.stringMatching(/^MY_API_TOKEN=tok\nMY_API_TOKEN_EXPIRES_AT=.*\n$/)],
      ['json', expect.stringContaining('"source": "store"')],
    ] as const) {
      expect(await output(['token', 'my-api', '-o', format], { home, env })).toEqual(text);
    }
    expect(server.requests).toHaveLength(1);
  });

  test('whose server answers 422 has a hint on how to call that a refusal', async () => {
    const { home, env } = await withPlain({ status: 422, body: { message: 'no' } });
    const { code, stderr } = await authctl(['login', 'my-api'], { home, env });
    expect([code, stderr]).toEqual([
      7,
      `authctl: My API answered 422
hint: if this refuses the credentials, say so under "refused" in the declaration (docs/your-api.md)
`,
    ]);
  });

  test('is in help, status, completions, the overview and the list', async () => {
    const { home, env } = await withPlain();
    await output(['login', 'my-api'], { home, env });
    expect(await output(['login', '--help'], { home })).toContain('my-api');
    expect(await output(['login', 'my-api', '--help'], { home })).toContain('--password-stdin');
    expect(await output(['status'], { home })).toMatch(/^my-api +default +username=me/m);
    expect(await output(['__complete', 'providers'], { home })).toContain('my-api\tMy API\n');
    expect((await authctl(['login'], { home })).stderr).toContain('my-api');
    expect(await output(['provider', 'list'], { home })).toMatch(/^my-api +file +My API$/m);
    expect(JSON.parse(await output(['provider', 'list', '-o', 'json'], { home }))).toContainEqual({
      name: 'my-api',
      title: 'My API',
      source: 'file',
      file: expect.stringMatching(/my-api\.yaml$/),
    });
  });

  test('takes credentials from flags, stdin, files and the config', async () => {
    const { home, server } = await withPlain();
    home.setConfig({ 'my-api': { base_url: server.url, username: 'configured' } });
    const file = home.write('secret', 'from-file\n');
    await output(['login', 'my-api', '--password-stdin'], { home, stdin: 'from-stdin\n' });
    await output(['login', 'my-api', '--password-file', file], { home });
    await output(['config', 'set', 'my-api.username', 'other'], { home });
    await adding(['login', 'my-api', '--password', 'from-flag'], { home });
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([
      { username: 'configured', password: 'from-stdin' },
      { username: 'configured', password: 'from-file' },
      { username: 'other', password: 'from-flag' },
    ]);
  });

  test('is served by the sandbox, also to commands within it', async () => {
    const { home } = await withPlain();
    const inside = ['token', 'my-api', '-o', 'json'];
    const args = ['sandbox', '--', process.execPath, join(project, 'bin/authctl.cjs'), ...inside];
    const { code, stdout } = await authctl(args, { home });
    expect([code, JSON.parse(stdout).source]).toEqual([0, 'login']);
  });

  test('hands its token to a command, and takes the password away', async () => {
    const { home, env } = await withPlain();
    const stdout = await output(['exec', 'my-api', '--', 'env'], { home, env });
    expect(stdout).toMatch(/^MY_API_TOKEN=tok$/m);
    expect(stdout).not.toContain('c4nary-pass');
  });

  test('logs in once for many processes', async () => {
    const { home, server, env } = await withPlain();
    const outcomes = await crowd(20, ['token', 'my-api'], { home, env });
    expect(outcomes.map(({ stdout }) => stdout)).toEqual(Array(20).fill('tok\n'));
    expect(server.requests).toHaveLength(1);
  });

  testUnderNode('is answered by the launcher, until its file changes', async () => {
    const { home, path, env } = await withPlain();
    await output(['login', 'my-api'], { home, env });
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const warm = (more: Env = {}) =>
      warmToken(readLine(['token', 'my-api']), {
        env: environment(home, { ...env, ...more }),
        platform: process.platform,
        uid: process.getuid?.(),
        now: Date.now,
        version,
        isTrusted: () => true,
      });
    expect(warm()).toEqual({ token: 'tok' });
    writeFileSync(path, `${plain}# changed\n`);
    expect(warm()).toBeUndefined();
    expect(await output(['token', 'my-api'], { home, env })).toBe('tok\n');
    expect(warm()).toEqual({ token: 'tok' });
  });

  test('is compiled once, beside its file, for this text alone', async () => {
    const { home, path, env } = await withPlain();
    await output(['login', 'my-api'], { home, env });
    const copy = join(dirname(path), '.my-api.yaml.compiled');
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    // Of another text, it is not used.
    const { declaration, ...rest } = JSON.parse(readFileSync(copy, 'utf8'));
    writeFileSync(
      copy,
      JSON.stringify({ ...rest, declaration: { ...declaration, title: 'Theirs' } }),
    );
    writeFileSync(path, `${plain}# changed\n`);
    expect(await output(['provider', 'list'], { home })).toMatch(/^my-api +file +My API$/m);
  });

  test('keeps the declaration that a watch began with, and says so once', async () => {
    let count = 0;
    const { home, path, server, env } = await withPlain(() => plainAnswer(`tok${++count}`, 2));
    const file = join(home.path, 'token');
    const args = ['token', 'my-api', '--watch', '--out-file', file];
    const outcome = await authctl(args, {
      home,
      env,
      onStart: async (pid) => {
        while (server.requests.length < 1) await sleep(50);
        writeFileSync(path, plain.replace('/login', '/elsewhere'));
        while (server.requests.length < 3) await sleep(50);
        process.kill(pid, 'SIGTERM');
      },
    });
    expect(server.requests.map(({ url }) => url)).not.toContain('/elsewhere');
    expect(outcome.stderr.match(/has changed; this run keeps/g)).toHaveLength(1);
  });
});

describe('a file that cannot be used', () => {
  test.each<[string, (home: Home) => void, string]>([
    [
      'with a mistake',
      (home) => declare(home, 'my-api', plain.replace('token:', 'tokn:')),
      'did you mean token?',
    ],
    [
      'beside one in JSON',
      (home) => {
        declare(home, 'my-api', plain);
        declare(home, 'my-api', '{}', 'json');
      },
      'my-api.json too',
    ],
    [
      'that others can write to',
      (home) => chmodSync(declare(home, 'my-api', plain), 0o666),
      'can write to',
    ],
    [
      'in a directory that others can write to',
      (home) => chmodSync(dirname(declare(home, 'my-api', plain)), 0o777),
      'can write to',
    ],
    [
      'of another name',
      (home) => declare(home, 'my-api', `${plain}name: other\n`),
      'not that of the file',
    ],
  ])('%s breaks its own provider, and no other', async (_, plant, says) => {
    const home = newHome();
    plant(home);
    const { url } = await serve(accounts.ropo.success('tok'));
    for (const args of [
      ['token', 'my-api'],
      ['exec', 'my-api,ropo', '--', 'true'],
      ['provider', 'show', 'my-api'],
    ]) {
      const { code, stdout, stderr } = await authctl(args, { home, env: user });
      expect([args, code, stdout]).toEqual([args, 9, '']);
      expect(stderr).toContain(says);
    }
    const env = { ...accounts.ropo.env, ROPO_BASE_URL: url };
    expect(await output(['token', 'ropo'], { home, env })).toBe('tok\n');
    const { code, stderr } = await authctl(['status'], { home });
    expect([code, stderr]).toEqual([0, expect.stringContaining(says)]);
  });

  test('is never read from the working directory', async () => {
    const home = newHome();
    const cwd = join(home.path, 'project');
    for (const place of ['providers', '.config/authctl/providers', 'authctl/providers']) {
      mkdirSync(join(cwd, place), { recursive: true });
      writeFileSync(join(cwd, place, 'my-api.yaml'), plain);
    }
    const { code, stderr } = await authctl(['token', 'my-api'], { home, cwd, env: user });
    expect([code, stderr]).toEqual([2, expect.stringContaining('unknown provider "my-api"')]);
  });

  test('takes no name of a built-in provider', async () => {
    const home = newHome();
    declare(home, 'ropo', plain);
    const { url } = await serve(accounts.ropo.success('tok'));
    const env = { ...accounts.ropo.env, ROPO_BASE_URL: url };
    expect(await output(['token', 'ropo'], { home, env })).toBe('tok\n');
    expect((await authctl(['provider', 'list'], { home })).stderr).toContain('ropo is built in');
  });
});

describe('a built-in provider under another name', () => {
  const generated = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z/g;
  const sent = ({ requests }: TestServer) =>
    requests.map(({ headers: { host: _, ...headers }, ...rest }) =>
      JSON.stringify({ ...rest, headers }).replace(generated, '*'),
    );

  test.concurrent.each(accountNames)('sends the same bytes: %s', async (name) => {
    const { provider, env, success } = accounts[name];
    const home = newHome();
    const shown = JSON.parse(await output(['provider', 'show', provider], { home }));
    const file = home.write('again.json', JSON.stringify({ ...shown, name: 'again' }));
    await adding(['provider', 'add', file, '--yes'], { home });
    const renamed = Object.fromEntries(
      Object.entries(env).map(([key, value]) => [
        key.replace(provider.toUpperCase(), 'AGAIN'),
        value,
      ]),
    );
    const [one, two] = await Promise.all([serve(success('tok')), serve(success('tok'))]);
    for (const [named, server, given] of [
      [provider, one, env],
      ['again', two, renamed],
    ] as const) {
      const options = { home, env: given };
      await output(['login', named, '--base-url', server.url], options);
      for (const command of ['refresh', 'verify']) {
        await authctl([command, named, '--base-url', server.url], options);
      }
    }
    expect(sent(two)).toEqual(sent(one));
    expect(sent(one).length).toBeGreaterThan(0);
  });

  test('shows every built-in provider as what it is', async () => {
    for (const { name } of providers) {
      const { code, stdout } = await authctl(['provider', 'show', name]);
      expect([code, JSON.parse(stdout)]).toEqual([0, providers.find((each) => each.name === name)]);
    }
  });
});

describe('add', () => {
  const added = (home: Home) => {
    try {
      return readdirSync(join(dirname(home.config), 'providers')).filter(
        (name) => !name.startsWith('.'),
      );
    } catch {
      return [];
    }
  };

  test('says what goes where, and needs --yes without a terminal', async () => {
    const home = newHome();
    const file = home.write(
      'my-api.yaml',
      plain.replace(
        'fields:',
        'environments:\n  - { name: live, baseUrl: "https://api.example" }\nfields:',
      ),
    );
    const first = await authctl(['provider', 'add', file], { home });
    expect([first.code, first.stdout, added(home)]).toEqual([2, '', []]);
    expect(first.stderr).toContain('sends password to https://api.example to log in');
    expect(first.stderr).toContain('hint: if that is meant, add --yes');
    const second = await authctl(['provider', 'add', file, '--yes'], { home });
    expect([second.code, added(home)]).toEqual([0, ['my-api.yaml']]);
    expect(second.stderr).toMatch(/\nauthctl: next: authctl login my-api\n$/);
    const again = await authctl(['provider', 'add', file, '--yes'], { home });
    expect(again).toMatchObject({ code: 0, stdout: second.stdout });
    expect(again.stderr).toMatch(/\nauthctl: changes nothing\n$/);
    expect(readFileSync(second.stdout.trim(), 'utf8')).toBe(readFileSync(file, 'utf8'));
  });

  test('lets a variable that is set now be read only if it is named', async () => {
    const home = newHome();
    const harvest = plain.replaceAll('password', 'secret_access_key');
    const file = home.write('aws.yaml', harvest);
    const env = { AWS_SECRET_ACCESS_KEY: 'c4nary' };
    const refused = await authctl(['provider', 'add', file, '--yes'], { home, env });
    expect([refused.code, added(home)]).toEqual([2, []]);
    expect(refused.stderr).toContain('AWS_SECRET_ACCESS_KEY (set now)');
    expect(refused.stderr).toContain('--reads AWS_SECRET_ACCESS_KEY');
    expect(refused.stderr).not.toContain('c4nary');
    const args = ['provider', 'add', file, '--yes', '--reads', 'AWS_SECRET_ACCESS_KEY'];
    expect((await authctl(args, { home, env })).code).toBe(0);
  });

  test('replaces one only with --replace, and shows what changes', async () => {
    const home = newHome();
    const file = home.write('my-api.yaml', plain);
    await adding(['provider', 'add', file, '--yes'], { home });
    writeFileSync(file, plain.replace('token: /token', 'token: /jwt'));
    const refused = await authctl(['provider', 'add', file, '--yes'], { home });
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('/answer/token: "/token" to "/jwt"'),
    ]);
    await adding(['provider', 'add', file, '--yes', '--replace'], { home });
    expect(JSON.parse(await output(['provider', 'show', 'my-api'], { home })).answer.token).toBe(
      '/jwt',
    );
  });

  test('says that a bare check goes to the server of the login', async () => {
    const home = newHome();
    const hosts = plain
      .replace(
        'fields:',
        'environments: [{ name: a, baseUrl: "https://id.example", apiUrl: "https://api.example" }]\nfields:',
      )
      .concat(
        'verify: { bare: true, request: { method: GET, path: /check, headers: { A: "{token}" } } }\n',
      );
    const file = home.write('my-api.yaml', hosts);
    const { stderr } = await authctl(['provider', 'add', file, '--yes'], { home });
    expect(stderr).toContain('sends the token to https://id.example to check it');
  });

  test('takes stdin and another name', async () => {
    const home = newHome();
    const args = ['provider', 'add', '-', '--name', 'other', '--yes'];
    expect((await authctl(args, { home, stdin: plain })).code).toBe(0);
    expect(added(home)).toEqual(['other.yaml']);
    expect(await output(['provider', 'list'], { home })).toContain('other');
  });

  test.each(['../evil', 'a/b', 'My_Api', '', '9a', 'ä', 'a'.repeat(65), 'ropo', 'con'])(
    'takes no name that no file could give: %j',
    async (name) => {
      const home = newHome();
      const file = home.write('my-api.yaml', plain);
      const args = ['provider', 'add', file, `--name=${name}`, '--yes', '--replace'];
      const { code, stdout, stderr } = await authctl(args, { home });
      expect([code === 2 || code === 9, stdout, added(home)]).toEqual([true, '', []]);
      expect(stderr).toMatch(/--name|reserved/);
      expect(existsSync(join(dirname(home.config), 'evil.yaml'))).toBe(false);
    },
  );

  test('refuses to let it read what it does not read', async () => {
    const home = newHome();
    const file = home.write('my-api.yaml', plain);
    for (const reads of ['all', 'MY_API_USERNAME,MY_API_PASSWORD']) {
      const args = ['provider', 'add', file, '--yes', '--reads', reads];
      const { code, stderr } = await authctl(args, { home });
      expect([code, stderr]).toEqual([2, expect.stringContaining(`--reads "${reads}"`)]);
    }
  });

  test('refuses a provider that would share a variable with another', async () => {
    const home = newHome();
    const clash = plain.replaceAll('username', 'b_c').replace('title:', 'name: a\ntitle:');
    await adding(['provider', 'add', home.write('a.yaml', clash), '--yes'], { home });
    const other = plain.replaceAll('username', 'c').replace('title:', 'name: a-b\ntitle:');
    const { code, stderr } = await authctl(
      ['provider', 'add', home.write('b.yaml', other), '--yes'],
      { home },
    );
    expect([code, stderr]).toEqual([
      9,
      expect.stringContaining('would share the variable A_B_C with a'),
    ]);
    declare(home, 'a-b', other);
    const both = await authctl(['exec', 'a,a-b', '--', 'true'], { home });
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('A_B_C')]);
  });

  test('says every problem, and adds nothing', async () => {
    const home = newHome();
    const wrong = plain
      .replace('POST', 'post')
      .replace('{password}"', '{pasword}"')
      .replace('/token', 'token');
    const { code, stderr } = await authctl(
      ['provider', 'add', home.write('my-api.yaml', wrong), '--yes'],
      { home },
    );
    expect([code, added(home)]).toEqual([9, []]);
    expect(stderr.match(/^authctl: .*line \d+/gm)?.length).toBe(3);
  });
});

test('remove removes nothing that is not a declaration in its directory', async () => {
  const home = newHome();
  declare(home, 'my-api', plain);
  const other = home.write('precious.yaml', 'mine');
  const name = relative(join(dirname(home.config), 'providers'), other).replace('.yaml', '');
  const { code } = await authctl(['provider', 'remove', name], { home });
  expect([code, readFileSync(other, 'utf8')]).toEqual([2, 'mine']);
});

test('a provider without environments has neither the flag nor the variable', async () => {
  const { home, env, server } = await withPlain();
  const more = { ...env, MY_API_ENVIRONMENT: 'production' };
  await output(['login', 'my-api'], { home, env: more });
  expect(await output(['token', 'my-api'], { home, env: more })).toMatch(/^tok/);
  expect(server.requests).toHaveLength(1);
  const { code, stderr } = await authctl(['login', 'my-api', '-e', 'x'], { home, env });
  expect([code, stderr]).toEqual([2, expect.stringContaining('unknown option')]);
});

test('remove keeps sessions, which logout still ends, and --purge ends them too', async () => {
  const { home, env } = await withPlain();
  await output(['login', 'my-api'], { home, env });
  const { code, stderr } = await authctl(['provider', 'remove', 'my-api'], { home });
  expect([code, stderr]).toEqual([0, expect.stringContaining('authctl logout my-api --all')]);
  expect(home.sessions()).toHaveLength(1);
  expect((await authctl(['logout', 'my-api', '--all'], { home })).code).toBe(0);
  expect(home.sessions()).toEqual([]);
  declare(home, 'my-api', plain);
  await output(['login', 'my-api'], { home, env });
  expect((await authctl(['provider', 'remove', 'my-api', '--purge'], { home })).code).toBe(0);
  expect(home.sessions()).toEqual([]);
  expect((await authctl(['provider', 'remove', 'ropo'], { home })).code).toBe(2);
});

describe('test', () => {
  test('tries every step against a sandbox made of the declaration, and stores nothing', async () => {
    const home = newHome();
    declare(home, 'session', session);
    const { code, stdout, stderr } = await authctl(['provider', 'test', 'session'], { home });
    expect(stderr).toBe(
      'authctl: asks a sandbox made of the declaration; --real asks your server\n',
    );
    expect([code, stdout.match(/^\w+: ok$/gm)]).toEqual([
      0,
      ['login: ok', 'verify: ok', 'logout: ok'],
    ]);
    expect(stdout).not.toContain('sandbox-password');
    expect(home.sessions()).toEqual([]);
  });

  test('asks the real server, and writes what was sent and answered without secrets', async () => {
    const { home, server, env } = await withPlain(plainAnswer('c4nary-token'));
    const fixture = join(home.path, 'fixture.json');
    const args = ['provider', 'test', 'my-api', '--real', '--save-fixture', fixture];
    const { code, stdout } = await authctl(args, { home, env });
    expect([code, server.requests.length]).toEqual([0, 1]);
    expect(stdout).toContain('found the token, 12 characters, at /token');
    expect(JSON.parse(readFileSync(fixture, 'utf8'))).toMatchObject({
      provider: 'my-api',
      steps: [{ name: 'login', exchanges: [{ answer: { status: 200 } }] }],
    });
    expect(stdout + readFileSync(fixture, 'utf8')).not.toContain('c4nary');
  });

  test('ends with the exit code of the step that failed', async () => {
    const { home, env } = await withPlain({ status: 401, body: {} });
    const { code, stdout } = await authctl(['provider', 'test', 'my-api', '--real'], { home, env });
    expect([code, stdout]).toEqual([4, expect.stringContaining('login: failed')]);
  });
});

/** Form, cookie and a CSRF token; ends at the server. */
const session = `version: 1
title: Session API
fields:
  - { name: username, label: User name, secret: false }
  - { name: password, label: Password, secret: true }
login:
  - fields: [username, password]
    request: { method: POST, path: /login, form: { user: "{username}", pass: "{password}" } }
answer:
  token: { cookie: "sid_{username}" }
  keep: { csrf: { at: { header: X-CSRF } }, user_id: { at: /id, secret: false } }
  refused: [{ status: [200], body: [{ at: /ok, in: [false] }] }]
verify: { request: { method: GET, path: /me }, accepted: { status: [204] } }
logout: { request: { method: DELETE, path: /login }, gone: [404] }
use: { cookie: { "sid": "{token}" }, headers: { X-CSRF: "{csrf}", X-User: "{user_id}" } }
`;

describe('a session in a cookie with kept values', () => {
  const answer = ({ method, url, headers }: Received): Reply => {
    if (url === '/login' && method === 'POST') {
      return {
        headers: { 'Set-Cookie': 'sid_me=c00kie; Max-Age=600', 'X-CSRF': 'c4nary-csrf' },
        body: { id: 12_345_678_901 },
      };
    }
    const isMine = headers['cookie'] === 'sid=c00kie' && headers['x-csrf'] === 'c4nary-csrf';
    return { status: isMine ? 204 : 401 };
  };

  async function loggedIn() {
    const home = newHome();
    declare(home, 'session', session);
    const server = await serve(answer);
    const env = { SESSION_USERNAME: 'me', SESSION_PASSWORD: 'p', SESSION_BASE_URL: server.url };
    expect(await output(['login', 'session'], { home, env })).toBe('c00kie\n');
    return { home, server, env };
  }

  test('is carried whole, in each format that can', async () => {
    const { home, env } = await loggedIn();
    const print = (format: string) => output(['token', 'session', '-o', format], { home, env });
    expect(await print('header')).toBe(
      'X-CSRF: c4nary-csrf\nX-User: 12345678901\nCookie: sid=c00kie\n',
    );
    expect(await print('curl')).toContain('header = "Cookie: sid=c00kie"\n');
    expect(JSON.parse(await print('json'))).toMatchObject({
      token: 'c00kie',
      headers: { 'X-CSRF': 'c4nary-csrf', 'X-User': '12345678901' },
      cookies: { sid: 'c00kie' },
      keep: { csrf: 'c4nary-csrf', user_id: '12345678901' },
      expires_in: expect.any(Number),
    });
    expect(await print('dotenv')).toContain('SESSION_KEEP_CSRF=c4nary-csrf\n');
    const shell = ['token', 'session', '--export', '--shell', 'sh'];
    expect(await output(shell, { home, env })).toContain('SESSION_KEEP_USER_ID');
    expect(await output(['exec', 'session', '--', 'env'], { home, env })).toMatch(
      /^SESSION_KEEP_CSRF=c4nary-csrf$/m,
    );
  });

  test('is verified and ended at the server, and then it is gone here', async () => {
    const { home, server, env } = await loggedIn();
    expect((await authctl(['verify', 'session'], { home, env })).code).toBe(0);
    expect((await authctl(['logout', 'session'], { home, env })).code).toBe(0);
    expect(server.requests.at(-1)).toMatchObject({ method: 'DELETE', url: '/login' });
    expect(home.sessions()).toEqual([]);
  });

  test('is removed here where the server cannot be told, which is said', async () => {
    const { home } = await loggedIn();
    changeStored(home, () => ({ access_token: 'other' }));
    const { code, stderr } = await authctl(['logout', 'session'], { home });
    expect([code, stderr]).toEqual([
      7,
      expect.stringContaining('removed here; the server still takes the token'),
    ]);
    expect(home.sessions()).toEqual([]);
  });

  test('is not ended at the server with --local, nor by a login', async () => {
    const { home, server, env } = await loggedIn();
    await output(['login', 'session'], { home, env });
    expect((await authctl(['logout', 'session', '--local'], { home, env })).code).toBe(0);
    expect(server.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });
});

describe('a refusal is remembered', () => {
  test('until the declaration is corrected', async () => {
    const { home, path, server, env } = await withPlain({ status: 401, body: {} });
    const tokenOf = () => authctl(['token', 'my-api'], { home, env });
    expect((await tokenOf()).code).toBe(4);
    expect((await tokenOf()).stderr).toContain('remembered');
    expect(server.requests).toHaveLength(1);
    writeFileSync(path, plain.replace('username: "{username}"', 'user: "{username}"'));
    expect((await tokenOf()).stderr).not.toContain('remembered');
    expect(server.requests).toHaveLength(2);
  });
});

describe('the fields beside a token', () => {
  const checked = `${plain}verify:
  bare: true
  request: { method: POST, path: /check, basic: { user: "{username}", password: "{password}" }, form: { token: "{token}" } }
refresh:
  request: { method: POST, path: /renew, json: { user: "{username}", old: "{token}" } }
`;

  test('are flags of verify and of refresh', async () => {
    const home = newHome();
    declare(home, 'my-api', checked);
    const { url, requests } = await serve(plainAnswer('tok'));
    const secret = home.write('password', 'c4nary-pass');
    const flags = ['--username', 'me', '--password-file', secret, '--base-url', url];
    const verify = ['verify', 'my-api', '--token-stdin', ...flags];
    expect(await authctl(verify, { home, stdin: 'given' })).toMatchObject({ code: 0 });
    const { code, stderr } = await authctl([...verify.slice(0, 3), '--base-url', url], {
      home,
      stdin: 'given',
    });
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('password (--password-stdin or MY_API_PASSWORD)'),
    ]);
    await output(['login', 'my-api', ...flags], { home });
    await output(['refresh', 'my-api', '--username', 'me', '--base-url', url], { home });
    expect(requests.map((each) => each.url)).toEqual(['/check', '/login', '/renew']);
  });

  test('are no flags where they are not sent', async () => {
    const home = newHome();
    declare(home, 'my-api', checked);
    const { code, stderr } = await authctl(['refresh', 'my-api', '--password', 'x'], { home });
    expect([code, stderr]).toEqual([2, expect.stringContaining("unknown option '--password'")]);
  });
});

describe('a value of the vocabulary', () => {
  /** Declares, logs in, and returns what was sent. */
  async function sentBy(text: string, env: Env, answer: Reply = plainAnswer('tok')) {
    const home = newHome();
    declare(home, 'x', text);
    const server = await serve(answer);
    const outcome = await authctl(['login', 'x'], {
      home,
      env: { ...env, X_BASE_URL: server.url },
    });
    return { home, server, outcome, request: server.requests[0] };
  }
  const head = 'version: 1\ntitle: X\n';
  const tail = 'answer: { token: /token }\nuse: { header: A, value: "{token}" }\n';

  test('basic, form-encoded as OAuth wants it', async () => {
    const { request } = await sentBy(
      `${head}fields: [{ name: id, label: Id, secret: false }, { name: key_value, label: Key, secret: true }]
login: [{ fields: [id, key_value], request: { method: POST, path: /token, basic: { user: "{id}", password: "{key_value}", encode: form }, form: { grant_type: client_credentials } } }]
${tail}`,
      { X_ID: 'a:b', X_KEY_VALUE: 's3/+%' },
    );
    const [, base64 = ''] = String(request?.headers['authorization']).split(' ');
    expect(Buffer.from(base64, 'base64').toString()).toBe('a%3Ab:s3%2F%2B%25');
  });

  test('optional, default, number and boolean', async () => {
    const { request, home } = await sentBy(
      `${head}fields:
  - { name: user, label: U, secret: false }
  - { name: secret_word, label: S, secret: true }
  - { name: domain, label: D, secret: false, optional: true }
  - { name: realm, label: R, secret: false, default: "7" }
  - { name: remember, label: M, secret: false, default: "true" }
login: [{ fields: [user, secret_word], request: { method: POST, path: /login, query: { d: "{domain}" }, json: { u: "{user}", s: "{secret_word}", scope: { domain: { name: "{domain}" } }, r: "{realm|number}", m: "{remember|boolean}" } } }]
${tail}`,
      { X_USER: 'me', X_SECRET_WORD: '{token}{{x}}' },
    );
    expect(request).toMatchObject({ url: '/login' });
    expect(JSON.parse(request?.body ?? '')).toEqual({ u: 'me', s: '{token}{{x}}', r: 7, m: true });
    expect(readStored(home.sessions()[0] ?? '').account).toEqual({
      fields: { user: 'me', realm: '7', remember: 'true' },
    });
  });

  test('derived: what comes of a secret is never shown', async () => {
    const { request, outcome } = await sentBy(
      `${head}fields: [{ name: user, label: U, secret: false }, { name: password, label: P, secret: true }]
derive:
  once: { md5: { of: "{password}" } }
  twice: { md5: { of: "{once}" } }
  signature: { hmac: { hash: sha256, key: "{password}", of: "{uuid}{now}", as: base64 } }
login: [{ fields: [user, password], request: { method: POST, path: /login, headers: { X-Nonce: "{uuid}", X-Time: "{now}", X-Signature: "{signature}" }, json: { user: "{user}", hash: "{twice}" } } }]
${tail}`,
      { X_USER: 'me', X_PASSWORD: 'c4nary' },
      { status: 400, body: { message: '53a6cc5a7d3ab1a35ebd3b3b8e6d3a17' } },
    );
    const { createHash, createHmac } = await import('node:crypto');
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    expect(JSON.parse(request?.body ?? '')).toEqual({ user: 'me', hash: md5(md5('c4nary')) });
    const { headers = {} } = request ?? {};
    const signed = `${headers['x-nonce']}${headers['x-time']}`;
    expect(headers['x-signature']).toBe(
      createHmac('sha256', 'c4nary').update(signed).digest('base64'),
    );
    expect(outcome.stderr).not.toContain(md5('c4nary'));
  });

  test('a tenant in the host, which a variable then has chosen', async () => {
    const home = newHome();
    declare(
      home,
      'x',
      `${head}environments: [{ name: live, baseUrl: "https://{tenant}.invalid.example" }]
fields: [{ name: tenant, label: T, secret: false }, { name: api_value, label: K, secret: true }]
login: [{ fields: [tenant, api_value], request: { method: POST, path: /login, json: { k: "{api_value}" } } }]
${tail}`,
    );
    const missing = await authctl(['login', 'x'], { home, env: { X_API_VALUE: 'k' } });
    expect([missing.code, missing.stderr]).toEqual([
      3,
      expect.stringContaining('tenant (--tenant or X_TENANT)'),
    ]);
    for (const tenant of ['a.b', 'evil.com/', 'x@y', '-a', 'a%2e']) {
      const { code, stderr } = await authctl(['login', 'x'], {
        home,
        env: { X_TENANT: tenant, X_API_VALUE: 'k' },
      });
      expect([tenant, code, stderr]).toEqual([tenant, 2, expect.stringContaining('host name')]);
    }
    const args = ['login', 'x', '--tenant', 'acme', '--dry-run'];
    const { stdout } = await authctl(args, { home, env: { X_API_VALUE: 'k' } });
    expect(stdout).toContain('POST https://acme.invalid.example/login');
    home.setConfig({ x: { api_value: { command: ['echo', 'k'] } } });
    const withheld = await authctl(['login', 'x'], { home, env: { X_TENANT: 'acme' } });
    expect([withheld.code, withheld.stderr]).toEqual([
      3,
      expect.stringContaining('X_TENANT chooses the server'),
    ]);
  });

  test('a secret that every call carries is handed on, and said to be', async () => {
    const carried = `${head}fields: [{ name: user, label: U, secret: false }, { name: password, label: P, secret: true }, { name: app_key, label: K, secret: true, carried: true }]
login: [{ fields: [user, password, app_key], request: { method: POST, path: /login, headers: { X-App: "{app_key}" }, json: { u: "{user}", p: "{password}" } } }]
answer: { token: /token }
use: { header: Authorization, value: "Bearer {token}", headers: { X-App: "{app_key}" }, query: { u: "{user}" } }
`;
    const { home, server } = await sentBy(carried, {
      X_USER: 'me',
      X_PASSWORD: 'p',
      X_APP_KEY: 'k3y',
    });
    const env = { X_BASE_URL: server.url, X_USER: 'me', X_PASSWORD: 'p', X_APP_KEY: 'k3y' };
    const variables = await output(['exec', 'x', '--', 'env'], { home, env });
    expect(variables).toMatch(/^X_APP_KEY=k3y$/m);
    expect(variables).not.toMatch(/^X_PASSWORD=/m);
    const header = await authctl(['token', 'x', '-o', 'header'], { home, env });
    expect([header.code, header.stdout, header.stderr]).toEqual([
      7,
      '',
      expect.stringContaining('-o curl'),
    ]);
    expect(await output(['token', 'x', '-o', 'curl'], { home, env })).toBe(
      'header = "Authorization: Bearer tok"\nheader = "X-App: k3y"\nurl-query = "u=me"\n',
    );
    const file = home.write('y.yaml', carried);
    expect((await authctl(['provider', 'add', file], { home })).stderr).toContain(
      'sends app_key to every program',
    );
  });

  test('a lifetime with a unit, and a number that is a moment in truth', async () => {
    const text = `${head}fields: [{ name: api_value, label: K, secret: true }]
login: [{ fields: [api_value], request: { method: POST, path: /login, json: { k: "{api_value}" } } }]
answer: { token: /token, lifetime: { at: /ttl, unit: min } }
use: { header: A, value: "{token}" }
`;
    const right = await sentBy(text, { X_API_VALUE: 'k' }, { body: { token: 't', ttl: '30' } });
    expect(readStored(right.home.sessions()[0] ?? '').token_set.lifetime).toBe(1_800_000);
    const wrong = await sentBy(
      text,
      { X_API_VALUE: 'k' },
      { body: { token: 't', ttl: 1_900_000_000 } },
    );
    expect([wrong.outcome.code, wrong.outcome.stderr]).toEqual([
      7,
      expect.stringContaining('more than ten years'),
    ]);
  });

  test('a token without use is checked before a new login', async () => {
    let logins = 0;
    const home = newHome();
    declare(
      home,
      'x',
      `${head}fields: [{ name: api_value, label: K, secret: true }]
login: [{ fields: [api_value], request: { method: POST, path: /login, json: { k: "{api_value}" } } }]
answer: { token: /token, lifetime: { idle: 600 } }
verify: { request: { method: GET, path: /me } }
use: { header: A, value: "{token}" }
`,
    );
    let good = true;
    const server = await serve(({ url }) => {
      if (url === '/login') return { body: { token: `tok${++logins}` } };
      return { status: good ? 200 : 401 };
    });
    const env = { X_API_VALUE: 'k', X_BASE_URL: server.url };
    expect(await output(['token', 'x'], { home, env })).toBe('tok1\n');
    age(home, 700);
    expect(await output(['token', 'x'], { home, env })).toBe('tok1\n');
    expect(await output(['token', 'x'], { home, env })).toBe('tok1\n');
    expect(server.requests.map(({ url }) => url)).toEqual(['/login', '/me']);
    good = false;
    changeStored(home, () => ({ used_at: Date.now() - 700_000 }) as object);
    expect(await output(['token', 'x'], { home, env })).toBe('tok2\n');
  });

  test('a renewal by the access token, while that is good', async () => {
    const home = newHome();
    declare(
      home,
      'x',
      `${head}fields: [{ name: api_value, label: K, secret: true }]
login: [{ fields: [api_value], request: { method: POST, path: /login, json: { k: "{api_value}" } } }]
answer: { token: /token, lifetime: { at: /expires_in } }
refresh: { request: { method: POST, path: /renew, headers: { A: "{token}" } } }
use: { header: A, value: "{token}" }
`,
    );
    const server = await serve(({ url }, count) => plainAnswer(`${url.slice(1)}${count}`, 1000));
    const env = { X_API_VALUE: 'k', X_BASE_URL: server.url };
    expect(await output(['token', 'x'], { home, env })).toBe('login1\n');
    expect(await output(['refresh', 'x'], { home, env })).toBe('renew2\n');
    expect(await output(['status'], { home })).toMatch(/ yes\n$/);
    age(home, 970);
    expect(await output(['token', 'x'], { home, env })).toBe('renew3\n');
    age(home, 2000);
    expect(await output(['status'], { home })).toMatch(/ no\n$/);
    expect(await output(['token', 'x'], { home, env })).toBe('login4\n');
  });

  test('a limit in the words of the vendor is no refusal', async () => {
    const { home, server, outcome } = await sentBy(
      `${head}fields: [{ name: api_value, label: K, secret: true }]
login: [{ fields: [api_value], request: { method: POST, path: /login, json: { k: "{api_value}" } } }]
answer: { token: /token, limited: [{ status: [403], body: [{ at: { text: true }, in: ["banned"] }] }] }
use: { header: A, value: "{token}" }
`,
      { X_API_VALUE: 'k' },
      { status: 403, body: 'banned' },
    );
    expect(outcome.code).toBe(6);
    const env = { X_API_VALUE: 'k', X_BASE_URL: server.url };
    for (const _ of [1, 2]) {
      expect((await authctl(['token', 'x'], { home, env })).code).toBe(6);
    }
    expect(server.requests).toHaveLength(2);
  });
});
