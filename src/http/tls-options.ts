/** Reads the certificate files of --cacert, --cert and --key into options of a TLS connection. */
import { X509Certificate } from 'node:crypto';
import * as tls from 'node:tls';
import { AuthctlError } from '../errors.ts';
import { type ReadTimeout, readNamed } from '../files/named.ts';
import { certificatesIn, defaultAuthorities, systemAuthorities } from './authorities.ts';
import type { SendOptions } from './message.ts';
import type { Failure } from './network-error.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Options of `tls.connect`. */
export interface Certificates {
  readonly ca?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
}

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/**
 * Reads the files. As with curl, a --cert file may hold the key as well. The authorities of --cacert
 * are tried alone at first: loading the default ones takes OpenSSL as long as a handshake, and a
 * server with a private authority rarely needs them.
 *
 * @param limit for a file that is a pipe
 * @throws AuthctlError `usage` naming the option whose file is missing, unreadable or not PEM
 */
export async function readCertificates(
  options: SendOptions,
  limit: ReadTimeout,
): Promise<Certificates> {
  const { cacert, cert, key } = options;
  if (cert === undefined && key !== undefined)
    throw new AuthctlError('usage', '--key needs --cert, the certificate that it belongs to');
  return {
    ...(cacert === undefined ? {} : { ca: await readAuthorities(cacert, limit) }),
    ...(cert === undefined ? {} : await readClientCertificate(cert, key, limit)),
  };
}

async function readAuthorities(path: string, limit: ReadTimeout): Promise<readonly string[]> {
  const authorities = certificatesIn(await read('--cacert', path, limit));
  if (authorities.length === 0) throw invalid('--cacert', path, 'holds no PEM certificate');
  for (const text of authorities) checkCertificate('--cacert', path, text);
  return authorities;
}

async function readClientCertificate(
  certPath: string,
  keyPath: string | undefined,
  limit: ReadTimeout,
) {
  const cert = await read('--cert', certPath, limit);
  const [first] = certificatesIn(cert);
  if (first === undefined) throw invalid('--cert', certPath, 'holds no PEM certificate');
  checkCertificate('--cert', certPath, first);
  const key = keyPath === undefined ? cert : await read('--key', keyPath, limit);
  if (!privateKey.test(key)) {
    if (keyPath !== undefined) throw invalid('--key', keyPath, 'holds no PEM private key');
    throw new AuthctlError('usage', '--cert needs --key, because its file holds no private key');
  }
  try {
    tls.createSecureContext({ cert, key });
  } catch (cause) {
    throw new AuthctlError(
      'usage',
      `the private key of ${keyPath === undefined ? '--cert' : '--key'} cannot be used`,
      { hint: 'it must match the certificate of --cert and have no passphrase', cause },
    );
  }
  return { cert, key };
}

async function read(option: string, path: string, limit: ReadTimeout): Promise<string> {
  const file = await readNamed(path, limit);
  if ('bytes' in file) return file.bytes.toString('latin1');
  throw new AuthctlError('usage', `cannot read the file of ${option}, ${path} (${file.problem})`);
}

function checkCertificate(option: string, path: string, text: string): void {
  try {
    new X509Certificate(text);
  } catch {
    throw invalid(option, path, 'holds a damaged certificate');
  }
}

function invalid(option: string, path: string, problem: string): AuthctlError {
  return new AuthctlError('usage', `the file of ${option}, ${path}, ${problem}`);
}

/**
 * The same certificates with all trusted authorities: the default ones, those of --cacert, and the
 * system's.
 *
 * @param limit for a file that is a pipe
 * @returns undefined if that adds none
 */
export async function withAllAuthorities(
  certificates: Certificates,
  env: Env,
  limit: ReadTimeout,
): Promise<Certificates | undefined> {
  const { ca: own = [] } = certificates;
  const trusted = [...defaultAuthorities(env), ...own];
  const others = await systemAuthorities(env, trusted, limit);
  if (others.length === 0 && own.length === 0) return undefined;
  return { ...certificates, ca: [...trusted, ...others] };
}

/** Says of an untrusted certificate that the authorities of --cacert did not help. */
export function withAuthorities(failure: Failure, { cacert }: SendOptions): Failure {
  const { error } = failure;
  if (cacert === undefined || !(error instanceof AuthctlError)) return failure;
  const message = `${error.message}; none of the authorities in ${cacert} has signed it`;
  return { ...failure, error: new AuthctlError(error.code, message, error.details) };
}
