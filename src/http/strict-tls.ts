/**
 * What OpenSSL refuses of its own accord at its security level 2, which is that of Node 24 and later,
 * and BoringSSL takes: signatures with SHA-1 and short RSA keys. For a runtime built on BoringSSL.
 */
import { X509Certificate } from 'node:crypto';
import * as tls from 'node:tls';
import { usualAuthorities } from './authorities.ts';

/** A certificate as a TLS connection tells of it, with the next one of its chain. */
interface Link {
  readonly raw: Uint8Array;
  readonly issuerCertificate?: Link;
}

/** Options of `tls.connect`. */
export interface StrictTls {
  /** What a server may sign its part of the handshake with, in the terms of OpenSSL. */
  readonly sigalgs: string;
  readonly checkServerIdentity: typeof tls.checkServerIdentity;
}

/** Bits of the shortest RSA key. */
const shortest = 2048;

/** The algorithms of X.509 that are refused: each as its object identifier, in DER and hexadecimal. */
const broken: ReadonlySet<string> = new Set([
  // RFC 3279: RSA with MD5, RSA with SHA-1, DSA with SHA-1, ECDSA with SHA-1.
  '2a864886f70d010104',
  '2a864886f70d010105',
  '2a8648ce380403',
  '2a8648ce3d0401',
  // RSA with SHA-1, as OIW named it before.
  '2b0e03021d',
]);

const sigalgs = [
  ...['ecdsa_secp256r1_sha256', 'ecdsa_secp384r1_sha384', 'ecdsa_secp521r1_sha512', 'ed25519'],
  ...['rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha384', 'rsa_pss_rsae_sha512'],
  ...['rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', 'rsa_pkcs1_sha512'],
].join(':');

/** @param ca the authorities to trust, in PEM; undefined where they are the usual ones */
export function strictTls(
  ca: readonly string[] | undefined,
  env: Readonly<Record<string, string | undefined>>,
): StrictTls {
  return {
    sigalgs,
    checkServerIdentity: (host, certificate) =>
      tls.checkServerIdentity(host, certificate) ??
      weakness(certificate, () => ca ?? usualAuthorities(env)),
  };
}

/**
 * What is weak in a chain that is otherwise in order. The signature of an authority that is trusted
 * counts for nothing, its own or another's: it may be sent along, and is refused by nobody.
 */
function weakness(leaf: Link, trusted: () => readonly string[]): Error | undefined {
  for (const raw of rawChain(leaf)) {
    const certificate = new X509Certificate(raw);
    const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
    if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) < shortest)
      return tooWeak(`an RSA key below ${shortest} bits`);
    if (broken.has(signatureAlgorithm(raw)) && !isAnchor(certificate, trusted()))
      return tooWeak('a signature with SHA-1 or MD5');
  }
  return undefined;
}

function rawChain(leaf: Link): readonly Uint8Array[] {
  const seen: Link[] = [];
  // The last one is its own issuer, or has none.
  for (let link: Link | undefined = leaf; link?.raw && !seen.includes(link); ) {
    seen.push(link);
    link = link.issuerCertificate;
  }
  return seen.map(({ raw }) => raw);
}

function isAnchor({ subject, publicKey }: X509Certificate, trusted: readonly string[]): boolean {
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

/** Where the content of the element at an offset starts and ends. */
function contentOf(der: Uint8Array, at: number): { readonly start: number; readonly end: number } {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const start = at + 2 + (first & 0x7f);
  const length = der.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  return { start, end: start + length };
}
