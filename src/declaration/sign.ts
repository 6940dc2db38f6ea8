/** Signed JWTs: RFC 7519, with the algorithms of RFC 7518 and RFC 8037. */
import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto';
import { AuthctlError } from '../errors.ts';
import type { Derivation } from './declaration.ts';
import {
  type LookUp,
  mask,
  placeholdersIn,
  renderJson,
  renderTemplate,
  renderTyped,
  TypeProblem,
} from './template.ts';

/** A JWT as a declaration describes it. */
export type JwtTemplate = Extract<Derivation, { readonly jwt: unknown }>['jwt'];

/** The header and the claims of a JWT. */
export interface JwtParts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * The header and the claims; `exp` and, unless the claims have it, `iat` are added.
 *
 * @param now milliseconds since the epoch
 */
export function jwtParts(
  { alg, header = {}, claims, lives }: JwtTemplate,
  lookUp: LookUp,
  now: number,
): JwtParts {
  const rendered = (json: unknown) =>
    renderJson(json, (text) => typed(text, lookUp)) as Record<string, unknown> | undefined;
  const issued = Math.floor(now / 1000);
  return {
    header: { alg, typ: 'JWT', ...rendered(header) },
    claims: { iat: issued, exp: issued + lives, ...rendered(claims) },
  };
}

/**
 * Signs a JWT.
 *
 * @returns undefined if the key has no value
 * @throws AuthctlError `credential_unsendable` for a key that cannot sign with the algorithm
 */
export function signedJwt(template: JwtTemplate, lookUp: LookUp, now: number): string | undefined {
  const key = renderTemplate(template.key, lookUp);
  if (key === undefined) return undefined;
  const { header, claims } = jwtParts(template, lookUp, now);
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${signature(template, key, signed).toString('base64url')}`;
}

function typed(text: string, lookUp: LookUp): unknown {
  try {
    return renderTyped(text, lookUp, (value) => value === mask);
  } catch (error) {
    if (!(error instanceof TypeProblem)) throw error;
    const { placeholder, filter } = error;
    const message = `${placeholder} cannot be sent in a JSON ${filter}: it is no ${filter}`;
    throw new AuthctlError('credential_unsendable', message);
  }
}

function signature(template: JwtTemplate, key: string, text: string): Buffer {
  const { alg } = template;
  const bytes = Buffer.from(text);
  if (alg === 'HS256') return createHmac('sha256', secretKey(template, key)).update(bytes).digest();
  const privateKey = readPrivateKey(template, key);
  requireFit(template, privateKey);
  switch (alg) {
    case 'RS256':
      return sign('sha256', bytes, privateKey);
    case 'PS256':
      return sign('sha256', bytes, {
        key: privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      });
    case 'ES256':
      return sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    case 'EdDSA':
      return sign(null, bytes, privateKey);
  }
}

/** The secret of HS256. @throws AuthctlError `credential_unsendable` */
export function secretKey(template: JwtTemplate, key: string): Buffer {
  const { as = 'text' } = template;
  if (as === 'text') return Buffer.from(key);
  if (as === 'jwk') {
    const { kty, k } = parseJwk(template, key);
    if (kty !== 'oct' || typeof k !== 'string') throw unusable(template, 'it is no "oct" key');
    return Buffer.from(k, 'base64url');
  }
  const text = key.trim();
  const fits = as === 'hex' ? /^([0-9A-Fa-f]{2})+$/ : /^[A-Za-z0-9+/_-]+={0,2}$/;
  if (!fits.test(text))
    throw unusable(template, as === 'hex' ? 'it is not hexadecimal' : 'it is not base64');
  return Buffer.from(text, as === 'hex' ? 'hex' : 'base64');
}

/** The key of any other algorithm. @throws AuthctlError `credential_unsendable` */
export function readPrivateKey(template: JwtTemplate, given: string): KeyObject {
  if (template.as === 'jwk') {
    const key = parseJwk(template, given);
    if (key.d === undefined) throw unusable(template, 'it has no private part');
    return created(template, () => createPrivateKey({ key, format: 'jwk' }));
  }
  // Variables and secret stores often have a PEM in one line.
  const pem = given.includes('\n') ? given : given.replaceAll('\\n', '\n');
  if (/^-----BEGIN ENCRYPTED|^Proc-Type:.*ENCRYPTED/m.test(pem)) {
    throw unusable(template, 'it is encrypted; use one without a passphrase');
  }
  if (!/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(pem)) {
    throw unusable(
      template,
      /-----BEGIN CERTIFICATE/.test(pem)
        ? 'it is a certificate, and not the private key'
        : isPublic(pem)
          ? 'it is a public key, and not the private one'
          : 'it is not a private key in PEM',
    );
  }
  return created(template, () => createPrivateKey(pem));
}

function isPublic(pem: string): boolean {
  try {
    return createPublicKey(pem).type === 'public';
  } catch {
    return false;
  }
}

/** The error of Node says nothing that helps, and could quote the key. */
function created(template: JwtTemplate, create: () => KeyObject): KeyObject {
  try {
    return create();
  } catch {
    throw unusable(template, 'it is damaged, or of an unknown kind');
  }
}

function parseJwk(template: JwtTemplate, text: string): JsonWebKey {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && 'kty' in value) return value as JsonWebKey;
  throw unusable(template, 'it is not a JSON Web Key');
}

/** RFC 7518, section 3.3, asks for at least this many bits. */
const leastBits = 2048;

function requireFit(template: JwtTemplate, { asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  const { alg } = template;
  const { modulusLength = 0, namedCurve } = asymmetricKeyDetails ?? {};
  const isRsa = asymmetricKeyType === 'rsa' || (alg === 'PS256' && asymmetricKeyType === 'rsa-pss');
  const kinds = {
    RS256: { fits: isRsa, name: 'an RSA key' },
    PS256: { fits: isRsa, name: 'an RSA key' },
    ES256: { fits: namedCurve === 'prime256v1', name: 'an EC key on the curve P-256' },
    EdDSA: {
      fits: asymmetricKeyType === 'ed25519' || asymmetricKeyType === 'ed448',
      name: 'an Ed25519 or Ed448 key',
    },
    HS256: { fits: false, name: 'a secret' },
  };
  const { fits, name } = kinds[alg];
  if (!fits) throw unusable(template, `${alg} needs ${name}`);
  if (isRsa && modulusLength < leastBits) {
    throw unusable(template, `it has ${modulusLength} bits, and ${alg} needs ${leastBits}`);
  }
}

function unusable({ key }: JwtTemplate, problem: string): AuthctlError {
  const names = placeholdersIn(key).map(({ name }) => name);
  return new AuthctlError(
    'credential_unsendable',
    `${names.join(' and ') || 'the key'} cannot sign: ${problem}`,
  );
}
