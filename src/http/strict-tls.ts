/**
 * Rejects weak certificates on runtimes built on BoringSSL: SHA-1 signatures and short RSA keys, which
 * OpenSSL rejects at its security level 2 (the default of Node 24 and later).
 */
import { X509Certificate } from 'node:crypto';
import * as tls from 'node:tls';
import { defaultAuthorities } from './authorities.ts';

/** A certificate of a TLS connection, linked to its issuer's. */
interface Link {
  readonly raw: Uint8Array;
  readonly issuerCertificate?: Link;
}

/** Options of `tls.connect`. */
export interface StrictTls {
  /** The signature algorithms that a server may use in the handshake, as OpenSSL names them. */
  readonly sigalgs: string;
  readonly checkServerIdentity: typeof tls.checkServerIdentity;
}

const minRsaBits = 2048;

/** Object identifiers of weak signature algorithms, in DER and hexadecimal. */
const weakSignatures: ReadonlySet<string> = new Set([
  // RFC 3279: RSA with MD5, RSA with SHA-1, DSA with SHA-1, ECDSA with SHA-1.
  '2a864886f70d010104',
  '2a864886f70d010105',
  '2a8648ce380403',
  '2a8648ce3d0401',
  // RSA with SHA-1, by its older OIW identifier.
  '2b0e03021d',
]);

const sigalgs = [
  ...['ecdsa_secp256r1_sha256', 'ecdsa_secp384r1_sha384', 'ecdsa_secp521r1_sha512', 'ed25519'],
  ...['rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha384', 'rsa_pss_rsae_sha512'],
  ...['rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', 'rsa_pkcs1_sha512'],
].join(':');

/** @param ca the authorities to trust, in PEM; undefined for the default ones */
export function strictTls(
  ca: readonly string[] | undefined,
  env: Readonly<Record<string, string | undefined>>,
): StrictTls {
  return {
    sigalgs,
    checkServerIdentity: (host, certificate) =>
      tls.checkServerIdentity(host, certificate) ??
      findWeakness(certificate, () => ca ?? defaultAuthorities(env)),
  };
}

/**
 * The first weakness of a valid chain. The signature on a trusted authority's own certificate does
 * not matter, because nothing relies on it.
 */
function findWeakness(leaf: Link, trusted: () => readonly string[]): Error | undefined {
  for (const raw of rawChain(leaf)) {
    const certificate = new X509Certificate(raw);
    const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
    if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) < minRsaBits)
      return tooWeak(`an RSA key below ${minRsaBits} bits`);
    if (weakSignatures.has(signatureAlgorithm(raw)) && !isTrustAnchor(certificate, trusted()))
      return tooWeak('a signature with SHA-1 or MD5');
  }
  return undefined;
}

function rawChain(leaf: Link): readonly Uint8Array[] {
  const seen: Link[] = [];
  // The last one is its own issuer, or has no issuer.
  for (let link: Link | undefined = leaf; link?.raw && !seen.includes(link); ) {
    seen.push(link);
    link = link.issuerCertificate;
  }
  return seen.map(({ raw }) => raw);
}

function isTrustAnchor(
  { subject, publicKey }: X509Certificate,
  trusted: readonly string[],
): boolean {
  return trusted.some((text) => {
    const authority = new X509Certificate(text);
    return authority.subject === subject && authority.publicKey.equals(publicKey);
  });
}

function tooWeak(what: string): Error {
  return Object.assign(new Error(what), { code: 'CERT_TOO_WEAK' });
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OBJECT IDENTIFIER, … }, … } */
function signatureAlgorithm(der: Uint8Array): string {
  const toBeSigned = contentOf(der, contentOf(der, 0).start);
  const { start, end } = contentOf(der, contentOf(der, toBeSigned.end).start);
  return Buffer.from(der.subarray(start, end)).toString('hex');
}

/** The start and end of the content of the DER element at an offset. */
function contentOf(der: Uint8Array, at: number): { readonly start: number; readonly end: number } {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const start = at + 2 + (first & 0x7f);
  const length = der.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  return { start, end: start + length };
}
