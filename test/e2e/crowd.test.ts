/** Many real processes that need the same session at once, with a server that counts requests. */
import { describe, expect, test } from '@jest/globals';
import { accounts } from './accounts.ts';
import { countingServer, type Script, tally } from './counting.ts';
import { type Env, type Home, newHome, output } from './harness.ts';
import type { Reply } from './servers.ts';
import { crowd, start, until } from './start.ts';
import { age } from './stored.ts';

const many = 100;
const some = 30;
const { env, success } = accounts['datarhei by password'];
const loginPath = '/api/login';
const refreshPath = '/api/login/refresh';

const tokenFrom = (url: string, ...more: string[]) => [
  'token',
  'datarhei',
  '--base-url',
  url,
  ...more,
];

/** A home with an expired session and a valid refresh token. */
async function withExpiredSession(url: string): Promise<Home> {
  const home = newHome();
  await output(tokenFrom(url), { home, env });
  age(home, 3600);
  return home;
}

const refused = (status: number, message: string): Reply => ({
  status,
  body: { code: status, message, details: [] },
});

describe('very many processes at once', () => {
  interface Row {
    readonly size?: number;
    readonly expired?: true;
    readonly env: Env;
    readonly script: Script;
    readonly ends: Record<string, number>;
    readonly requests: Record<string, number>;
  }
  const rows: readonly (readonly [string, Row])[] = [
    [
      'without a session: one logs in, and all print its token',
      {
        env,
        script: (_, count) => success(`tok${count}`),
        ends: { '0 tok1': many },
        requests: { [loginPath]: 1 },
      },
    ],
    [
      'with an expired session: one refreshes it, and no password is needed',
      {
        expired: true,
        env: {},
        script: (path, count) => success(`${path === loginPath ? 'tok' : 'new'}${count}`),
        ends: { '0 new1': many },
        requests: { [refreshPath]: 1 },
      },
    ],
    [
      'with a wrong password: one asks, and all report the refusal',
      {
        env,
        script: () => refused(401, 'Wrong'),
        ends: { '4 authctl: datarhei Core refused the credentials: Wrong (code 401)': many },
        requests: { [loginPath]: 1 },
      },
    ],
    [
      'with a refresh token that is refused: one refresh and one login',
      {
        size: some,
        expired: true,
        env,
        script: (path, count) =>
          path === loginPath ? success(`tok${count}`) : refused(403, 'Forbidden'),
        ends: { '0 tok1': some },
        requests: { [refreshPath]: 1, [loginPath]: 1 },
      },
    ],
    [
      'with a refresh token and a password that are refused: one refresh and one login',
      {
        size: some,
        expired: true,
        env,
        script: (path) => refused(401, path === loginPath ? 'Wrong' : 'Too old'),
        ends: { '4 authctl: datarhei Core refused the credentials: Wrong (code 401)': some },
        requests: { [refreshPath]: 1, [loginPath]: 1 },
      },
    ],
  ];

  test.each(rows)(
    '%s',
    async (_, { size = many, expired, env, script, ends, requests }) => {
      let current: Script = () => success('old');
      const { url, counts, total, shut, open } = await countingServer((path, count) =>
        current(path, count),
      );
      const home = expired ? await withExpiredSession(url) : newHome();
      current = script;
      shut();
      const all = crowd(size, tokenFrom(url), { home, env });
      await until(() => total() > 0);
      open();
      expect(tally(await all)).toEqual(ends);
      expect(counts).toEqual(requests);
    },
    120_000,
  );
});

describe('very many plain command lines at once, without any session', () => {
  const plain = ['token', 'datarhei'];

  test('of one account: one logs in, and all print its token', async () => {
    const { url, counts } = await countingServer((_, count) => success(`tok${count}`));
    const options = { home: newHome(), env: { ...env, DATARHEI_BASE_URL: url } };
    expect(tally(await crowd(many, plain, options))).toEqual({ '0 tok1': many });
    expect(counts).toEqual({ [loginPath]: 1 });
  }, 120_000);

  test('of ten accounts: after the first login, the others do not wait for each other', async () => {
    const { url, counts, total, shut, open } = await countingServer((_, count) =>
      success(`tok${count}`),
    );
    const home = newHome();
    const accountsOf = (names: readonly string[]) =>
      names.map((name) => {
        const more = { ...env, DATARHEI_USERNAME: name, DATARHEI_BASE_URL: url };
        return start(plain, { home, env: more }).ended;
      });
    shut();
    const all = accountsOf(Array.from({ length: 10 }, (_, index) => `user${index}`));
    await until(() => total() === 1);
    // The leader is delayed; after it, no process waits for another.
    await until(() => total() === 10);
    open();
    const ends = tally(await Promise.all(all));
    expect(Object.values(ends)).toEqual(Array.from({ length: 10 }, () => 1));
    expect(counts).toEqual({ [loginPath]: 10 });
  }, 60_000);
});
