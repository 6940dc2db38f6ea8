/** The certificate files of --cacert, --cert and --key, as options of a TLS connection. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { AuthctlError, systemErrorCode } from '../errors.ts';
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
 * Reads the files, once for all attempts. As with curl, a --cert file may hold the key as well.
 *
 * @throws AuthctlError `usage` naming the option whose file is missing, unreadable or not PEM
 */
export function readCertificates(options: SendOptions, env: Env): Certificates {
  const { cacert, cert, key } = options;
  if (cert === undefined && key !== undefined)
    throw new AuthctlError('usage', '--key needs --cert, the certificate that it belongs to');
  return {
    ...(cacert === undefined ? {} : { ca: [...usualAuthorities(env), ...readAuthorities(cacert)] }),
    ...(cert === undefined ? {} : readIdentity(cert, key)),
  };
}

function readAuthorities(path: string): readonly string[] {
  const authorities = certificatesIn(read('--cacert', path));
  if (authorities.length === 0) throw notPem('--cacert', path, 'certificate');
  for (const text of authorities) parseCertificate('--cacert', path, text);
  return authorities;
}

function readIdentity(certPath: string, keyPath: string | undefined) {
  const cert = read('--cert', certPath);
  const [first] = certificatesIn(cert);
  if (first === undefined) throw notPem('--cert', certPath, 'certificate');
  parseCertificate('--cert', certPath, first);
  const key = keyPath === undefined ? cert : read('--key', keyPath);
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
 * The same certificates, with the system's authorities among those to trust.
 *
 * @returns undefined where the system has none that are not trusted already
 */
export function withSystemAuthorities(
  certificates: Certificates,
  env: Env,
): Certificates | undefined {
  const trusted = certificates.ca ?? usualAuthorities(env);
  const others = systemAuthorities(env, trusted);
  return others.length === 0 ? undefined : { ...certificates, ca: [...trusted, ...others] };
}
