import { expect, test } from '@jest/globals';
import { requestHeaders } from '../../src/http/headers.ts';
import { request } from './loopback.ts';

test("a request's own header replaces the default, whatever its case", () => {
  const headers = requestHeaders(request('https://h', { headers: { ACCEPT: 'text/plain' } }), '1');
  expect(headers).toEqual({
    'User-Agent': 'authctl/1',
    'Accept-Encoding': 'identity',
    ACCEPT: 'text/plain',
  });
});

test.each([
  ['a line break', 'a\r\nb'],
  ['a NUL', 'a\0b'],
  ['a character above U+00FF', 'pass€word'],
])('a header with %s cannot be sent, and the error does not show its value', (_, value) => {
  expect.assertions(2);
  try {
    requestHeaders(request('https://h', { headers: { Password: value } }), '1');
  } catch (error) {
    expect(error).toMatchObject({ code: 'credential_unsendable' });
    expect(String(error)).not.toContain(value);
  }
});
