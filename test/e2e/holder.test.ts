/** The process that holds a session's lock and asks the server: it is killed, stopped, or gets no answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { accounts } from './accounts.ts';
import { countingServer, send, tally } from './counting.ts';
import { exitStatus, newHome, output } from './harness.ts';
import { serve } from './servers.ts';
import { crowd, start, until } from './start.ts';
import { storedTokens } from './stored.ts';

const { env, success } = accounts['datarhei by password'];
const tokenFrom = (url: string, ...more: string[]) => [
  'token',
  'datarhei',
  '--base-url',
  url,
  ...more,
];

describe('the lock holder', () => {
  const others = 5;

  /** A holder that gets no answer, and processes that wait for it. */
  async function waitingForOne() {
    const server = await countingServer((_, count) =>
      count === 1 ? undefined : success(`tok${count}`),
    );
    const home = newHome();
    const holder = start(tokenFrom(server.url), { home, env });
    await until(() => server.total() === 1);
    const all = crowd(others, tokenFrom(server.url), { home, env });
    // Long enough for all of them to wait before the holder ends.
    await sleep(1500);
    expect(server.total()).toBe(1);
    return { server, home, holder, all };
  }

  test.concurrent.each(['SIGKILL', 'SIGSTOP'] as const)(
    'is replaced by a waiting process after %s',
    async (signal) => {
      const { server, home, holder, all } = await waitingForOne();
      const started = performance.now();
      holder.signal(signal);
      expect(tally(await all)).toEqual({ '0 tok2': others });
      // Five seconds, and a request; the timeout is thirty seconds.
      expect(performance.now() - started).toBeLessThan(15_000);
      expect(server.total()).toBe(2);
      holder.signal('SIGKILL');
      await holder.ended;
      expect(await output(tokenFrom(server.url), { home })).toBe('tok2\n');
    },
    60_000,
  );

  test.concurrent('releases the lock at once if a signal ends it', async () => {
    const { server, holder, all } = await waitingForOne();
    holder.signal('SIGTERM');
    expect(exitStatus(await holder.ended)).toBe(143);
    expect(tally(await all)).toEqual({ '0 tok2': others });
    expect(server.total()).toBe(2);
  }, 60_000);

  test.concurrent('that was replaced while it was stopped still prints the token that it gets', async () => {
    let answerFirst = () => {};
    const first = new Promise<void>((resolve) => {
      answerFirst = resolve;
    });
    const { url, requests } = await serve((_, count) => (response) => {
      (count === 1 ? first : Promise.resolve()).then(() => send(response, success(`tok${count}`)));
    });
    const home = newHome();
    const holder = start(tokenFrom(url), { home, env });
    await until(() => requests.length === 1);
    holder.signal('SIGSTOP');
    expect(await output(tokenFrom(url), { home, env })).toBe('tok2\n');
    answerFirst();
    holder.signal('SIGCONT');
    expect(await holder.ended).toMatchObject({ code: 0, stdout: 'tok1\n' });
    expect(storedTokens(home)).toEqual(['tok1']);
  }, 60_000);
});

test.concurrent('a hanging server delays ten processes by one timeout, not by ten', async () => {
  const { url, total } = await countingServer(() => undefined);
  const home = newHome();
  const started = performance.now();
  // Long enough for all of them to start before the first gives up, even on a loaded machine.
  const all = await crowd(10, tokenFrom(url, '--timeout', '10s'), { home, env });
  expect(performance.now() - started).toBeLessThan(30_000);
  expect(all.map(({ code, stdout }) => [code, stdout])).toEqual(Array(10).fill([5, '']));
  expect(total()).toBe(1);
}, 60_000);

test.concurrent('processes that need different sessions do not wait for each other', async () => {
  const { url, requests } = await serve(({ body }) => {
    const { username } = JSON.parse(body);
    return username === 'slow' ? () => {} : success(`token of ${username}`.replaceAll(' ', '-'));
  });
  const home = newHome();
  const slow = start(tokenFrom(url, '--username', 'slow'), { home, env });
  await until(() => requests.length === 1);
  const users = ['ann', 'bob', 'cy'];
  const all = await Promise.all(
    users.map((user) => crowd(3, tokenFrom(url, '--username', user), { home, env })),
  );
  expect(all.map(tally)).toEqual(users.map((user) => ({ [`0 token-of-${user}`]: 3 })));
  expect(requests).toHaveLength(1 + users.length);
  slow.signal('SIGKILL');
  await slow.ended;
}, 60_000);
