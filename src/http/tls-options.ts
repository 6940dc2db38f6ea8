/** The certificate files of --cacert, --cert and --key, as options of a TLS connection. */
import { X509Certificate } from 'node:crypto';
import * as tls from 'node:tls';
import { AuthctlError } from '../errors.ts';
import { type Patience, readNamed } from '../files/named.ts';
import { certificatesIn, systemAuthorities, usualAuthorities } from './authorities.ts';
import type { SendOptions } from './message.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What certificates a connection trusts and shows, in the terms of `tls.connect`. */
export interface Certificates {
  readonly ca?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
}

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/**
 * Reads the files, once for all attempts. As with curl, a --cert file may hold the key as well. The
 * authorities of --cacert stand alone: OpenSSL takes as long for the usual ones as for a handshake,
 * and whoever gives his own mostly means that.
 *
 * @param patience for a file that is a pipe
 * @throws AuthctlError `usage` naming the option whose file is missing, unreadable or not PEM
 */
export async function readCertificates(
  options: SendOptions,
  patience: Patience,
): Promise<Certificates> {
  const { cacert, cert, key } = options;
  if (cert === undefined && key !== undefined)
    throw new AuthctlError('usage', '--key needs --cert, the certificate that it belongs to');
  return {
    ...(cacert === undefined ? {} : { ca: await readAuthorities(cacert, patience) }),
    ...(cert === undefined ? {} : await readIdentity(cert, key, patience)),
  };
}

async function readAuthorities(path: string, patience: Patience): Promise<readonly string[]> {
  const authorities = certificatesIn(await read('--cacert', path, patience));
  if (authorities.length === 0) throw notPem('--cacert', path, 'certificate');
  for (const text of authorities) parseCertificate('--cacert', path, text);
  return authorities;
}

async function readIdentity(certPath: string, keyPath: string | undefined, patience: Patience) {
  const cert = await read('--cert', certPath, patience);
  const [first] = certificatesIn(cert);
  if (first === undefined) throw notPem('--cert', certPath, 'certificate');
  parseCertificate('--cert', certPath, first);
  const key = keyPath === undefined ? cert : await read('--key', keyPath, patience);
  if (!privateKey.test(key)) {
    if (keyPath !== undefined) throw notPem('--key', keyPath, 'private key');
    throw new AuthctlError('usage', '--cert needs --key: its file holds no private key');
  }
  try {
    tls.createSecureContext({ cert, key });
  } catch (cause) {
    throw new AuthctlError(
      'usage',
      `the private key of ${keyPath === undefined ? '--cert' : '--key'} cannot be used`,
      { hint: 'it must belong to the certificate of --cert, and have no passphrase', cause },
    );
  }
  return { cert, key };
}

async function read(option: string, path: string, patience: Patience): Promise<string> {
  const file = await readNamed(path, patience);
  if ('bytes' in file) return file.bytes.toString('latin1');
  throw new AuthctlError('usage', `cannot read the file of ${option}, ${path} (${file.problem})`);
}

function parseCertificate(option: string, path: string, text: string): void {
  try {
    new X509Certificate(text);
  } catch {
    throw notPem(option, path, 'certificate');
  }
}

function notPem(option: string, path: string, what: string): AuthctlError {
  return new AuthctlError('usage', `the file of ${option}, ${path}, holds no ${what} in PEM`);
}

/**
 * The same certificates, with all authorities that are to be trusted: the usual ones, those of
 * --cacert, and the system's.
 *
 * @param patience for a file that is a pipe
 * @returns undefined where these are no more
 */
export async function withAllAuthorities(
  certificates: Certificates,
  env: Env,
  patience: Patience,
): Promise<Certificates | undefined> {
  const { ca: own = [] } = certificates;
  const trusted = [...usualAuthorities(env), ...own];
  const others = await systemAuthorities(env, trusted, patience);
  if (others.length === 0 && own.length === 0) return undefined;
  return { ...certificates, ca: [...trusted, ...others] };
}
