/** What becomes of one-time codes, keys and the values of steps, and what a server can do with its answers. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { filesUnder, findSecret } from '../canary/search.ts';
import { authctl, failure, type Home, newHome, output } from '../e2e/harness.ts';
import { type Answer, serve } from '../e2e/servers.ts';

/** A home with a provider `theirs`. */
function homeWith(parts: Readonly<Record<string, unknown>>): Home {
  const home = newHome();
  const place = join(dirname(home.config), 'providers');
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const declaration = {
    version: 1,
    title: 'Theirs',
    answer: { token: '/token', error: { messages: ['/message'] } },
    use: { header: 'Authorization', value: 'Bearer {token}' },
    ...parts,
  };
  writeFileSync(join(place, 'theirs.json'), JSON.stringify(declaration), { mode: 0o600 });
  return home;
}

/** The files of a home that have a secret in any encoding. */
function filesWith(home: Home, secret: string): readonly string[] {
  return [...filesUnder(home.path)]
    .filter(([, text]) => findSecret(text, secret).length > 0)
    .map(([name]) => name);
}

const user = { name: 'user', label: 'User', secret: false };
const password = { name: 'password', label: 'Password', secret: true };
const otp = { name: 'otp', label: 'Code', secret: true, optional: true, once: true };
const post = (path: string, json: unknown) => ({ method: 'POST', path, json });

describe('a one-time code', () => {
  const code = '73912846-canary';
  const parts = {
    fields: [user, otp],
    login: [{ fields: ['user'], request: post('/login', { u: '{user}', c: '{otp}' }) }],
  };
  const echo: Answer = ({ body }) =>
    body.includes(code) ? { body: { token: 'tok' } } : { status: 401, body: { message: body } };

  test('is in no file, and in no message', async () => {
    const home = homeWith(parts);
    const { url } = await serve(echo);
    const refusing = await serve(({ body }) => ({ status: 401, body: { message: body } }));
    const env = { THEIRS_USER: 'me' };
    const given = ['-v', '--otp-stdin', '--base-url'];
    const said = [
      await authctl(['login', 'theirs', ...given, url], { home, env, stdin: code }),
      await authctl(['token', 'theirs', ...given, refusing.url], { home, env, stdin: code }),
      await authctl(['login', 'theirs', ...given, url, '--dry-run'], { home, env, stdin: code }),
    ];
    expect(said.map((each) => each.code)).toEqual([0, 4, 0]);
    for (const { stdout, stderr } of said) expect(findSecret(stdout + stderr, code)).toEqual([]);
    expect(filesWith(home, code)).toEqual([]);
    expect(home.sessions()).toHaveLength(1);
  });

  test('is not read from a variable, nor put into the config or the keychain', async () => {
    const home = homeWith(parts);
    const { url } = await serve(echo);
    const env = { THEIRS_USER: 'me', THEIRS_OTP: code, THEIRS_BASE_URL: url };
    expect((await failure(['token', 'theirs'], { home, env })).code).toBe(4);
    const set = await failure(['config', 'set', 'theirs.otp', code], { home });
    expect([set.code, set.stderr]).toEqual([2, expect.stringContaining('never stored')]);
    const command = ['config', 'set', 'theirs.otp', '--command', '--', 'echo', code];
    expect((await failure(command, { home })).code).toBe(2);
    const kept = await failure(['credentials', 'set', 'theirs', '--otp-stdin'], {
      home,
      stdin: code,
    });
    expect(kept.code).toBe(2);
    expect(filesWith(home, code)).toEqual([]);
  });
});

test('a code that is made of a seed is sent once, whoever logs in', async () => {
  const seed = { name: 'seed', label: 'Seed', secret: true };
  const home = homeWith({
    fields: [user, seed],
    derive: { code: { totp: { secret: '{seed}', digits: 8, period: 300 } } },
    login: [{ fields: ['user', 'seed'], request: post('/login', { u: '{user}', c: '{code}' }) }],
  });
  const { url, requests } = await serve({ body: { token: 'tok' } });
  const env = { THEIRS_USER: 'me', THEIRS_SEED: 'GEZDGNBVGY3TQOJQ', THEIRS_BASE_URL: url };
  // A period may end meanwhile, but not two.
  const outcomes = [];
  for (const profile of ['one', 'two', 'three']) {
    const args = ['login', 'theirs', '--timeout', '1s', '--profile', profile];
    outcomes.push(await authctl(args, { home, env }));
  }
  const refused = outcomes.filter(({ code }) => code !== 0);
  expect(refused.length).toBeGreaterThan(0);
  for (const { code, stderr } of refused) {
    expect([code, stderr]).toEqual([5, expect.stringContaining('one-time code has been used')]);
  }
  const codes = requests.map(({ body }) => JSON.parse(body).c);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(filesWith(home, code)).toEqual([]);
  expect(filesWith(home, env.THEIRS_SEED)).toEqual([]);
});

describe('a private key', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const [, line = ''] = pem.split('\n');
  const key = { name: 'private_key', label: 'Private key', secret: true };
  const parts = {
    fields: [user, key],
    derive: {
      proof: { jwt: { alg: 'EdDSA', key: '{private_key}', claims: { sub: '{user}' }, lives: 60 } },
    },
    login: [{ fields: ['user', 'private_key'], request: post('/login', { proof: '{proof}' }) }],
    use: { headers: { Authorization: 'Bearer {token}', 'X-Proof': '{proof}' } },
  };

  test('is never the value of a flag', async () => {
    const home = homeWith(parts);
    const { code, stderr } = await failure(['token', 'theirs', '--private-key', 'x'], { home });
    expect([code, stderr]).toEqual([2, expect.stringContaining('--private-key')]);
    expect((await authctl(['token', 'theirs', '--help'], { home })).stdout).not.toMatch(
      /--private-key </,
    );
  });

  test('is sent nowhere, handed to no command, and in no file and no message', async () => {
    const home = homeWith(parts);
    const { url, requests } = await serve(({ body, headers }) => ({
      body: { token: 'tok', echo: `${body}${JSON.stringify(headers)}` },
    }));
    const env = { THEIRS_USER: 'me', THEIRS_BASE_URL: url };
    const run = (...args: readonly string[]) =>
      authctl([...args, '--private-key-stdin'], { home, env, stdin: pem });
    const said = [
      await run('login', 'theirs', '-v'),
      await run('token', 'theirs', '-o', 'json'),
      await run('token', 'theirs', '-o', 'env', '--shell', 'bash'),
      await run('login', 'theirs', '--dry-run'),
    ];
    const exec = ['exec', 'theirs', '--private-key-stdin', '--', 'env'];
    said.push(await authctl(exec, { home, env, stdin: pem }));
    expect(said.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    for (const { stdout, stderr } of said) expect(findSecret(stdout + stderr, line)).toEqual([]);
    expect(findSecret(JSON.stringify(requests), line)).toEqual([]);
    expect(filesWith(home, line)).toEqual([]);
  });

  test('that cannot sign is in no message', async () => {
    const home = homeWith(parts);
    const env = { THEIRS_USER: 'me', THEIRS_BASE_URL: 'http://127.0.0.1:9' };
    for (const text of ['c4nary-key', pem.replace(line, `${line.slice(4)}c4nary-key`)]) {
      const { code, stderr } = await authctl(['token', 'theirs', '--private-key-stdin', '-v'], {
        home,
        env,
        stdin: text,
      });
      expect([code, stderr]).toEqual([2, expect.stringContaining('private_key cannot sign')]);
      expect(findSecret(stderr, 'c4nary-key')).toEqual([]);
    }
  });
});

describe('a value of a step', () => {
  const value = 'st3p-canary-value';
  const parts = {
    fields: [user, password],
    login: [
      {
        fields: ['user', 'password'],
        steps: [{ request: post('/one', { u: '{user}' }), keep: { challenge: { at: '/id' } } }],
        request: post('/two/{challenge}', { p: '{password}', c: '{challenge}' }),
      },
    ],
  };
  const env = { THEIRS_USER: 'me', THEIRS_PASSWORD: 'pw-canary-1' };

  test('is in no file and in no message, unless it is to be kept', async () => {
    const home = homeWith(parts);
    const { url, requests } = await serve(({ url: path }) =>
      path === '/one' ? { body: { id: value } } : { body: { token: 'tok' } },
    );
    const refusing = await serve(({ url: path, body }) =>
      path === '/one' ? { body: { id: value } } : { status: 401, body: { message: body } },
    );
    const login = ['login', 'theirs', '-v', '--base-url'];
    const said = [
      await authctl([...login, url], { home, env }),
      await authctl([...login, refusing.url], { home, env }),
    ];
    expect(said.map(({ code }) => code)).toEqual([0, 4]);
    expect(requests.map((each) => each.url)).toEqual(['/one', `/two/${value}`]);
    for (const { stdout, stderr } of said) expect(findSecret(stdout + stderr, value)).toEqual([]);
    expect(filesWith(home, value)).toEqual([]);
  });

  test.each([
    '//evil.example/x',
    'https://evil.example/',
    '@evil.example',
    '../../admin',
    '?a=b#c',
    '{password}',
    'a\\..\\b',
    '%2e%2e',
  ])('chooses neither the server nor another value: %s', async (id) => {
    const home = homeWith(parts);
    const { url, requests } = await serve(({ url: path }) =>
      path.endsWith('/one') ? { body: { id } } : { body: { token: 'tok' } },
    );
    await output(['token', 'theirs', '--base-url', url], { home, env });
    expect(requests).toHaveLength(2);
    const [, last] = requests;
    expect(last?.url).toBe(`/two/${encodeURIComponent(id)}`);
    expect(JSON.parse(last?.body ?? '')).toEqual({ p: env.THEIRS_PASSWORD, c: id });
  });

  test.each(['.', '..'])('that is no part of a path ends the login: %s', async (id) => {
    const home = homeWith(parts);
    const { url, requests } = await serve({ body: { id } });
    const { code } = await failure(['token', 'theirs', '--base-url', url], { home, env });
    expect([code, requests.length]).toEqual([expect.any(Number), 1]);
  });

  test('is not asked for elsewhere by a redirect', async () => {
    const home = homeWith(parts);
    const other = await serve({ body: { id: value } });
    const { url } = await serve({ status: 307, headers: { Location: `${other.url}/one` } });
    const { code } = await failure(['token', 'theirs', '--base-url', url], { home, env });
    expect([code, other.requests]).toEqual([7, []]);
  });

  test('is not sent with a credential that its step does not name', async () => {
    const home = homeWith(parts);
    const { url, requests } = await serve(({ url: path }) =>
      path === '/one' ? { body: { id: value } } : { body: { token: 'tok' } },
    );
    await output(['token', 'theirs', '--base-url', url], { home, env });
    expect(findSecret(JSON.stringify(requests[0]), env.THEIRS_PASSWORD)).toEqual([]);
  });
});
