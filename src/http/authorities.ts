/** Reads the trusted certificate authorities of Node and of the system. */
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tls from 'node:tls';

type Env = Readonly<Record<string, string | undefined>>;

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The bundle files of Debian, Fedora, macOS and Alpine, openSUSE. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
];

/** The PEM certificates in a text. */
export function certificatesIn(text: string): readonly string[] {
  return text.match(certificate) ?? [];
}

/**
 * The authorities that Node trusts by default. The option `ca` of a connection replaces them all,
 * including those of NODE_EXTRA_CA_CERTS.
 */
export function defaultAuthorities(env: Env): readonly string[] {
  return (
    nodeAuthorities('default') ?? [
      ...tls.rootCertificates,
      ...readBundle(env['NODE_EXTRA_CA_CERTS']),
    ]
  );
}

/**
 * The authorities that the system trusts besides `known`, which an administrator added for all
 * programs: those of the system store, if Node can read it, and those of the files that OpenSSL
 * reads (SSL_CERT_FILE and SSL_CERT_DIR, else the system's bundle).
 */
export function systemAuthorities(env: Env, known: readonly string[]): readonly string[] {
  const knownTexts = new Set(known.map(withoutSpace));
  const found = [...(nodeAuthorities('system') ?? []), ...fromFiles(env)];
  const others = new Map(found.map((text) => [withoutSpace(text), text]));
  return [...others]
    .filter(([bare, text]) => !knownTexts.has(bare) && isCertificate(text))
    .map(([, text]) => text);
}

/** Undefined before Node 22.15. Node 20's types lack the function. */
function nodeAuthorities(store: 'default' | 'system'): readonly string[] | undefined {
  const getCACertificates: unknown = Reflect.get(tls, 'getCACertificates');
  if (typeof getCACertificates !== 'function') return undefined;
  const result: unknown = getCACertificates(store);
  return Array.isArray(result) ? result.filter((each) => typeof each === 'string') : undefined;
}

function fromFiles(env: Env): readonly string[] {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: directory } = env;
  if (!file && !directory) {
    return bundles.map(readBundle).find((found) => found.length > 0) ?? [];
  }
  const paths = (directory || '').split(':').filter((path) => path !== '');
  return [file, ...paths.flatMap(filesIn)].flatMap(readBundle);
}

function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}

/** Empty if the file cannot be read; for NODE_EXTRA_CA_CERTS, Node has already warned of it. */
function readBundle(path: string | undefined): readonly string[] {
  if (path === undefined || path === '') return [];
  try {
    return certificatesIn(readFileSync(path, 'latin1'));
  } catch {
    return [];
  }
}

/** A single damaged certificate would make Node reject the whole list. */
function isCertificate(text: string): boolean {
  try {
    new X509Certificate(text);
    return true;
  } catch {
    return false;
  }
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, '');
}
