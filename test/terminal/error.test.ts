import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AuthctlError, type ErrorCode, exitCodes, keptHint } from '../../src/errors.ts';
import { createRedactor } from '../../src/secrets/redact.ts';
import { asAuthctlError, formatError } from '../../src/terminal/error.ts';

function secretsOf(...secrets: string[]) {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
}

const none = secretsOf();
const full = new AuthctlError('refused', 'My API refused the credentials', {
  hint: 'authctl credentials set my-api',
  serverWords: 'Wrong password (code 7)',
  provider: 'my-api',
  status: 401,
  retryAfter: 5,
  cause: new Error('deep inside'),
});

describe('for people, an error', () => {
  test('is one line with the server’s words, and a hint', () => {
    expect(formatError(full, 'text', none)).toBe(
      'authctl: My API refused the credentials: Wrong password (code 7)\nhint: authctl credentials set my-api\n',
    );
  });

  test('without a hint is one line', () => {
    const error = new AuthctlError('network', 'no connection');
    expect(formatError(error, 'text', none)).toBe('authctl: no connection\n');
  });

  test('with long words of the server is cut', () => {
    const error = new AuthctlError('refused', 'no', { serverWords: 'x'.repeat(1_000_000) });
    expect(formatError(error, 'text', none).length).toBeLessThan(2100);
  });
});

describe('for programs, an error', () => {
  test('is one object on one line', () => {
    const text = formatError(full, 'json', none);
    expect(text).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(text)).toEqual({
      error: {
        code: 'refused',
        message: 'My API refused the credentials: Wrong password (code 7)',
        hint: 'authctl credentials set my-api',
        provider: 'my-api',
        status: 401,
        exit_code: 4,
      },
    });
  });

  test('has null for missing details', () => {
    const error = new AuthctlError('usage', 'no');
    expect(JSON.parse(formatError(error, 'json', none))).toEqual({
      error: {
        code: 'usage',
        message: 'no',
        hint: null,
        provider: null,
        status: null,
        exit_code: 2,
      },
    });
  });

  test.each(Object.entries(exitCodes))('%s has the exit code %i', (code, exitCode) => {
    const error = new AuthctlError(code as ErrorCode, 'no');
    expect(JSON.parse(formatError(error, 'json', none))).toMatchObject({
      error: { code, exit_code: exitCode },
    });
  });
});

describe.each(['text', 'json'] as const)('as %s, an error', (format) => {
  test('with untrusted text cannot break the line, move the cursor or set a title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (words, hint) => {
        const error = new AuthctlError('refused', `no ${words}`, {
          serverWords: words,
          hint: keptHint(hint),
        });
        const text = formatError(error, format, none);
        expect(text).toMatch(
          /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cf}\p{Cs}]*\n(hint: [^\p{Cc}\p{Zl}\p{Zp}\p{Cf}\p{Cs}]*\n)?$/u,
        );
        if (format === 'json') expect(JSON.parse(text)).toMatchObject({ error: { hint } });
      }),
    );
  });

  test('never contains a secret, in any part and any encoding', () => {
    const secret = 'S3cr"t/canary';
    const encoded = [secret, JSON.stringify(secret), encodeURIComponent(secret), btoa(secret)];
    for (const text of encoded) {
      const error = new AuthctlError('refused', `a ${text} b`, {
        serverWords: text,
        hint: keptHint(text),
      });
      expect(formatError(error, format, secretsOf(secret))).not.toMatch(
        /S3cr|canary|UzNjcnQ|UzNjciJ0/,
      );
    }
  });

  test('does not contain a short secret that a server repeated', () => {
    const error = new AuthctlError('refused', 'My API refused it', { serverWords: 'not "My"' });
    const text = formatError(error, format, secretsOf('My'));
    expect(text).toContain('My API refused it: not ');
    expect(text).toContain('***');
  });
});

describe('an unexpected error', () => {
  test.each<[unknown, string]>([
    [
      new TypeError('x is not a function'),
      'something unexpected happened: TypeError: x is not a function',
    ],
    ['a text', 'something unexpected happened: string: a value that is not an error was thrown'],
    [
      undefined,
      'something unexpected happened: undefined: a value that is not an error was thrown',
    ],
    [null, 'something unexpected happened: object: a value that is not an error was thrown'],
  ])('is a bug, and the hint says how to report it: %p', (thrown, message) => {
    expect(asAuthctlError(thrown)).toMatchObject({
      code: 'unexpected',
      message,
      exitCode: 1,
      details: { hint: expect.stringMatching(/^this is a bug; please report it .*https:/) },
    });
  });

  test('is not an AuthctlError, which is returned as it is', () => {
    expect(asAuthctlError(full)).toBe(full);
  });
});

test('an error keeps its own details when others are added', () => {
  const more = full.with({ hint: 'another hint', status: 500 });
  expect(more).toMatchObject({ code: 'refused', message: full.message, details: full.details });
  expect(more.cause).toBe(full.cause);
  expect(new AuthctlError('network', 'no').with({ provider: 'my-api' }).details).toEqual({
    provider: 'my-api',
  });
});
