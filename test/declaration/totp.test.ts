import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Secret, TOTP } from 'otpauth';
import { totpCode, totpCounter } from '../../src/declaration/totp.ts';

/** The RFC's seeds are these digits again and again, one byte each, to the hash's length. */
const seedOf = (bytes: number) => Secret.fromUTF8('1234567890'.repeat(7).slice(0, bytes)).base32;
const seed = seedOf(20);
const code = (secret: string, now = 59_000) => totpCode(secret, { digits: 8 }, now);

describe('RFC 6238, appendix B', () => {
  const bytes = { sha1: 20, sha256: 32, sha512: 64 } as const;

  test.each([
    [59, '94287082', '46119246', '90693936'],
    [1_111_111_109, '07081804', '68084774', '25091201'],
    [1_111_111_111, '14050471', '67062674', '99943326'],
    [1_234_567_890, '89005924', '91819424', '93441116'],
    [2_000_000_000, '69279037', '90698825', '38618901'],
    [20_000_000_000, '65353130', '77737706', '47863826'],
  ])('at %i s', (time, ...expected) => {
    const found = (['sha1', 'sha256', 'sha512'] as const).map((hash) =>
      totpCode(seedOf(bytes[hash]), { digits: 8, hash }, time * 1000),
    );
    expect(found).toEqual(expected);
  });
});

test('any seed, form and time: as another library has it', () => {
  const hashes = fc.constantFrom('sha1', 'sha256', 'sha512');
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 80 }),
      fc.record({
        digits: fc.integer({ min: 6, max: 8 }),
        period: fc.integer({ min: 10, max: 300 }),
        hash: hashes,
      }),
      fc.integer({ min: 0, max: 2 ** 42 }),
      (bytes, options, now) => {
        const secret = new Secret({ buffer: Uint8Array.from(bytes).buffer });
        const { hash, ...form } = options;
        const other = new TOTP({ secret, algorithm: hash.toUpperCase(), ...form });
        expect(totpCode(secret.base32, options, now)).toBe(other.generate({ timestamp: now }));
      },
    ),
  );
});

test('without a word a code has six digits, lasts 30 seconds and is by SHA-1', () => {
  const other = new TOTP({ secret: seed, algorithm: 'SHA1', digits: 6, period: 30 });
  for (const now of [0, 29_999, 30_000, 59_000, 1_234_567_890_123]) {
    expect(totpCode(seed, {}, now)).toBe(other.generate({ timestamp: now }));
  }
});

test('a code is the same within its period, which is counted from 1970', () => {
  expect([0, 29_999, 30_000, 59_999, 60_000].map((now) => totpCounter({}, now))).toEqual([
    0, 0, 1, 1, 2,
  ]);
  expect(totpCounter({ period: 60 }, 119_999)).toBe(1);
  expect(code(seed, 30_000)).toBe(code(seed, 59_999));
  expect(code(seed, 60_000)).not.toBe(code(seed, 59_999));
});

test('a code keeps the zeros before it', () => {
  // RFC 6238 has one at this time.
  expect(totpCode(seed, { digits: 8 }, 1_111_111_109_000)).toBe('07081804');
  expect(totpCode(seed, { digits: 6 }, 1_111_111_109_000)).toBe('081804');
});

test.each([
  ['in lower case', seed.toLowerCase()],
  ['in groups of four', seed.replaceAll(/.{4}/g, '$& ').trim()],
  ['in groups with hyphens', seed.replaceAll(/.{8}/g, '$&-').slice(0, -1)],
  ['with a line end', `${seed}\n`],
])('a seed may be written %s', (_, secret) => {
  expect(code(secret)).toBe('94287082');
});

test.each([
  ['MY======', 'MY'],
  ['MZXQ====', 'MZXQ'],
  ['MZXQ====\n', 'MZXQ'],
  ['mzxw 6===', 'MZXW6'],
])('padding means nothing: %j', (padded, secret) => {
  expect(code(padded)).toBe(code(secret));
});

test.each(['', '   ', '===', 'A', 'ABC1', 'ABC8', 'ABCÄ', 'MZ=XW6', 'ſſſſ'])(
  'a seed that is not base32 is not used, and not quoted: %j',
  (secret) => {
    expect(() => code(secret)).toThrow(
      expect.objectContaining({
        code: 'credential_unsendable',
        message: expect.stringContaining('not in base32'),
      }),
    );
  },
);

test('for the URI of a QR code, the message says which part of it is needed', () => {
  const uri = new TOTP({ issuer: 'a', label: 'b', secret: seed }).toString();
  expect(uri).toMatch(/^otpauth:/);
  expect(() => code(uri)).toThrow(/the value of "secret"/);
});
