/** Reads the trusted certificate authorities of Node and of the system. */
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as tls from 'node:tls';
import { type ReadTimeout, readNamed } from '../files/named.ts';

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
 *
 * @param limit for an SSL_CERT_FILE that is a pipe
 */
export async function systemAuthorities(
  env: Env,
  known: readonly string[],
  limit: ReadTimeout,
): Promise<readonly string[]> {
  const knownTexts = new Set(known.map(withoutSpace));
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: directories = '' } = env;
  const paths = directories.split(delimiter).filter((path) => path !== '');
  const files = paths.flatMap(filesIn);
  // Node would read a pipe too, and wait for ever.
  const ofNode = [file || '', ...files].some(isSpecial) ? undefined : nodeAuthorities('system');
  const named = file || paths.length > 0;
  const ofFiles = named ? await readAll(file, files, limit) : usualBundle();
  const found = [...(ofNode ?? []), ...ofFiles];
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

/** The system's bundle, for when no variable names another. */
function usualBundle(): readonly string[] {
  return bundles.map(readBundle).find((found) => found.length > 0) ?? [];
}

/** Reads a file, and the regular files among the others. */
async function readAll(
  file: string | undefined,
  others: readonly string[],
  limit: ReadTimeout,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of [...(file ? [file] : []), ...others.filter((each) => !isSpecial(each))]) {
    const read = await readNamed(path, limit);
    if ('bytes' in read) found.push(...certificatesIn(read.bytes.toString('latin1')));
  }
  return found;
}

function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}

/** Whether the path is a pipe, or a device that may be endless. */
function isSpecial(path: string): boolean {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat !== undefined && !stat.isFile() && !stat.isDirectory();
  } catch {
    return false;
  }
}

/** Empty if the file cannot be read; for NODE_EXTRA_CA_CERTS, Node has already warned of it. */
function readBundle(path: string | undefined): readonly string[] {
  if (path === undefined || path === '' || isSpecial(path)) return [];
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
