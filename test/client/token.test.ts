/** The life of a session: none, valid, renewed, expired, refused; and many processes that need it at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { createClient } from '../../src/client/client.ts';
import type { TargetOptions } from '../../src/client/target.ts';
import { offKeychain } from '../../src/credentials/keychain/client.ts';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { type Outline, outlineOf } from '../../src/declaration/outline.ts';
import type { TokenSet } from '../../src/declaration/token-set.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { Request, Send } from '../../src/http/message.ts';
import { isFresh } from '../../src/session/freshness.ts';
import type { SessionKey } from '../../src/session/key.ts';
import type { Obtained } from '../../src/session/session.ts';
import type { Store } from '../../src/session/store.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { noStore } from '../../src/store/none.ts';
import { type AnswerParts, answerOf } from '../answers.ts';
import { keyOf } from '../session/sample.ts';
import { openStore, stateDirectory } from '../store/directory.ts';
import { declaration } from './declaration.ts';
import { clientWorld } from './world.ts';

const start = Date.UTC(2026, 0, 2, 3, 4, 5);
const { baseUrl } = keyOf();

/** The server's answers by path, in order; the last one is repeated. */
type Script = Readonly<Record<string, readonly (AnswerParts | AuthctlError)[]>>;

/** A memory store that all users share. */
function sharedMemory(): () => Store {
  const store = memoryStore();
  return () => store;
}

/** A file store, which each user opens separately. */
function sharedFiles(): () => Store {
  const state = stateDirectory();
  return () => openStore(state).store;
}

/** What a user gives. */
interface UserOptions {
  readonly baseUrl?: string | undefined;
  readonly password?: string | undefined;
  readonly refreshToken?: string;
  readonly timeout?: number;
  readonly store?: Store;
}

/** A server, a clock, and users who share a store like separate processes. */
function scene(script: Script, storeOfUser = sharedMemory(), declared = declaration) {
  // The server answers only when all users have tried the lock, so that none arrives too late to share.
  let crowd = 0;
  let arrived = 0;
  const gathered = async () => {
    while (arrived < crowd) await sleep(5);
  };
  const counted = (store: Store): Store => ({
    ...store,
    lock: async (key) => {
      const attempts = await store.lock(key);
      let tried = false;
      const take = async () => {
        const taken = await attempts?.take();
        if (!tried) arrived++;
        tried = true;
        return taken;
      };
      return attempts && { ...attempts, take };
    },
  });
  const requests: string[] = [];
  let now = start;
  const send: Send = async (makeRequest) => {
    const request: Request = makeRequest();
    const path = new URL(request.url).pathname.replace('/v1', '');
    const count = requests.filter((each) => each === path).length;
    requests.push(path);
    await gathered();
    const answer = script[path]?.at(count) ?? script[path]?.at(-1);
    if (answer === undefined) throw new Error(`${path} must not be asked`);
    if (answer instanceof Error) throw answer;
    return answerOf({ ...answer, receivedAt: now });
  };

  /** Another user's client and target. */
  const arrive = async (given: UserOptions = {}) => {
    const { refreshToken, timeout = 30_000, store = storeOfUser() } = given;
    const password = 'password' in given ? given.password : 'p';
    const { world, notices, details } = clientWorld({
      env: {
        ...(password !== undefined && { MY_API_USER: 'ann', MY_API_PASSWORD: password }),
        MY_API_REFRESH_TOKEN: refreshToken,
      },
      clock: { ...systemClock, now: () => now },
      send,
      store: async () => counted(store),
      keychain: async () => offKeychain,
    });
    const client = createClient(world);
    const options: TargetOptions = {
      declaration: declared,
      profile: 'default',
      profileGiven: false,
      server: { baseUrl: 'baseUrl' in given ? given.baseUrl : baseUrl, allowHttp: false },
      transport: { timeout, retries: 0 },
      flags: new Map(),
    };
    return { client, target: await client.target(options), notices, details };
  };
  const { signal } = new AbortController();
  const isGood = (tokenSet: TokenSet) => isFresh(tokenSet, now);
  const user = async (given?: UserOptions) => {
    const { client, target } = await arrive(given);
    return client.token(target, { isGood, signal });
  };
  /** The same, with the messages. */
  const userWithMessages = async (given?: UserOptions) => {
    const { client, target, notices, details } = await arrive(given);
    const obtained = await client.token(target, { isGood, signal });
    return { obtained, notices, details };
  };
  const login = async (given?: UserOptions) => {
    const { client, target } = await arrive(given);
    return client.login(target);
  };
  const renew = async (given?: UserOptions) => {
    const { client, target } = await arrive(given);
    return client.renew(target, { signal });
  };
  const pass = (seconds: number) => {
    now += seconds * 1000;
  };
  const twenty = (act: () => Promise<Obtained> = user) => {
    [crowd, arrived] = [20, 0];
    return Promise.allSettled(Array.from({ length: crowd }, () => act()));
  };
  return { storeOfUser, requests, user, userWithMessages, login, renew, pass, twenty };
}

const summary = ({ session, source }: Obtained) => `${session.tokenSet.accessToken} by ${source}`;
const token = (name: string, refresh?: string): AnswerParts => ({
  body: { token: name, ...(refresh !== undefined && { refresh }) },
});
const refused: AnswerParts = { status: 401, body: {} };
const offline = new AuthctlError('network', 'no connection');

describe('a token', () => {
  test('is obtained by a login if none is stored, and stored', async () => {
    const { user, requests } = scene({ '/login': [token('a')] });
    expect(summary(await user())).toBe('a by login');
    expect(summary(await user())).toBe('a by store');
    expect(requests).toEqual(['/login']);
  });

  test('that is stored needs no credentials', async () => {
    const { user } = scene({ '/login': [token('a')] });
    await user();
    expect(summary(await user({ password: undefined, baseUrl: undefined }))).toBe('a by store');
  });

  test('that has expired is replaced by a login', async () => {
    const { user, pass, requests } = scene({ '/login': [token('a'), token('b')] });
    await user();
    pass(601);
    expect(summary(await user())).toBe('b by login');
    expect(requests).toEqual(['/login', '/login']);
  });

  test('is refreshed if possible, and a refresh token that is not replaced stays', async () => {
    const script = {
      '/login': [token('a', 'r')],
      '/refresh': [token('b'), token('c', 's'), token('d')],
    };
    const { user, pass, requests } = scene(script);
    await user();
    for (const [expected, refresh] of [
      ['b', 'r'],
      ['c', 's'],
      ['d', 's'],
    ] as const) {
      pass(601);
      const obtained = await user();
      expect(summary(obtained)).toBe(`${expected} by refresh`);
      expect(obtained.session.tokenSet.refreshToken).toBe(refresh);
    }
    expect(requests).toEqual(['/login', '/refresh', '/refresh', '/refresh']);
  });

  test('is obtained by a login if the refresh is refused, and that refresh token is not tried again', async () => {
    const { user, pass, requests } = scene({
      '/login': [token('a', 'r'), token('b')],
      '/refresh': [refused],
    });
    await user();
    pass(601);
    expect(summary(await user())).toBe('b by login');
    pass(601);
    await user();
    expect(requests).toEqual(['/login', '/refresh', '/login', '/login']);
  });

  test.each<[string, AnswerParts | AuthctlError, string]>([
    ['the network fails', offline, 'network'],
    ['the server fails', { status: 500, body: {} }, 'server_error'],
    ['the answer is invalid', { body: '<html>' }, 'bad_answer'],
    ['there is none', { status: 404, body: '<html>' }, 'bad_answer'],
    ['a filter answers', { status: 403, body: '<html>' }, 'bad_answer'],
  ])('is not obtained by a login if %s on a refresh', async (_what, answer, code) => {
    const { user, pass, requests } = scene({
      '/login': [token('a', 'r')],
      '/refresh': [answer, token('b')],
    });
    await user();
    pass(601);
    await expect(user()).rejects.toMatchObject({ code });
    expect(summary(await user())).toBe('b by refresh');
    expect(requests).toEqual(['/login', '/refresh', '/refresh']);
  });

  test('is obtained without a store', async () => {
    const { user, requests } = scene({ '/login': [token('a')] });
    expect(summary(await user({ store: noStore }))).toBe('a by login');
    expect(summary(await user({ store: noStore }))).toBe('a by login');
    expect(requests).toHaveLength(2);
  });

  test('that cannot be stored is returned, with a notice of the reason', async () => {
    const { userWithMessages, storeOfUser } = scene({ '/login': [token('a')] });
    const save = () => Promise.reject(new AuthctlError('store', 'cannot write (ENOSPC)'));
    const { obtained, notices } = await userWithMessages({ store: { ...storeOfUser(), save } });
    expect(summary(obtained)).toBe('a by login');
    expect(notices).toEqual(['notice: the session cannot be stored: cannot write (ENOSPC)']);
  });

  test('comes with an outline for the launcher, however it was obtained', async () => {
    const { user, login, renew, storeOfUser } = scene({
      '/login': [token('a', 'r')],
      '/refresh': [token('b')],
    });
    const outlines: Outline[] = [];
    const saveOutline = async (outline: Outline) => void outlines.push(outline);
    const store = { ...storeOfUser(), saveOutline };
    for (const act of [user, user, login, renew]) await act({ store });
    expect(outlines).toEqual(Array.from({ length: 4 }, () => outlineOf(declaration)));
  });

  test('is described in the details by its account and server, and is not in them', async () => {
    const { userWithMessages } = scene({ '/login': [token('secret-a')] });
    const { details } = await userWithMessages();
    expect(details).toContain('the account is user=ann, at https://api.example/v1');
    expect(details.join('\n')).not.toContain('secret-a');
  });

  test('is not requested from a server that only an earlier session names', async () => {
    const { user, pass, requests } = scene({ '/login': [token('a')] });
    await user();
    pass(601);
    await expect(user({ baseUrl: undefined })).rejects.toMatchObject({
      code: 'credential_missing',
      message: expect.stringContaining(
        `MY_API_PASSWORD is not sent to ${baseUrl}, a server known only from the last session`,
      ),
      details: { hint: 'name your server with --base-url, or as my-api.base_url in the config' },
    });
    expect(requests).toHaveLength(1);
  });
});

describe('a login', () => {
  test('asks the server regardless of stored sessions, and becomes the current session', async () => {
    const { login, user, requests } = scene({ '/login': [token('a'), token('b')] });
    expect(summary(await login())).toBe('a by login');
    expect(summary(await login())).toBe('b by login');
    expect(summary(await user({ password: undefined, baseUrl: undefined }))).toBe('b by store');
    expect(requests).toHaveLength(2);
  });

  test('asks again after a refusal, and names the sources of the credentials', async () => {
    const { login, requests } = scene({ '/login': [refused] });
    for (let times = 0; times < 2; times++) {
      await expect(login()).rejects.toMatchObject({
        code: 'refused',
        details: { hint: 'check user from MY_API_USER, password from MY_API_PASSWORD' },
      });
    }
    expect(requests).toHaveLength(2);
  });
});

describe('a refresh', () => {
  const script = { '/login': [token('a', 'r')], '/refresh': [token('b', 's'), token('c')] };

  test('is made regardless of the token’s age, and its result is stored', async () => {
    const { user, renew, pass } = scene(script);
    await user();
    pass(1);
    expect(summary(await renew())).toBe('b by refresh');
    expect(summary(await user())).toBe('b by store');
  });

  test('is made once for all processes that need it', async () => {
    const { user, renew, pass, twenty, requests } = scene(script);
    await user();
    pass(1);
    const results = await twenty(renew);
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['fulfilled']));
    expect(requests).toEqual(['/login', '/refresh']);
  });

  test('that is refused is not tried again, since the refresh token is removed', async () => {
    const { user, renew, requests } = scene({ ...script, '/refresh': [refused] });
    await user();
    const hint = `authctl login my-api --base-url ${baseUrl}`;
    await expect(renew()).rejects.toMatchObject({ code: 'refused', details: { hint } });
    await expect(renew()).rejects.toMatchObject({
      code: 'session_missing',
      message: 'the stored session of My API has no refresh token',
      details: { hint },
    });
    expect(summary(await user())).toBe('a by store');
    expect(requests).toEqual(['/login', '/refresh']);
  });

  test('with another refresh token leaves the stored session as it is', async () => {
    const { user, renew } = scene(script);
    await user();
    expect(summary(await renew({ refreshToken: 'mine' }))).toBe('b by refresh');
    expect(summary(await user())).toBe('a by store');
  });

  test('with a refused refresh token from a variable names the variable', async () => {
    const { renew } = scene({ '/refresh': [refused] });
    await expect(renew({ refreshToken: 'mine' })).rejects.toMatchObject({
      code: 'refused',
      details: { hint: expect.stringContaining('MY_API_REFRESH_TOKEN was used: unset it, or ') },
    });
  });

  test('without a refresh token names every way to give one', async () => {
    const { renew } = scene(script);
    await expect(renew({ store: noStore })).rejects.toMatchObject({
      code: 'session_missing',
      message:
        'no refresh token for My API was given (--refresh-token-stdin or MY_API_REFRESH_TOKEN) or found in a stored session',
    });
  });
});

describe('a refusal', () => {
  test('is remembered for a while, without a request', async () => {
    const { user, pass, requests } = scene({ '/login': [refused, token('a')] });
    await expect(user()).rejects.toMatchObject({ code: 'refused' });
    pass(29);
    await expect(user()).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining(
        '(remembered from 29 s ago; the server was not asked again)',
      ),
    });
    expect(requests).toHaveLength(1);
    pass(2);
    expect(summary(await user())).toBe('a by login');
  });

  test('is not remembered for another password', async () => {
    const { user } = scene({ '/login': [refused, token('a')] });
    await expect(user({ password: 'wrong' })).rejects.toMatchObject({ code: 'refused' });
    expect(summary(await user({ password: 'right' }))).toBe('a by login');
  });

  describe.each([
    ['in memory', sharedMemory],
    ['in files', sharedFiles],
  ])('of the credentials beside a refresh token, %s,', (_where, share) => {
    const provider: Declaration = {
      ...declaration,
      refresh: {
        request: {
          method: 'POST',
          path: '/refresh',
          json: { refresh: '{refresh_token}', password: '{password}' },
        },
        expired: [{ status: [400] }],
      },
    };
    const script = { '/login': [token('a', 'r')], '/refresh': [refused, token('b', 's')] };

    test('is remembered as that: nobody logs in with them', async () => {
      const { user, login, pass, requests } = scene(script, share(), provider);
      await login();
      pass(601);
      for (let times = 0; times < 2; times++) {
        await expect(user({ password: 'wrong' })).rejects.toMatchObject({
          code: 'refused',
          message: expect.stringContaining('My API refused the credentials'),
        });
      }
      expect(requests).toEqual(['/login', '/refresh']);
    });

    test('is not remembered for others, which refresh', async () => {
      const { renew, login, requests } = scene(script, share(), provider);
      await login();
      await expect(renew({ password: 'wrong' })).rejects.toMatchObject({ code: 'refused' });
      expect(summary(await renew({ password: 'right' }))).toBe('b by refresh');
      expect(requests).toEqual(['/login', '/refresh', '/refresh']);
    });
  });

  test('is forgotten after a success', async () => {
    const { user, pass } = scene({ '/login': [refused, token('a'), token('b')] });
    await expect(user({ password: 'old' })).rejects.toMatchObject({ code: 'refused' });
    await user({ password: 'new' });
    pass(601);
    expect(summary(await user({ password: 'old' }))).toBe('b by login');
  });

  test('by a rate limit is remembered as long as the server says', async () => {
    const limited = { status: 429, headers: { 'retry-after': '90' }, body: {} };
    const { user, pass, requests } = scene({ '/login': [limited, token('a')] });
    await expect(user()).rejects.toMatchObject({ code: 'rate_limited' });
    pass(89);
    await expect(user()).rejects.toMatchObject({ code: 'rate_limited' });
    expect(requests).toHaveLength(1);
    pass(2);
    expect(summary(await user())).toBe('a by login');
  });

  test('of a refresh token is known to late processes, which do not ask again', async () => {
    const { user, pass, storeOfUser, requests } = scene({
      '/login': [token('a', 'r'), refused],
      '/refresh': [refused],
    });
    const old = (await user()).session;
    pass(601);
    await expect(user()).rejects.toMatchObject({ code: 'refused' });
    // A process that read the session before, and tries the lock only now.
    const store = storeOfUser();
    let reads = 0;
    const read = async (key: SessionKey) => (reads++ === 0 ? old : store.read(key));
    const late = { ...store, read };
    await expect(user({ store: late })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('remembered'),
    });
    expect(requests).toEqual(['/login', '/refresh', '/login']);
  });

  test('is remembered, but a network error is not', async () => {
    const { user } = scene({ '/login': [offline, token('a')] });
    await expect(user()).rejects.toMatchObject({ code: 'network' });
    expect(summary(await user())).toBe('a by login');
  });
});

describe.each([
  ['in memory', sharedMemory],
  ['in files', sharedFiles],
])('many processes that need a token at once, with a store %s,', (_where, share) => {
  test('make one login, and share its token', async () => {
    const { twenty, requests } = scene({ '/login': [token('a'), token('b')] }, share());
    const results = await twenty();
    const tokens = results.map((r) =>
      r.status === 'fulfilled' ? r.value.session.tokenSet.accessToken : r.reason,
    );
    expect(new Set(tokens)).toEqual(new Set(['a']));
    expect(requests).toEqual(['/login']);
  });

  test('make one refresh, and share its token', async () => {
    const { user, pass, twenty, requests } = scene(
      { '/login': [token('a', 'r')], '/refresh': [token('b'), token('c')] },
      share(),
    );
    await user();
    pass(601);
    const results = await twenty();
    const tokens = results.map((r) =>
      r.status === 'fulfilled' ? r.value.session.tokenSet.accessToken : r.reason,
    );
    expect(new Set(tokens)).toEqual(new Set(['b']));
    expect(requests).toEqual(['/login', '/refresh']);
  });

  test.each<[string, AnswerParts | AuthctlError]>([
    ['refused', refused],
    ['network', offline],
    ['bad_answer', { body: '<html>' }],
  ])('share its failure: %s', async (code, answer) => {
    const { twenty, requests } = scene({ '/login': [answer] }, share());
    const results = await twenty();
    const codes = results.map((r) => (r.status === 'rejected' ? r.reason.code : 'none'));
    expect(new Set(codes)).toEqual(new Set([code]));
    expect(requests).toEqual(['/login']);
  });

  test('wait no longer than their timeout', async () => {
    const { user, storeOfUser } = scene({ '/login': [token('a')] }, share());
    const lock = await (await storeOfUser().lock(keyOf()))?.take();
    await expect(user({ timeout: 50 })).rejects.toMatchObject({ code: 'timeout' });
    lock?.release();
    expect(summary(await user())).toBe('a by login');
  });
});
