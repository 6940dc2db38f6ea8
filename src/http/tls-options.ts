/** Reads the certificate files of --cacert, --cert and --key into options of a TLS connection. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { AuthctlError, systemErrorCode } from '../errors.ts';
import { certificatesIn, defaultAuthorities, systemAuthorities } from './authorities.ts';
import type { SendOptions } from './message.ts';

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
 * @throws AuthctlError `usage` naming the option whose file is missing, unreadable or not PEM
 */
export function readCertificates(options: SendOptions): Certificates {
  const { cacert, cert, key } = options;
  if (cert === undefined && key !== undefined)
    throw new AuthctlError('usage', '--key needs --cert, the certificate that it belongs to');
  return {
    ...(cacert === undefined ? {} : { ca: readAuthorities(cacert) }),
    ...(cert === undefined ? {} : readClientCertificate(cert, key)),
  };
}

function readAuthorities(path: string): readonly string[] {
  const authorities = certificatesIn(read('--cacert', path));
  if (authorities.length === 0) throw invalid('--cacert', path, 'holds no PEM certificate');
  for (const text of authorities) checkCertificate('--cacert', path, text);
  return authorities;
}

function readClientCertificate(certPath: string, keyPath: string | undefined) {
  const cert = read('--cert', certPath);
  const [first] = certificatesIn(cert);
  if (first === undefined) throw invalid('--cert', certPath, 'holds no PEM certificate');
  checkCertificate('--cert', certPath, first);
  const key = keyPath === undefined ? cert : read('--key', keyPath);
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

function read(option: string, path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (cause) {
    throw new AuthctlError(
      'usage',
      `cannot read the file of ${option}, ${path} (${systemErrorCode(cause) ?? 'unknown error'})`,
      { cause },
    );
  }
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
 * @returns undefined if that adds none
 */
export function withAllAuthorities(certificates: Certificates, env: Env): Certificates | undefined {
  const { ca: own = [] } = certificates;
  const trusted = [...defaultAuthorities(env), ...own];
  const others = systemAuthorities(env, trusted);
  if (others.length === 0 && own.length === 0) return undefined;
  return { ...certificates, ca: [...trusted, ...others] };
}
