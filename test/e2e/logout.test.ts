/** `logout`: which sessions it removes, and which secrets. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import {
  type SecretService,
  secretServiceParts,
  withSecretService,
} from '../real/secret-service.ts';
import { accounts } from './accounts.ts';
import { acme } from './declaring.ts';
import { authctl, type Env, failure, type Home, newHome, output } from './harness.ts';
import { serve } from './servers.ts';
import { readStored } from './stored.ts';

const { ropo, verbit } = accounts;

/** A home with four sessions: three of ropo, in two accounts and two profiles, and one of verbit. */
async function withSessions() {
  const home = newHome();
  const { url, requests } = await serve(({ url: path }, count) =>
    (path === '/auth' ? verbit : ropo).success(`tok${count}`),
  );
  const login = (provider: string, env: Env) =>
    output(['login', provider, '--base-url', url], { home, env });
  await login('ropo', ropo.env);
  await login('ropo', { ...ropo.env, ROPO_CID: '2' });
  await login('ropo', { ...ropo.env, AUTHCTL_PROFILE: 'work' });
  await login('verbit', verbit.env);
  return { home, url, requests };
}

/** The stored sessions, as provider and profile. */
function left(home: Home): string[] {
  return home
    .sessions()
    .map((path) => `${path.split('/').at(-3)} ${readStored(path).profile}`)
    .sort();
}

const all = ['ropo default', 'ropo default', 'ropo work', 'verbit default'];

test.concurrent.each<[string[], string[], string]>([
  [['ropo'], ['ropo work', 'verbit default'], 'removed 2 sessions'],
  [['ropo', '-p', 'work'], all.filter((each) => each !== 'ropo work'), 'removed 1 session'],
  [['ropo', '--all'], ['verbit default'], 'removed 3 sessions'],
  [['--all'], [], 'removed 4 sessions'],
  [['netnut'], all, 'no session was stored for netnut in the profile default'],
  [['ropo', '-p', 'other'], all, 'no session was stored for ropo in the profile other'],
])('%j leaves %j', async (args, expected, words) => {
  const { home, requests } = await withSessions();
  expect(left(home)).toEqual(all);
  const outcome = await authctl(['logout', ...args], { home });
  expect(outcome).toEqual({ code: 0, signal: null, stdout: '', stderr: `authctl: ${words}\n` });
  expect(left(home)).toEqual(expected);
  // No server is told, since no declaration has a logout.
  expect(requests).toHaveLength(4);
});

test('after logout, token needs a login again', async () => {
  const { home } = await withSessions();
  await authctl(['logout', 'ropo'], { home });
  expect((await failure(['token', 'ropo'], { home })).code).toBe(3);
  expect(await output(['token', 'verbit', '-q'], { home })).toBe('tok4\n');
});

test('a damaged file is removed too, since it may contain a token', async () => {
  const { home } = await withSessions();
  const paths = home.sessions();
  for (const path of paths) writeFileSync(path, '{"token_set":{"access_token":"canary');
  await authctl(['logout', '--all'], { home });
  expect(paths.filter(existsSync)).toEqual([]);
  expect(readdirSync(join(home.state, 'sessions'))).toEqual([]);
});

test.each([
  [[], 'authctl status'],
  [['--credentials'], 'authctl status'],
  [['unknown'], 'unknown'],
  [['ropo', 'verbit'], 'argument'],
])('%j is wrong usage, and removes nothing', async (args, words) => {
  const { home } = await withSessions();
  const { code, stderr } = await failure(['logout', ...args], { home });
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  expect(left(home)).toEqual(all);
});

test.each<[object, string]>([
  [{ documented: 60 }, 'it takes the access token until that expires'],
  [{ never: true }, 'it goes on taking the access token, which does not expire'],
])(
  'a logout that ends nothing says so, of a token with the lifetime %j',
  async (lifetime, words) => {
    const { home, env } = await acme(
      {
        login: [
          {
            fields: ['user', 'password'],
            request: { method: 'POST', path: '/login', json: { u: '{user}', p: '{password}' } },
          },
        ],
        answer: { token: '/token', lifetime },
        logout: { request: { method: 'DELETE', path: '/login' }, ends: 'nothing' },
      },
      { '/login': { status: 200, body: { token: 'tok1' } } },
    );
    await output(['login', 'acme'], { home, env });
    const { code, stderr } = await authctl(['logout', 'acme'], { home, env });
    expect([code, stderr]).toEqual([0, expect.stringContaining(`Acme ends nothing: ${words}\n`)]);
  },
);

test('sessions that cannot be removed are exit 8', async () => {
  const home = newHome();
  const env = { AUTHCTL_STATE_DIR: join(home.path, 'x'.repeat(300)) };
  const { code, stderr } = await failure(['logout', 'ropo'], { home, env });
  expect([code, stderr]).toEqual([8, expect.stringContaining('ENAMETOOLONG')]);
});

describeWith(secretServiceParts, 'with --credentials', () => {
  let service: SecretService;
  let env: Env;
  beforeAll(async () => {
    service = await withSecretService('unlocked');
    env = { ...service.env, AUTHCTL_NO_KEYCHAIN: undefined };
  });
  afterAll(() => service.stop());

  /** Stores the secrets of two providers, one of them in two profiles. */
  async function withSecrets() {
    const home = newHome();
    const set = async (...args: string[]) => {
      const outcome = await authctl(['credentials', 'set', ...args], {
        home,
        env,
        stdin: 'secret',
      });
      expect(outcome.code).toBe(0);
    };
    await set('ropo', '--cid', '1', '--apicode-stdin');
    await set('ropo', '-p', 'work', '--cid', '1', '--apicode-stdin');
    await set('verbit', '--api-key-stdin');
    return home;
  }

  /** The secrets that are still found, without a request. */
  async function found(home: Home): Promise<string[]> {
    const names = ['ropo default', 'ropo work', 'verbit default'];
    const outcomes = await Promise.all(
      names.map((name) => {
        const [provider = '', profile = ''] = name.split(' ');
        const args = ['login', provider, '-p', profile, '--dry-run'];
        return authctl(args, { home, env: { ...env, ROPO_CID: '1' } });
      }),
    );
    return names.filter((_, index) => outcomes[index]?.code === 0);
  }

  test.each<[string[], string[], string]>([
    [['ropo'], ['ropo work', 'verbit default'], 'removed 1 secret '],
    [['ropo', '--all'], ['verbit default'], 'removed 2 secrets '],
    [['--all'], [], 'removed 3 secrets '],
  ])('%j leaves the secrets of %j', async (args, expected, words) => {
    const home = await withSecrets();
    const outcome = await authctl(['logout', ...args, '--credentials'], { home, env });
    expect(outcome).toMatchObject({ code: 0, stdout: '' });
    expect(outcome.stderr).toContain(words);
    expect(await found(home)).toEqual(expected);
  });

  test('without it, or if the keychain is switched off, the secrets stay', async () => {
    const home = await withSecrets();
    const { url } = await serve(ropo.success('tok'));
    await output(['login', 'ropo', '--base-url', url], { home, env: ropo.env });
    expect((await authctl(['logout', '--all'], { home, env })).code).toBe(0);
    await output(['login', 'ropo', '--base-url', url], { home, env: ropo.env });
    const args = ['logout', 'ropo', '--credentials', '--no-keychain'];
    const outcome = await authctl(args, { home, env });
    // The sessions are gone, and the failure is reported.
    expect([outcome.code, outcome.stdout]).toEqual([8, '']);
    expect(home.sessions()).toEqual([]);
    expect(await found(home)).toHaveLength(3);
  });
});
