import { describe, expect, test } from '@jest/globals';
import { AuthctlError } from '../../src/errors.ts';
import { isLoopback, parseBaseUrl } from '../../src/http/base-url.ts';

function refusal(text: string, allowHttp = false): AuthctlError {
  try {
    parseBaseUrl(text, { allowHttp });
  } catch (error) {
    if (error instanceof AuthctlError) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('a base URL', () => {
  test.each([
    ['https://api.example.com', 'https://api.example.com/'],
    ['https://API.example.com:443/', 'https://api.example.com/'],
    ['https://api.example.com/v1', 'https://api.example.com/v1'],
    ['https://api.example.com:8443/v1//', 'https://api.example.com:8443/v1'],
    ['http://localhost:8080', 'http://localhost:8080/'],
    ['http://core.localhost/', 'http://core.localhost/'],
    ['http://127.1.2.3', 'http://127.1.2.3/'],
    ['http://[::1]:8080/api', 'http://[::1]:8080/api'],
  ])('%s is accepted as %s', (text, href) => {
    expect(parseBaseUrl(text).href).toBe(href);
  });

  test.each([
    'http://api.example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'ftp://api.example.com',
    'file:///etc/passwd',
    'api.example.com',
    'api.example.com:8080',
    '//api.example.com',
    '',
    'https://',
    'https://user@api.example.com',
    'https://api.example.com?x=1',
    'https://api.example.com/?',
    'https://api.example.com/#',
    'https://api.example.com/v1#part',
    'https://api.example.com\\@evil.example',
    'https://api.example.com/v1 ',
    'https://api.example.com\n',
  ])('%j is refused', (text) => {
    expect([refusal(text).code, refusal(text).exitCode]).toEqual(['base_url_refused', 2]);
  });

  test('plain http to other machines is accepted if allowed, other schemes never', () => {
    expect(parseBaseUrl('http://api.example.com', { allowHttp: true }).protocol).toBe('http:');
    expect(refusal('ftp://api.example.com', true).code).toBe('base_url_refused');
  });

  test.each([
    'https://user:hunter2@api.example.com',
    'https://hunter2@api.example.com:99999',
    'user:hunter2@api.example.com',
    'hunter2:user@api.example.com',
    'http://:hunter2@api.example.com',
  ])('the error does not show the password of %s', (text) => {
    const { message, details } = refusal(text);
    expect(`${message} ${details.hint}`).not.toContain('hunter2');
  });
});

test.each([
  ['http://localhost', true],
  ['http://localhost.', true],
  ['http://LOCALHOST', true],
  ['http://a.b.localhost', true],
  ['http://127.0.0.1', true],
  ['http://[::ffff:127.1.2.3]', true],
  ['http://[::ffff:128.0.0.1]', false],
  ['http://[::ffff:7f:1]', false],
  ['http://0x7f.1', true],
  ['http://[::1]', true],
  ['http://notlocalhost', false],
  ['http://128.0.0.1', false],
  ['http://127.0.0.1.example', false],
  ['http://[::2]', false],
])('%s is on this machine: %s', (url, expected) => {
  expect(isLoopback(new URL(url).hostname)).toBe(expected);
});
