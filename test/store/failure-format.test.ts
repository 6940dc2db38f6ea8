import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AuthctlError } from '../../src/errors.ts';
import type { Failure } from '../../src/session/failure.ts';
import { formatFailure, parseFailure } from '../../src/store/failure-format.ts';

function failureOf(error: AuthctlError): Failure {
  return { holder: 'holder', fingerprint: 'mine', at: Date.UTC(2026, 0, 2, 3, 4, 5), error };
}

const refusal = new AuthctlError('refused', 'My API refused the credentials', {
  hint: 'authctl credentials set my-api',
  serverWords: 'Wrong password',
  provider: 'my-api',
  status: 401,
});
const busy = new AuthctlError('rate_limited', 'My API takes no more', {
  hint: 'try again later',
  retryAfter: 60,
});

describe('a stored failure', () => {
  test.each([
    ['with all details', refusal],
    ['with a time to wait', busy],
    ['of credentials beside a refresh token', refusal.with({ refusedCredentials: true })],
    ['with only a message', new AuthctlError('network', 'no connection')],
  ])('%s is read back unchanged', (_what, error) => {
    const text = formatFailure(failureOf(error));
    expect(parseFailure(text)).toEqual(failureOf(error));
    expect(parseFailure(text)).toMatchObject({
      error: { code: error.code, message: error.message, details: error.details },
    });
  });

  test('does not contain its cause, which is not redacted', () => {
    const error = new AuthctlError('network', 'no', { cause: new Error('the canary') });
    expect(formatFailure(failureOf(error))).not.toContain('canary');
  });

  const good: object = JSON.parse(formatFailure(failureOf(refusal)));
  test.each<[string, string]>([
    ['', 'damaged'],
    ['{', 'damaged'],
    ['null', 'in an unknown format'],
    ['[]', 'in an unknown format'],
    [JSON.stringify({ ...good, version: 2 }), 'in an unknown format'],
    [JSON.stringify({ ...good, holder: 1 }), 'damaged'],
    [JSON.stringify({ ...good, fingerprint: null }), 'damaged'],
    [JSON.stringify({ ...good, at: 'now' }), 'damaged'],
    [JSON.stringify({ ...good, error: null }), 'damaged'],
    [JSON.stringify({ ...good, error: { code: 'toString', message: 'x' } }), 'damaged'],
    [JSON.stringify({ ...good, error: { code: 'refused' } }), 'damaged'],
  ])('is not read from %j', (text, problem) => {
    expect(parseFailure(text)).toBe(problem);
  });

  test('is read from any text without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(() => parseFailure(text)).not.toThrow();
      }),
    );
  });
});
