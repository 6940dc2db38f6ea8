import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Derivation } from '../../src/declaration/declaration.ts';
import { derivedFrom, isTame, templatesOf } from '../../src/declaration/derive.ts';

const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const of = (text: string, derivation: Derivation, key = '') =>
  derivedFrom(withTemplates(derivation), (name) => ({ of: text, key })[name as 'of' | 'key'], now);

/** The function, with a placeholder in place of each template. */
function withTemplates(derivation: Derivation): Derivation {
  const [[kind = '', form = {}] = []] = Object.entries(derivation);
  const named = Object.entries(form).map(([member, value]) => [
    member,
    ['of', 'key'].includes(member) ? `{${member}}` : value,
  ]);
  return { [kind]: Object.fromEntries(named) } as unknown as Derivation;
}

describe('a text', () => {
  // RFC 4648, section 10, and others.
  test.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foobar', 'Zm9vYmFy'],
    ['Aladdin:open sesame', 'QWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    ['~~~???', 'fn5+Pz8/'],
    ['é', 'w6k='],
  ])('%j in base64 is %s', (text, expected) => {
    expect(of(text, { base64: { of: '' } })).toBe(expected);
  });

  test.each([
    ['f', 'Zg'],
    ['foobar', 'Zm9vYmFy'],
    ['~~~???', 'fn5-Pz8_'],
  ])('%j in base64url is %s', (text, expected) => {
    expect(of(text, { base64url: { of: '' } })).toBe(expected);
  });

  test.each([
    ['', false, ''],
    ['foobar', false, '666f6f626172'],
    ['é', false, 'c3a9'],
    ['é', true, 'C3A9'],
  ])('%j in hexadecimal, upper case %s, is %s', (text, upper, expected) => {
    expect(of(text, { hex: { of: '', upper } })).toBe(expected);
  });
});

const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('the hash of a text', () => {
  // RFC 1321, appendix A.5, and FIPS 180-2, appendices A to C.
  test.each<[string, Derivation, string]>([
    ['', { md5: { of: '' } }, 'd41d8cd98f00b204e9800998ecf8427e'],
    ['abc', { md5: { of: '' } }, '900150983cd24fb0d6963f7d28e17f72'],
    ['abc', { sha1: { of: '' } }, 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['abc', { sha256: { of: '' } }, sha256],
    ['abc', { sha256: { of: '', as: 'hex' } }, sha256],
    ['abc', { sha256: { of: '', upper: true } }, sha256.toUpperCase()],
    ['abc', { sha256: { of: '', as: 'base64' } }, 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='],
    ['abc', { sha256: { of: '', as: 'base64url' } }, 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0'],
    [
      'abc',
      { sha512: { of: '' } },
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ],
  ])('%j: %j is %s', (text, derivation, expected) => {
    expect(of(text, derivation)).toBe(expected);
  });

  test('is of its UTF-8', () => {
    // As by `printf é | sha1sum`.
    expect(of('é', { sha1: { of: '' } })).toBe('bf15be717ac1b080b4f1c456692825891ff5073d');
  });
});

describe('the HMAC of a text', () => {
  // RFC 2202 and RFC 4231, test case 2.
  const hmac = (hash: 'md5' | 'sha1' | 'sha256' | 'sha512', form = {}) =>
    of('what do ya want for nothing?', { hmac: { hash, key: '', of: '', ...form } }, 'Jefe');

  test.each([
    ['md5', '750c783e6ab0b503eaa86e310a5db738'],
    ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      'sha512',
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    ],
  ] as const)('with %s is %s', (hash, expected) => {
    expect(hmac(hash)).toBe(expected);
    expect(hmac(hash, { upper: true })).toBe(expected.toUpperCase());
    const bytes = Buffer.from(expected, 'hex');
    for (const as of ['base64', 'base64url'] as const) {
      expect(hmac(hash, { as })).toBe(bytes.toString(as));
    }
  });

  test('depends on its key', () => {
    const derivation: Derivation = { hmac: { hash: 'sha256', key: '', of: '' } };
    // RFC 4231 has no empty key: as by `printf '' | openssl dgst -sha256 -hmac ''`.
    expect(of('', derivation, '')).toBe(
      'b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad',
    );
    expect(of('', derivation, 'a')).not.toBe(of('', derivation, 'b'));
  });
});

describe('the time of a request', () => {
  test.each<[Extract<Derivation, { time: unknown }>['time'], string]>([
    [{ as: 'iso' }, '2026-01-02T03:04:05.678Z'],
    [{ as: 's' }, '1767323045'],
    [{ as: 'ms' }, '1767323045678'],
    [{ as: 'date' }, '2026-01-02'],
    [{ as: 'http-date' }, 'Fri, 02 Jan 2026 03:04:05 GMT'],
    [{ as: 's', plus: 300 }, '1767323345'],
    [{ as: 'ms', plus: -1 }, '1767323044678'],
    [{ as: 'iso', plus: 86_400 }, '2026-01-03T03:04:05.678Z'],
    [{ as: 'date', plus: 75_355 }, '2026-01-03'],
    [{ as: 'date', plus: -2 * 86_400 }, '2025-12-31'],
    [{ as: 'http-date', plus: -86_400 }, 'Thu, 01 Jan 2026 03:04:05 GMT'],
  ])('as %j is %s', (time, expected) => {
    expect(of('', { time })).toBe(expected);
  });

  test('is rounded down to seconds', () => {
    expect(derivedFrom({ time: { as: 's' } }, () => '', 1999)).toBe('1');
  });
});

const every: readonly Derivation[] = [
  { base64: { of: '{a}' } },
  { base64url: { of: '{a}' } },
  { hex: { of: '{a}' } },
  { md5: { of: '{a}' } },
  { sha1: { of: '{a}' } },
  { sha256: { of: '{a}', as: 'base64' } },
  { sha512: { of: '{a}', as: 'base64url' } },
  { hmac: { hash: 'sha256', key: '{b}', of: '{a}' } },
  { time: { as: 'iso' } },
  { time: { as: 's' } },
  { time: { as: 'ms' } },
  { time: { as: 'date' } },
  { time: { as: 'http-date' } },
];

test('a function has the templates of what it is of, and of its key', () => {
  expect(every.map(templatesOf)).toEqual([
    ...Array.from({ length: 7 }, () => [['of', '{a}']]),
    [
      ['of', '{a}'],
      ['key', '{b}'],
    ],
    ...Array.from({ length: 5 }, () => []),
  ]);
});

test.each(every.map((each) => [each] as const))(
  '%j gives what it says of its characters',
  (each) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, key) => {
        const value = of(text, each, key);
        expect(value).toMatch(isTame(each) ? /^[A-Za-z0-9+/=_:.-]*$/ : /^[ -~]*$/);
      }),
    );
  },
);
