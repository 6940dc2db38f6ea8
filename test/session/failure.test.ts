import { describe, expect, test } from '@jest/globals';
import { AuthctlError } from '../../src/errors.ts';
import { type Failure, remembered } from '../../src/session/failure.ts';

const at = Date.UTC(2026, 0, 2, 3, 4, 5);

function failureOf(error: AuthctlError): Failure {
  return { holder: 'holder', fingerprint: 'mine', at, error };
}

const refusal = new AuthctlError('refused', 'My API refused the credentials', {
  hint: 'authctl credentials set my-api',
  serverWords: 'Wrong password',
  provider: 'my-api',
  status: 401,
});
const busy = (retryAfter?: number) =>
  new AuthctlError('rate_limited', 'My API takes no more', {
    hint: 'try again later',
    ...(retryAfter !== undefined && { retryAfter }),
  });

describe('instead of asking the server again', () => {
  const second = 1000;

  test.each<[string, AuthctlError, number, boolean]>([
    ['a refusal is repeated at once', refusal, 0, true],
    ['a refusal is repeated for half a minute', refusal, 30 * second - 1, true],
    ['a refusal is not repeated later', refusal, 30 * second, false],
    ['a refusal from the future is not repeated', refusal, -1, false],
    ['a rate limit is repeated as long as the server says', busy(90), 90 * second - 1, true],
    ['a rate limit is not repeated later', busy(90), 90 * second, false],
    ['a rate limit is repeated for an hour at most', busy(86_400), 3600 * second, false],
    ['a rate limit without a time is not repeated', busy(), 0, false],
    ['a network error is not repeated', new AuthctlError('network', 'no'), 0, false],
    ['a server error is not repeated', new AuthctlError('server_error', 'no'), 0, false],
  ])('%s', (_what, error, age, repeated) => {
    expect(remembered(failureOf(error), 'mine', at + age) !== undefined).toBe(repeated);
  });

  test('nothing is repeated for other credentials', () => {
    expect(remembered(failureOf(refusal), 'yours', at)).toBeUndefined();
  });

  test('the server’s message is repeated, marked as remembered', () => {
    expect(remembered(failureOf(refusal), 'mine', at + 12_345)).toMatchObject({
      code: 'refused',
      message:
        'My API refused the credentials (remembered from 12 s ago; the server was not asked again)',
      details: refusal.details,
    });
  });

  test('the hint says when to try again', () => {
    expect(remembered(failureOf(busy(90)), 'mine', at + 5000)).toMatchObject({
      code: 'rate_limited',
      details: { hint: 'try again at 2026-01-02T03:05:35.000Z' },
    });
  });
});
