/** A certificate authority of our own, made with openssl in a directory that goes with it. */
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

/** What may be weak in a certificate: only a server with these ciphers shows it. */
const weak = { key: ['-newkey', 'rsa:768', '-nodes'], signature: ['-sha1'] };
/** Ciphers of OpenSSL at its security level 0. */
export const anyStrength = 'DEFAULT@SECLEVEL=0';

/** Makes an authority. Its files are gone after `remove`. */
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
     * A certificate for hosts, valid for as many days from now on (negative: expired).
     *
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
    /** Signs another authority's certificate with SHA-1. @returns the path of what comes out */
    crossSign(other: Certificate): string {
      const [asked, crossed, extensions] = [at('cross.csr'), at('cross.pem'), at('cross.ext')];
      writeFileSync(extensions, 'basicConstraints=critical,CA:TRUE\n');
      openssl('x509', '-x509toreq', '-in', other.cert, '-signkey', other.key, '-out', asked);
      openssl(
        ...['x509', '-req', '-in', asked, '-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial'],
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

/** The texts of a certificate's files, as a TLS server takes them. */
export function readCertificate({ cert, key }: Certificate) {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}
