/** The certificate authorities to trust: those of Node, and those of the system. */
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tls from 'node:tls';

type Env = Readonly<Record<string, string | undefined>>;

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Where systems keep all that they trust in one file: Debian, Fedora, macOS and Alpine, openSUSE. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
];

/** The certificates in a text, in PEM. */
export function certificatesIn(text: string): readonly string[] {
  return text.match(certificate) ?? [];
}

/**
 * The authorities that Node trusts when it is told of no others: naming one replaces them all,
 * those of NODE_EXTRA_CA_CERTS included.
 */
export function usualAuthorities(env: Env): readonly string[] {
  return askNode('default') ?? [...tls.rootCertificates, ...readBundle(env['NODE_EXTRA_CA_CERTS'])];
}

/**
 * The authorities that the system trusts besides `usual`: what an administrator put there for all
 * programs. It is the store of Node's own reading, where Node has one, and the files that OpenSSL
 * reads, SSL_CERT_FILE and SSL_CERT_DIR before the usual places.
 */
export function systemAuthorities(env: Env, usual: readonly string[]): readonly string[] {
  const known = new Set(usual.map(withoutBlanks));
  const found = [...(askNode('system') ?? []), ...fromFiles(env)];
  const others = new Map(found.map((text) => [withoutBlanks(text), text]));
  return [...others]
    .filter(([bare, text]) => !known.has(bare) && isCertificate(text))
    .map(([, text]) => text);
}

/** From Node 22.15 on, Node says what its stores hold. Node 20's types do not know of it. */
function askNode(store: 'default' | 'system'): readonly string[] | undefined {
  const ask: unknown = Reflect.get(tls, 'getCACertificates');
  if (typeof ask !== 'function') return undefined;
  const answer: unknown = ask(store);
  return Array.isArray(answer) ? answer.filter((each) => typeof each === 'string') : undefined;
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

/** What cannot be read holds nothing: of NODE_EXTRA_CA_CERTS, Node has said so at its start. */
function readBundle(path: string | undefined): readonly string[] {
  if (path === undefined || path === '') return [];
  try {
    return certificatesIn(readFileSync(path, 'latin1'));
  } catch {
    return [];
  }
}

/** One that is damaged would be refused along with all the others. */
function isCertificate(text: string): boolean {
  try {
    new X509Certificate(text);
    return true;
  } catch {
    return false;
  }
}

function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, '');
}
