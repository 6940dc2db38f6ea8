import { describe, expect, test } from '@jest/globals';
import { AuthctlError } from '../../src/errors.ts';
import type { Response } from '../../src/http/message.ts';
import { type Attempt, retryAfter, waitBeforeNext, withRetries } from '../../src/http/retry.ts';

function response(status: number, headers: Record<string, string> = {}): Response {
  return {
    status,
    headers,
    cookies: [],
    body: new Uint8Array(),
    receivedAt: Date.UTC(2026, 0, 1),
  };
}
const answer = (status: number, headers?: Record<string, string>): Attempt => ({
  response: response(status, headers),
});
const transient: Attempt = { error: new AuthctlError('network', 'reset'), transient: true };
const permanent: Attempt = {
  error: new AuthctlError('tls', 'expired'),
  transient: false,
};

describe('Retry-After', () => {
  const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
  test.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': ' 0 ' }, 0],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    // The server's clock is an hour ahead of this machine's.
    [{ 'retry-after': 'Thu, 01 Jan 2026 01:00:30 GMT', date: 'Thu, 01 Jan 2026 01:00:00 GMT' }, 30],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT', date: 'yesterday' }, 5],
    [{}, undefined],
    [{ date }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': '1.5' }, undefined],
    [{ 'retry-after': '2026-01-01' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': 'Thu, 99 Jan 2026 00:00:30 GMT' }, undefined],
  ])('%j asks to wait %s seconds', (headers: Record<string, string>, seconds) => {
    expect(retryAfter(response(429, headers))).toBe(seconds);
  });
});

describe('the wait before the next attempt', () => {
  test.each([
    ['doubles with every attempt', transient, 0, 1, 250],
    ['doubles with every attempt', transient, 1, 1, 500],
    ['doubles with every attempt', transient, 2, 1, 1000],
    ['has a maximum', transient, 60, 1, 8000],
    ['is random below its maximum', transient, 2, 0.1, 100],
    ['is what the server asks for', answer(503, { 'retry-after': '20' }), 0, 1, 20_000],
    [
      'is the program’s own if the server asks for less',
      answer(429, { 'retry-after': '0' }),
      1,
      0.5,
      250,
    ],
    ['is the program’s own if the server asks for none', answer(502), 0, 0.5, 125],
    ['is undefined after a permanent failure', permanent, 0, 1, undefined],
    ['is undefined after an answer', answer(401, { 'retry-after': '1' }), 0, 1, undefined],
    ['is undefined after a server error', answer(500), 0, 1, undefined],
  ])('%s', (_, outcome, count, random, wait) => {
    expect(waitBeforeNext(outcome, count, random)).toBe(wait);
  });
});

describe('the retry loop', () => {
  async function run(outcomes: Attempt[], retries: number, remaining = 60_000) {
    const waits: number[] = [];
    let attempts = 0;
    const attempt = async () => {
      const outcome = outcomes[attempts++];
      if (outcome === undefined) throw new Error('one attempt too many');
      return outcome;
    };
    let left = remaining;
    const sleep = async (ms: number) => {
      waits.push(ms);
      left -= ms;
    };
    const policy = { retries, remaining: () => left, sleep, random: () => 1 };
    const result = await withRetries(attempt, policy).then(
      ({ status, tried }) => [status, tried],
      (error: Error) => error.message,
    );
    return { result, attempts, waits };
  }

  test.each([
    [
      'ends with the first success',
      [transient, answer(503), answer(201)],
      2,
      [201, 'tried 3 times in 0.8 s'],
      3,
    ],
    [
      'returns the last answer of a busy server',
      [answer(503), answer(429)],
      1,
      [429, 'tried 2 times in 0.3 s'],
      2,
    ],
    ['throws the last error', [answer(503), transient], 1, 'reset, tried 2 times in 0.3 s', 2],
    ['does not count a single attempt', [answer(500)], 2, [500, undefined], 1],
    ['makes one attempt without retries', [transient], 0, 'reset', 1],
    [
      'ends with a permanent failure',
      [transient, permanent],
      5,
      'expired, tried 2 times in 0.3 s',
      2,
    ],
  ])('%s', async (_, outcomes, retries, result, attempts) => {
    expect(await run(outcomes, retries)).toMatchObject({ result, attempts });
  });

  test('ends at once if the wait would take all the remaining time', async () => {
    const busy = answer(429, { 'retry-after': '10' });
    expect(await run([busy], 2, 10_000)).toEqual({
      result: [429, undefined],
      attempts: 1,
      waits: [],
    });
    expect(await run([busy, answer(200)], 2, 10_001)).toMatchObject({
      result: [200, 'tried 2 times in 10 s'],
      waits: [10_000],
    });
    expect(await run([transient], 2, 200)).toEqual({ result: 'reset', attempts: 1, waits: [] });
  });
});
