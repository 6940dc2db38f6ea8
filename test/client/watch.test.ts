/** How often a watch asks, whatever a server says of its tokens. */
import { describe, expect, test } from '@jest/globals';
import { createClient } from '../../src/client/client.ts';
import type { Renewal } from '../../src/client/watch.ts';
import { offKeychain } from '../../src/credentials/keychain/client.ts';
import type { Declaration } from '../../src/declaration/declaration.ts';
import type { Send } from '../../src/http/message.ts';
import { type AnswerParts, answerOf } from '../answers.ts';
import { fakeClock } from '../clock.ts';
import { clientWorld } from './world.ts';

const declaration: Declaration = {
  version: 1,
  name: 'my-api',
  title: 'My API',
  fields: [{ name: 'user', label: 'User', secret: false }],
  login: [{ fields: ['user'], request: { method: 'POST', path: '/login' } }],
  answer: { token: '/token', lifetime: { at: '/expires_in' } },
  use: { header: 'Authorization', value: 'Bearer {token}' },
};

/** Watches a server for so many milliseconds: when it was asked, and what came of it. */
async function watched(answer: (count: number) => AnswerParts, milliseconds: number, needed = 0) {
  const clock = fakeClock();
  const asked: number[] = [];
  const send: Send = async (makeRequest) => {
    makeRequest();
    asked.push(clock.monotonic());
    return answerOf({ ...answer(asked.length), receivedAt: clock.now() });
  };
  const { world } = clientWorld({
    env: { MY_API_USER: 'ann' },
    clock,
    send,
    keychain: async () => offKeychain,
  });
  const client = createClient(world);
  const target = await client.target({
    declaration,
    profile: 'default',
    profileGiven: false,
    server: { baseUrl: 'https://api.example', allowHttp: false },
    transport: { timeout: 30_000, retries: 0 },
    flags: new Map(),
  });
  const renewals: Renewal[] = [];
  const { signal } = new AbortController();
  const renewal = await client.watch(target, { needed, signal });
  // Ends with the clock, which stops.
  void (async () => {
    for await (const each of renewal) renewals.push(each);
  })();
  await clock.advance(milliseconds);
  return { asked, renewals };
}

const hour = 3_600_000;
const tokenFor = (seconds: unknown) => (count: number) => ({
  body: { token: `t${count}`, expires_in: seconds },
});

describe('a watch asks a server no more than once a minute in the long run', () => {
  test.each<[string, unknown, number]>([
    ['whose tokens live a second', 1, 0],
    ['whose tokens live a thousandth of a second', 0.001, 0],
    ['whose tokens have expired', -1, 0],
    ['whose tokens live too short for --min-ttl', 8, hour],
  ])('%s', async (_, seconds, needed) => {
    const { asked } = await watched(tokenFor(seconds), hour, needed);
    expect(asked.length).toBeGreaterThan(50);
    expect(asked.length).toBeLessThan(75);
  });
});

test('a watch renews a few short tokens in time', async () => {
  const { asked } = await watched(tokenFor(5), 25_000);
  expect(asked.length).toBeGreaterThanOrEqual(5);
});

test('a watch waits for a day where the server asks for a year', async () => {
  const headers = { 'retry-after': String(365 * 86_400) };
  const answer = (count: number) =>
    count === 2 ? { status: 429, headers, body: {} } : tokenFor(600)(count);
  const { asked, renewals } = await watched(answer, 24 * hour);
  expect(asked).toHaveLength(2);
  expect(renewals[1]).toMatchObject({ pause: 24 * hour });
});
