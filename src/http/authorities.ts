/** The certificate authorities to trust: those of Node, and those of the system. */
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { type Patience, readNamed } from '../files/named.ts';

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
 *
 * @param patience for an SSL_CERT_FILE that is a pipe
 */
export async function systemAuthorities(
  env: Env,
  usual: readonly string[],
  patience: Patience,
): Promise<readonly string[]> {
  const known = new Set(usual.map(withoutBlanks));
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: directories = '' } = env;
  const paths = directories.split(':').filter((path) => path !== '');
  const files = paths.flatMap(filesIn);
  // Node would read a pipe too, without an end.
  const ofNode = [file || '', ...files].some(isSpecial) ? undefined : askNode('system');
  const named = file || paths.length > 0;
  const ofFiles = named ? await readAll(file, files, patience) : usualBundle();
  const found = [...(ofNode ?? []), ...ofFiles];
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

/** Where no variable says where the system keeps its authorities. */
function usualBundle(): readonly string[] {
  return bundles.map(readBundle).find((found) => found.length > 0) ?? [];
}

/** Of what lies in a directory, only files: nothing else is there on purpose. */
async function readAll(
  file: string | undefined,
  others: readonly string[],
  patience: Patience,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of [...(file ? [file] : []), ...others.filter((each) => !isSpecial(each))]) {
    const read = await readNamed(path, patience);
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

/** Whether there is a pipe, or a device that may have no end. */
function isSpecial(path: string): boolean {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat !== undefined && !stat.isFile() && !stat.isDirectory();
  } catch {
    return false;
  }
}

/** What cannot be read holds nothing: of NODE_EXTRA_CA_CERTS, Node has said so at its start. */
function readBundle(path: string | undefined): readonly string[] {
  if (path === undefined || path === '' || isSpecial(path)) return [];
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
