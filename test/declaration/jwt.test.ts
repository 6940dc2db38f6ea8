import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeJwt } from '../../src/declaration/jwt.ts';
import { jwt } from '../answers.ts';

const base64url = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');
const header = base64url('{"alg":"none"}');

test('the example of RFC 7519 is read', () => {
  const token =
    'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  expect(decodeJwt(token)).toEqual({
    header: { typ: 'JWT', alg: 'HS256' },
    claims: { iss: 'joe', exp: 1300819380, 'http://example.com/is_root': true },
  });
});

test('all claims of a JWT are returned', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (claims) => {
      const expected: unknown = JSON.parse(JSON.stringify(claims));
      expect(decodeJwt(jwt(claims))?.claims).toEqual(expected);
    }),
  );
});

test('an unsecured JWT, whose signature is empty, is a JWT', () => {
  expect(decodeJwt(`${header}.${base64url('{}')}.`)).toEqual({
    header: { alg: 'none' },
    claims: {},
  });
});

test.each([
  ['nothing', ''],
  ['an opaque token', 'abcdef'],
  ['two parts', `${header}.${header}`],
  ['five parts, as an encrypted one has', `${header}.a.b.c.d`],
  ['empty parts', '..'],
  ['a part that is not base64url', `${header}.${header}=.x`],
  ['standard base64', `${header}.e30+.x`],
  ['a part that is not JSON', `${header}.${base64url('{')}.x`],
  ['claims that are an array', `${header}.${base64url('[]')}.x`],
  ['claims that are null', `${header}.${base64url('null')}.x`],
  ['a header that is a string', `${base64url('"x"')}.${header}.x`],
  ['claims that are not UTF-8', `${header}.${base64url(new Uint8Array([0x22, 0xff, 0x22]))}.x`],
])('%s is not a JWT', (_what, token) => {
  expect(decodeJwt(token)).toBeUndefined();
});

test('decoding never throws', () => {
  const part = fc.oneof(fc.string(), fc.string({ unit: 'binary' }).map(base64url));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), (texts) => {
      expect(() => decodeJwt(texts.join('.'))).not.toThrow();
    }),
  );
});
