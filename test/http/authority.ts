/** A certificate authority for tests, created with openssl in a temporary directory. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of PEM files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Options of openssl for weak certificates. A server needs the ciphers below to use them. */
const weak = { key: ['-newkey', 'rsa:768', '-nodes'], signature: ['-sha1'] };
/** Ciphers of OpenSSL at its security level 0. */
export const anyStrength = 'DEFAULT@SECLEVEL=0';

/** Creates an authority; `remove` deletes its files. */
export function makeAuthority(name = 'Test authority') {
  const directory = mkdtempSync(join(tmpdir(), 'authctl-ca-'));
  const at = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const ca = { cert: at('ca.pem'), key: at('ca.key') };
  openssl(
    ...['req', '-x509', ...newKey, '-keyout', ca.key, '-out', ca.cert],
    ...['-subj', `/CN=${name}`, '-days', '2'],
  );
  return {
    ...ca,
    /**
     * Issues a certificate.
     *
     * @param days that it is valid from now on; negative for an expired one
     * @param names such as `DNS:localhost` and `IP:127.0.0.1`
     */
    issue(
      name: string,
      names: readonly string[],
      days = 2,
      weakness?: keyof typeof weak,
    ): Certificate {
      const key = weakness === 'key' ? weak.key : newKey;
      const signature = weakness === 'signature' ? weak.signature : [];
      const issued = { cert: at(`${name}.pem`), key: at(`${name}.key`) };
      const extensions = at(`${name}.ext`);
      writeFileSync(extensions, `subjectAltName=${names.join(',')}\n`);
      const subject = `/CN=${name}`;
      openssl('req', ...key, '-keyout', issued.key, '-out', at(`${name}.csr`), '-subj', subject);
      openssl(
        ...['x509', '-req', '-in', at(`${name}.csr`), '-CA', ca.cert, '-CAkey', ca.key],
        ...['-CAcreateserial', '-extfile', extensions, '-days', String(days), '-out', issued.cert],
        ...signature,
      );
      return issued;
    },
    /** Signs another authority's certificate with SHA-1. @returns the path of the new certificate */
    crossSign(other: Certificate): string {
      const [request, crossed, extensions] = [at('cross.csr'), at('cross.pem'), at('cross.ext')];
      writeFileSync(extensions, 'basicConstraints=critical,CA:TRUE\n');
      openssl('x509', '-x509toreq', '-in', other.cert, '-signkey', other.key, '-out', request);
      openssl(
        ...['x509', '-req', '-in', request, '-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial'],
        ...['-sha1', '-extfile', extensions, '-out', crossed],
      );
      return crossed;
    },
    /** Writes a file beside the certificates. */
    write(name: string, text: string): string {
      writeFileSync(at(name), text);
      return at(name);
    },
    remove: () => rmSync(directory, { recursive: true }),
  };
}

/** The contents of a certificate's files, as options of a TLS server. */
export function readCertificate({ cert, key }: Certificate) {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}
