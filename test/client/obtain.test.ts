/** The life of a session as a story: none, valid, renewed, expired, refused; and many who want it at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { type Obtained, type Obtaining, obtain } from '../../src/client/obtain.ts';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { Request, Send } from '../../src/http/message.ts';
import { isFresh } from '../../src/session/freshness.ts';
import type { SessionKey } from '../../src/session/key.ts';
import { noStore, type SessionStore } from '../../src/session/store.ts';
import { type AnswerParts, answerOf } from '../answers.ts';
import { keyOf, openStore, stateDirectory } from '../session/directory.ts';

const login = {
  fields: ['user', 'password'],
  request: { method: 'POST', path: '/login' },
} as const;
const declaration: Declaration = {
  version: 1,
  name: 'my-api',
  title: 'My API',
  fields: [
    { name: 'user', label: 'User', secret: false },
    { name: 'password', label: 'Password', secret: true },
  ],
  login: [{ ...login, fields: [...login.fields] }],
  answer: { token: '/token', refreshToken: '/refresh', lifetime: { documented: 600 } },
  refresh: {
    method: 'GET',
    path: '/refresh',
    headers: { Authorization: 'Bearer {refresh_token}' },
  },
  use: { header: 'Authorization', value: 'Bearer {token}' },
};
const start = Date.UTC(2026, 0, 2, 3, 4, 5);

/** What the server answers to a path, the first time, the second time and so on; the last for ever. */
type Script = Readonly<Record<string, readonly (AnswerParts | AuthctlError)[]>>;

/**
 * A server, a clock, and users who share a store; each user is a process of its own to the others.
 */
function scene(script: Script) {
  const state = stateDirectory();
  // The server answers when so many have come to the lock: then none comes too late to share it.
  let crowd = 0;
  let arrived = 0;
  const gathered = async () => {
    while (arrived < crowd) await sleep(5);
  };
  const storeOfUser = (): SessionStore => {
    const { store } = openStore(state);
    const lock: SessionStore['lock'] = async (key) => {
      const attempts = await store.lock(key);
      let tried = false;
      const take = () => {
        const taken = attempts?.take();
        if (!tried) arrived++;
        tried = true;
        return taken;
      };
      return attempts && { ...attempts, take };
    };
    return { ...store, lock };
  };
  const requests: string[] = [];
  let clock = start;
  const send: Send = async (makeRequest) => {
    const request: Request = makeRequest();
    const path = new URL(request.url).pathname.replace('/v1', '');
    const count = requests.filter((each) => each === path).length;
    requests.push(path);
    await gathered();
    const answer = script[path]?.at(count) ?? script[path]?.at(-1);
    if (answer === undefined) throw new Error(`${path} is not to be asked`);
    if (answer instanceof Error) throw answer;
    return answerOf({ ...answer, receivedAt: clock });
  };
  const user = (more: Partial<Obtaining> & { password?: string; store?: SessionStore } = {}) => {
    const { password = 'p', store = storeOfUser(), ...parts } = more;
    return obtain({
      declaration,
      store,
      wanted: keyOf(),
      isGood: (tokenSet) => isFresh(tokenSet, clock),
      line: (baseUrl) => ({
        declaration,
        baseUrl,
        send,
        options: { timeout: 30_000, retries: 0 },
        now: () => clock,
        uuid: () => 'uuid',
        keepSecret: () => {},
      }),
      findLogin: async () => ({
        key: keyOf(),
        credentials: {
          login: { ...login, fields: [...login.fields] },
          values: new Map([
            ['user', { value: 'ann', kind: 'flag', origin: '--user' }],
            ['password', { value: password, kind: 'flag', origin: '--password' }],
          ]),
        },
      }),
      timeout: 30_000,
      clock: { ...systemClock, now: () => clock },
      redact: (error) => error,
      keep: (session) => store.save(session),
      guard: () => () => {},
      detail: () => {},
      ...parts,
    });
  };
  const pass = (seconds: number) => {
    clock += seconds * 1000;
  };
  const twenty = () => {
    [crowd, arrived] = [20, 0];
    return Promise.allSettled(Array.from({ length: crowd }, () => user()));
  };
  return { state, requests, user, pass, twenty };
}

const says = ({ session, source }: Obtained) => `${session.tokenSet.accessToken} by ${source}`;
const token = (name: string, refresh?: string): AnswerParts => ({
  body: { token: name, ...(refresh !== undefined && { refresh }) },
});
const refused: AnswerParts = { status: 401, body: {} };
const offline = new AuthctlError('network', 'no connection');

describe('a token', () => {
  test('is asked for by a login where there is none, and kept', async () => {
    const { user, requests } = scene({ '/login': [token('a')] });
    expect(says(await user())).toBe('a by login');
    expect(says(await user())).toBe('a by store');
    expect(requests).toEqual(['/login']);
  });

  test('that is kept needs no credentials', async () => {
    const { user } = scene({ '/login': [token('a')] });
    await user();
    const findLogin = () => Promise.reject(new Error('nobody is to be asked'));
    expect(says(await user({ findLogin }))).toBe('a by store');
  });

  test('that has expired is asked for again', async () => {
    const { user, pass, requests } = scene({ '/login': [token('a'), token('b')] });
    await user();
    pass(601);
    expect(says(await user())).toBe('b by login');
    expect(requests).toEqual(['/login', '/login']);
  });

  test('is refreshed where it can be, and the refresh token stays where none comes back', async () => {
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
      expect(says(obtained)).toBe(`${expected} by refresh`);
      expect(obtained.session.tokenSet.refreshToken).toBe(refresh);
    }
    expect(requests).toEqual(['/login', '/refresh', '/refresh', '/refresh']);
  });

  test('is asked for by a login where the refresh is refused, and that token is not tried again', async () => {
    const { user, pass, requests } = scene({
      '/login': [token('a', 'r'), token('b')],
      '/refresh': [refused],
    });
    await user();
    pass(601);
    expect(says(await user())).toBe('b by login');
    pass(601);
    await user();
    expect(requests).toEqual(['/login', '/refresh', '/login', '/login']);
  });

  test.each<[string, AnswerParts | AuthctlError, string]>([
    ['the network fails', offline, 'network'],
    ['the server fails', { status: 500, body: {} }, 'server_error'],
    ['the answer is no answer', { body: '<html>' }, 'bad_answer'],
  ])('is not asked for by a login where %s on a refresh', async (_what, answer, code) => {
    const { user, pass, requests } = scene({
      '/login': [token('a', 'r')],
      '/refresh': [answer, token('b')],
    });
    await user();
    pass(601);
    await expect(user()).rejects.toMatchObject({ code });
    expect(says(await user())).toBe('b by refresh');
    expect(requests).toEqual(['/login', '/refresh', '/refresh']);
  });

  test('is got without a store, and not kept', async () => {
    const { user, requests } = scene({ '/login': [token('a')] });
    expect(says(await user({ store: noStore }))).toBe('a by login');
    expect(says(await user({ store: noStore }))).toBe('a by login');
    expect(requests).toHaveLength(2);
  });
});

describe('a refusal', () => {
  test('is remembered for a while, and no request is made', async () => {
    const { user, pass, requests } = scene({ '/login': [refused, token('a')] });
    await expect(user()).rejects.toMatchObject({ code: 'refused' });
    pass(29);
    await expect(user()).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('(remembered from 29 s ago, not asked again)'),
    });
    expect(requests).toHaveLength(1);
    pass(2);
    expect(says(await user())).toBe('a by login');
  });

  test('is not remembered for another password', async () => {
    const { user } = scene({ '/login': [refused, token('a')] });
    await expect(user({ password: 'wrong' })).rejects.toMatchObject({ code: 'refused' });
    expect(says(await user({ password: 'right' }))).toBe('a by login');
  });

  test('is forgotten with a success', async () => {
    const { user, pass } = scene({ '/login': [refused, token('a'), token('b')] });
    await expect(user({ password: 'old' })).rejects.toMatchObject({ code: 'refused' });
    await user({ password: 'new' });
    pass(601);
    expect(says(await user({ password: 'old' }))).toBe('b by login');
  });

  test('of too many requests is remembered as long as the server says', async () => {
    const limited = { status: 429, headers: { 'retry-after': '90' }, body: {} };
    const { user, pass, requests } = scene({ '/login': [limited, token('a')] });
    await expect(user()).rejects.toMatchObject({ code: 'rate_limited' });
    pass(89);
    await expect(user()).rejects.toMatchObject({ code: 'rate_limited' });
    expect(requests).toHaveLength(1);
    pass(2);
    expect(says(await user())).toBe('a by login');
  });

  test('of a refresh token is known to those who come late, and not asked for again', async () => {
    const { user, pass, state, requests } = scene({
      '/login': [token('a', 'r'), refused],
      '/refresh': [refused],
    });
    const old = (await user()).session;
    pass(601);
    await expect(user()).rejects.toMatchObject({ code: 'refused' });
    // One that had looked before, and comes to the lock only now.
    const { store } = openStore(state);
    let looks = 0;
    const late = { ...store, read: (key: SessionKey) => (looks++ === 0 ? old : store.read(key)) };
    await expect(user({ store: late })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('remembered'),
    });
    expect(requests).toEqual(['/login', '/refresh', '/login']);
  });

  test('of a network error is not remembered', async () => {
    const { user } = scene({ '/login': [offline, token('a')] });
    await expect(user()).rejects.toMatchObject({ code: 'network' });
    expect(says(await user())).toBe('a by login');
  });
});

describe('many who want a token at once', () => {
  test('make one login, and share its token', async () => {
    const { twenty, requests } = scene({ '/login': [token('a'), token('b')] });
    const results = await twenty();
    const tokens = results.map((r) =>
      r.status === 'fulfilled' ? r.value.session.tokenSet.accessToken : r.reason,
    );
    expect(new Set(tokens)).toEqual(new Set(['a']));
    expect(requests).toEqual(['/login']);
  });

  test('make one refresh, and share its token', async () => {
    const { user, pass, twenty, requests } = scene({
      '/login': [token('a', 'r')],
      '/refresh': [token('b'), token('c')],
    });
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
    const { twenty, requests } = scene({ '/login': [answer] });
    const results = await twenty();
    const codes = results.map((r) => (r.status === 'rejected' ? r.reason.code : 'none'));
    expect(new Set(codes)).toEqual(new Set([code]));
    expect(requests).toEqual(['/login']);
  });

  test('wait no longer than they may', async () => {
    const { user } = scene({ '/login': [token('a')] });
    const state = stateDirectory();
    const { store } = openStore(state);
    const lock = (await store.lock(keyOf()))?.take();
    await expect(user({ store: openStore(state).store, timeout: 50 })).rejects.toMatchObject({
      code: 'timeout',
    });
    lock?.release();
    expect(says(await user({ store: openStore(state).store }))).toBe('a by login');
  });
});
