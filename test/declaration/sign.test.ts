import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jwtVerify } from 'jose';
import { type JwtTemplate, signedJwt } from '../../src/declaration/sign.ts';

const now = Date.now();
const issued = Math.floor(now / 1000);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const ed = generateKeyPairSync('ed25519').privateKey;
const keys = { RS256: rsa, PS256: rsa, ES256: ec, EdDSA: ed } as const;
type Asymmetric = keyof typeof keys;
const asymmetric = Object.keys(keys) as Asymmetric[];

const pkcs8 = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const jwk = (key: KeyObject) => JSON.stringify(key.export({ format: 'jwk' }));
const publicPem = (key: KeyObject) =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();

/** Signs with a key that is the value of {key}. */
function sign(key: string, template: Partial<JwtTemplate> & { readonly alg: JwtTemplate['alg'] }) {
  const values: Readonly<Record<string, string>> = { key, id: '4711', user: 'ada "ü"' };
  const whole = { key: '{key}', claims: { iss: '{id}' }, lives: 60, ...template };
  return signedJwt(whole, (name) => values[name], now) ?? '';
}

/** What the key's owner reads in a JWT. */
async function verified(token: string, key: KeyObject | Uint8Array, alg: string) {
  const { payload, protectedHeader } = await jwtVerify(
    token,
    key instanceof Uint8Array ? key : createPublicKey(key),
    { algorithms: [alg], currentDate: new Date(now) },
  );
  return { payload, protectedHeader };
}

const expected = (alg: string) => ({
  payload: { iss: '4711', iat: issued, exp: issued + 60 },
  protectedHeader: { alg, typ: 'JWT' },
});

describe.each(asymmetric)('%s is verified by another library, and not with another key', (alg) => {
  test.each<[string, () => string, JwtTemplate['as']]>([
    ['PKCS#8, which is what is meant without a word', () => pkcs8(keys[alg]), undefined],
    ['PKCS#8', () => pkcs8(keys[alg]), 'pem'],
    [
      'PKCS#8 with the line ends of Windows',
      () => pkcs8(keys[alg]).replaceAll('\n', '\r\n'),
      'pem',
    ],
    ['PKCS#8 in one line', () => pkcs8(keys[alg]).replaceAll('\n', '\\n'), 'pem'],
    ['PKCS#8 without the last line end', () => pkcs8(keys[alg]).trimEnd(), 'pem'],
    ['JWK', () => jwk(keys[alg]), 'jwk'],
    [
      'JWK with more members',
      () => jwk(keys[alg]).replace('{', `{"kid":"a","alg":"${alg}",`),
      'jwk',
    ],
  ])('%s', async (_, key, as) => {
    const token = sign(key(), { alg, ...(as && { as }) });
    expect(await verified(token, keys[alg], alg)).toEqual(expected(alg));
    const others = {
      RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
      PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
      ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      EdDSA: () => generateKeyPairSync('ed25519').privateKey,
    };
    await expect(verified(token, others[alg](), alg)).rejects.toThrow(/signature/);
  });
});

const sec1 = ec.export({ type: 'sec1', format: 'pem' }).toString();
// As `openssl ecparam -name prime256v1 -genkey` prints a key.
const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';

test.each<[string, Asymmetric, string]>([
  ['PKCS#1', 'RS256', rsa.export({ type: 'pkcs1', format: 'pem' }).toString()],
  ['PKCS#1', 'PS256', rsa.export({ type: 'pkcs1', format: 'pem' }).toString()],
  ['SEC1', 'ES256', sec1],
  ['SEC1 after its parameters', 'ES256', parameters + sec1],
])('a key in %s signs with %s', async (_, alg, key) => {
  expect(await verified(sign(key, { alg }), keys[alg], alg)).toEqual(expected(alg));
});

test('an RSA key that is for PSS alone signs with PS256 alone', () => {
  // As by: openssl genpkey -algorithm rsa-pss -pkeyopt rsa_keygen_bits:2048
  const { privateKey } = generateKeyPairSync('rsa-pss' as 'rsa', { modulusLength: 2048 });
  const token = sign(pkcs8(privateKey), { alg: 'PS256' });
  const [head, claims, signature = ''] = token.split('.');
  const key = { key: createPublicKey(privateKey), saltLength: 32 };
  const bytes = Buffer.from(signature, 'base64url');
  expect(verify('sha256', Buffer.from(`${head}.${claims}`), key, bytes)).toBe(true);
  expect(() => sign(pkcs8(privateKey), { alg: 'RS256' })).toThrow('RS256 needs an RSA key');
});

describe('HS256', () => {
  const bytes = Buffer.from(
    '00ff80fe7f2d5f2b2f3d0a0d20c3bc0100ff80fe7f2d5f2b2f3d0a0d20c3bc01',
    'hex',
  );
  const text = 'a secret of some 32 bytes with an ü';

  test.each<[string, JwtTemplate['as'], string, Uint8Array]>([
    ['text, which is what is meant without a word', undefined, text, Buffer.from(text)],
    ['text', 'text', text, Buffer.from(text)],
    ['text with spaces around it', 'text', ` ${text}\n`, Buffer.from(` ${text}\n`)],
    ['hexadecimal', 'hex', bytes.toString('hex'), bytes],
    ['upper-case hexadecimal', 'hex', bytes.toString('hex').toUpperCase(), bytes],
    ['base64', 'base64', bytes.toString('base64'), bytes],
    ['base64 for URLs', 'base64', bytes.toString('base64url'), bytes],
    ['JWK', 'jwk', JSON.stringify({ kty: 'oct', k: bytes.toString('base64url') }), bytes],
  ])('is verified by another library, with a key in %s', async (_, as, key, secret) => {
    const token = sign(key, { alg: 'HS256', ...(as && { as }) });
    expect(await verified(token, Uint8Array.from(secret), 'HS256')).toEqual(expected('HS256'));
    const other = Uint8Array.from([...secret, 1]);
    await expect(verified(token, other, 'HS256')).rejects.toThrow(/signature/);
  });

  test('with any key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (secret) => {
        const token = sign(Buffer.from(secret).toString('hex'), { alg: 'HS256', as: 'hex' });
        const key = Uint8Array.from(secret);
        expect((await verified(token, key, 'HS256')).payload).toMatchObject({ iss: '4711' });
      }),
    );
  });

  test.each<[string, JwtTemplate['as'], string]>([
    ['abc', 'hex', 'it is not hexadecimal'],
    ['zz', 'hex', 'it is not hexadecimal'],
    ['a b$', 'base64', 'it is not base64'],
    ['text', 'jwk', 'it is not a JSON Web Key'],
    [jwk(ec), 'jwk', 'it is no "oct" key'],
    ['{"kty":"oct"}', 'jwk', 'it is no "oct" key'],
  ])('does not sign with %j as %s', (key, as, problem) => {
    expect(() => sign(key, { alg: 'HS256', ...(as && { as }) })).toThrow(
      expect.objectContaining({
        code: 'credential_unsendable',
        message: expect.stringContaining(problem),
      }),
    );
  });
});

describe('a key that cannot sign is named, and why, and not quoted', () => {
  const encrypted = (type: 'pkcs1' | 'pkcs8' | 'sec1', key: KeyObject) =>
    key
      .export({ type: type as 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString();
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  const k256 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
  const agreement = generateKeyPairSync('x25519').privateKey;
  const dsa = generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey;
  const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  const openSsh =
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n';
  const passphrase = 'it is encrypted; use one without a passphrase';
  const isPublic = 'it is a public key, and not the private one';

  const rows: readonly (readonly [string, Asymmetric, string, string, 'jwk'?])[] = [
    ['encrypted PKCS#8', 'RS256', encrypted('pkcs8', rsa), passphrase],
    ['encrypted PKCS#1', 'RS256', encrypted('pkcs1', rsa), passphrase],
    ['encrypted SEC1', 'ES256', encrypted('sec1', ec), passphrase],
    ['a public RSA key', 'RS256', publicPem(rsa), isPublic],
    [
      'a public RSA key in PKCS#1',
      'RS256',
      createPublicKey(rsa).export({ type: 'pkcs1', format: 'pem' }).toString(),
      isPublic,
    ],
    ['a public EC key', 'ES256', publicPem(ec), isPublic],
    ['a public Ed25519 key', 'EdDSA', publicPem(ed), isPublic],
    ['a public JWK', 'ES256', jwk(createPublicKey(ec)), 'it has no private part', 'jwk'],
    ['a certificate', 'RS256', certificate, 'it is a certificate, and not the private key'],
    ['no PEM', 'RS256', 'c4nary', 'it is not a private key in PEM'],
    ['a JWK in place of a PEM', 'ES256', jwk(ec), 'it is not a private key in PEM'],
    ['a PEM in place of a JWK', 'ES256', pkcs8(ec), 'it is not a JSON Web Key', 'jwk'],
    ['a damaged PEM', 'RS256', pkcs8(rsa).replace(/\n.{40}/, '\n'), 'it is damaged'],
    [
      'a JWK on an unknown curve',
      'ES256',
      jwk(ec).replace('P-256', 'P-999'),
      'it is damaged',
      'jwk',
    ],
    ['a key of OpenSSH', 'EdDSA', openSsh, 'it is damaged, or of an unknown kind'],
    ['an EC key', 'RS256', pkcs8(ec), 'RS256 needs an RSA key'],
    ['an Ed25519 key', 'PS256', pkcs8(ed), 'PS256 needs an RSA key'],
    ['an RSA key', 'ES256', pkcs8(rsa), 'ES256 needs an EC key on the curve P-256'],
    ['a key on P-384', 'ES256', pkcs8(p384), 'ES256 needs an EC key on the curve P-256'],
    ['a key on secp256k1', 'ES256', pkcs8(k256), 'ES256 needs an EC key on the curve P-256'],
    ['an EC key', 'EdDSA', pkcs8(ec), 'EdDSA needs an Ed25519'],
    ['a key for agreement', 'EdDSA', pkcs8(agreement), 'EdDSA needs an Ed25519'],
    ['a DSA key', 'RS256', pkcs8(dsa), 'RS256 needs an RSA key'],
    ['a short RSA key', 'RS256', pkcs8(small), 'it has 1024 bits, and RS256 needs 2048'],
    ['a secret in a JWK', 'RS256', '{"kty":"oct","k":"AAAA"}', 'it has no private part', 'jwk'],
  ];

  // A fifth parameter would be taken for a callback.
  test.each(rows.map((row) => [row[0], row[1], row] as const))('%s for %s', (...args) => {
    const [, , [, alg, key, problem, as]] = args;
    const message = expect.stringMatching(/^key cannot sign: /);
    let thrown: unknown;
    try {
      sign(key, { alg, ...(as && { as }) });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'credential_unsendable', message });
    expect(String(thrown)).toContain(problem);
    for (const line of key.split('\n').filter((text) => /^[\w+/=]{6,}$/.test(text))) {
      expect(String(thrown)).not.toContain(line);
    }
  });
});

describe('the parts of a JWT', () => {
  const claimsOf = async (template: Partial<JwtTemplate>) =>
    verified(sign(pkcs8(ec), { alg: 'ES256', ...template }), ec, 'ES256');

  test('claims are filled in at any depth, and have the types that are asked for', async () => {
    const claims = {
      sub: '{user}',
      aud: ['https://a.example.com', '{id}'],
      number: '{id|number}',
      nested: { text: 'id {id}', yes: true, none: null },
    };
    expect((await claimsOf({ claims })).payload).toEqual({
      sub: 'ada "ü"',
      aud: ['https://a.example.com', '4711'],
      number: 4711,
      nested: { text: 'id 4711', yes: true, none: null },
      iat: issued,
      exp: issued + 60,
    });
  });

  test('a claim that names an optional field without a value is left out', async () => {
    const { payload } = await claimsOf({ claims: { iss: '{id}', act: { sub: '{none}' } } });
    expect(payload).toEqual({ iss: '4711', iat: issued, exp: issued + 60 });
  });

  test('the header has what is added to it, and the algorithm', async () => {
    const { protectedHeader } = await claimsOf({ header: { kid: '{id}', x5t: '{none}' } });
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT', kid: '4711' });
    const typed = await claimsOf({ header: { typ: 'at+jwt' } });
    expect(typed.protectedHeader).toMatchObject({ typ: 'at+jwt' });
  });

  test('the times are whole seconds, rounded down, and there is no nbf', () => {
    const values = { key: 'secret' } as const;
    const token = signedJwt(
      { alg: 'HS256', key: '{key}', claims: {}, lives: 3600 },
      (name) => (name === 'key' ? values.key : undefined),
      1_767_323_045_999,
    );
    const [, claims = ''] = token?.split('.') ?? [];
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
      iat: 1_767_323_045,
      exp: 1_767_326_645,
    });
  });

  test('without a key there is no JWT', () => {
    const template = { alg: 'HS256', key: '{key}', claims: {}, lives: 1 } as const;
    expect(signedJwt(template, () => undefined, now)).toBeUndefined();
  });
});
