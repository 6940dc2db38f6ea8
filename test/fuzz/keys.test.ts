/** Fuzzes keys and seeds: each signs or makes a code, or the error says nothing of it. */
import { generateKeyPairSync } from 'node:crypto';
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { type JwtTemplate, signedJwt } from '../../src/declaration/sign.ts';
import { totpCode } from '../../src/declaration/totp.ts';
import { AuthctlError } from '../../src/errors.ts';
import { fuzz, texts } from './corpus.ts';

const asymmetric = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
const templates: readonly JwtTemplate[] = [
  ...asymmetric.flatMap((alg) => [{ alg }, { alg, as: 'jwk' as const }]),
  ...(['text', 'hex', 'base64', 'jwk'] as const).map((as) => ({ alg: 'HS256' as const, as })),
].map((each) => ({ ...each, key: '{key}', claims: { sub: 'x' }, lives: 60 }));

/** What an error may contain whatever the input is. */
const words =
  'Ed25519 Ed448 RS256 PS256 ES256 key cannot sign: it is not a private key in PEM seed of one-time codes is unusable';

function expectResult(input: string, act: () => string | undefined, result: RegExp): void {
  try {
    expect(act()).toMatch(result);
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    expect(error.code).toBe('credential_unsendable');
    const said = `${error.message} ${JSON.stringify(error.details)}`;
    for (const part of input.match(/[^\s"{}:,]{6,}/g) ?? []) {
      if (!words.includes(part) && !/^(secret|otpauth)/i.test(part))
        expect(said).not.toContain(part);
    }
  }
}

const pairs = [
  generateKeyPairSync('ed25519'),
  generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  generateKeyPairSync('rsa', { modulusLength: 2048 }),
];
const keys = pairs.flatMap(({ privateKey }) => [
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  JSON.stringify(privateKey.export({ format: 'jwk' })),
]);
const pieces = ['-----BEGIN PRIVATE KEY-----\n', '-----END PRIVATE KEY-----', '\\n', '"kty":"EC"'];
const inputs = fc.oneof(
  { weight: 4, arbitrary: texts('keys', [...pieces, ...keys]) },
  { weight: 1, arbitrary: fc.constantFrom(...keys) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...keys), fc.nat(400))
      .map(([key, at]) => key.slice(0, at) + key.slice(at + 1)),
  },
);
fuzz('a key', 'keys', inputs, (text) => {
  // Each text is tried in some of the ways: to read a key takes long.
  for (const [index, template] of templates.entries()) {
    if ((index + text.length) % 4 > 0) continue;
    expectResult(text, () => signedJwt(template, () => text, 0), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  }
});

fuzz('a seed', 'seeds', texts('seeds', ['A', '7', '=', ' ', '-', 'secret=']), (text) => {
  for (const digits of [6, 8]) {
    expectResult(text, () => totpCode(text, { digits }, 0), new RegExp(`^\\d{${digits}}$`));
  }
});
