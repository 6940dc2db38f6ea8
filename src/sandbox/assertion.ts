/** Checks JWTs that clients have signed. */
import { constants, createHmac, createPublicKey, verify } from 'node:crypto';
import { decodeJwt } from '../declaration/jwt.ts';
import { type JwtTemplate, jwtParts, readPrivateKey, secretKey } from '../declaration/sign.ts';
import { type LookUp, renderTemplate } from '../declaration/template.ts';
import { AuthctlError } from '../errors.ts';
import { compareJson, type Found, type Wildcard, withMarks } from './compare.ts';

/** Seconds by which the client's clock may be ahead. */
const leeway = 60;

/** What a JWT is compared with. */
interface Expectation {
  /** Wildcards stand for what the client generates. */
  readonly lookUp: LookUp;
  readonly wildcards: readonly Wildcard[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Compares the header and the claims of a JWT with those of its template.
 *
 * @returns the values in place of the wildcards; undefined if it is another one, or not of the present
 */
export function readAssertion(
  template: JwtTemplate,
  token: string,
  { lookUp, wildcards, now }: Expectation,
): Found | undefined {
  const decoded = decodeJwt(token);
  const expires = decoded?.claims['exp'];
  if (!decoded || typeof expires !== 'number' || !Number.isInteger(expires)) return undefined;
  const { header, claims, lives } = template;
  const issued = expires - lives;
  const seconds = now / 1000;
  if (issued > seconds + leeway || expires <= seconds) return undefined;
  const marked = {
    ...template,
    ...(header && { header: withMarks(header) as typeof header }),
    claims: withMarks(claims) as typeof claims,
  };
  try {
    return compareJson(jwtParts(marked, lookUp, issued * 1000), { ...decoded }, wildcards);
  } catch (error) {
    if (error instanceof AuthctlError) return undefined;
    throw error;
  }
}

/** Whether a JWT has the signature of its template's key. @param lookUp the value of the key */
export function isSigned(template: JwtTemplate, token: string, lookUp: LookUp): boolean {
  const key = renderTemplate(template.key, lookUp);
  const [header = '', claims = '', signature = ''] = token.split('.');
  if (key === undefined) return false;
  const signed = Buffer.from(`${header}.${claims}`);
  const given = Buffer.from(signature, 'base64url');
  if (template.alg === 'HS256') {
    const secret = secretKey(template, key);
    return createHmac('sha256', secret).update(signed).digest().equals(given);
  }
  const publicKey = createPublicKey(readPrivateKey(template, key));
  switch (template.alg) {
    case 'RS256':
      return verify('sha256', signed, publicKey, given);
    case 'PS256':
      return verify(
        'sha256',
        signed,
        {
          key: publicKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
        },
        given,
      );
    case 'ES256':
      return verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, given);
    case 'EdDSA':
      return verify(null, signed, publicKey, given);
  }
}
