/** Tests the checks with OpenSSL at its lowest security level, which is as lenient as BoringSSL. */
import { readFileSync } from 'node:fs';
import { connect, createServer, type TlsOptions } from 'node:tls';
import { afterAll, expect, test } from '@jest/globals';
import { strictTls } from '../../src/http/strict-tls.ts';
import { describeWith } from '../parts.ts';
import { anyStrength, makeAuthority, readCertificate } from './authority.ts';
import { listen } from './loopback.ts';

describeWith(['openssl'], 'with a lenient TLS library', () => {
  const authority = makeAuthority();
  const other = makeAuthority('Other authority');
  afterAll(() => {
    authority.remove();
    other.remove();
  });
  const here = ['DNS:localhost'];
  const text = (path: string) => readFileSync(path, 'utf8');
  const [own, others] = [text(authority.cert), text(other.cert)];
  const issue = (...how: Parameters<typeof authority.issue>) =>
    readCertificate(authority.issue(...how));
  const good = issue('good', here);
  const crossed = { ...good, cert: `${good.cert}${text(other.crossSign(authority))}` };

  /** Whether the connection is trusted, or the code of the error. */
  async function outcome(options: TlsOptions, ca: string, strict = true): Promise<unknown> {
    const server = createServer({ ...options, ciphers: anyStrength });
    server.on('tlsClientError', () => {});
    const { port } = await listen(server);
    return new Promise((resolve) => {
      const checks = strict ? strictTls([ca], {}) : {};
      const target = { host: '127.0.0.1', servername: 'localhost', port, ciphers: anyStrength };
      const socket = connect({ ...target, ca, ...checks }, () => {
        resolve(socket.authorized);
        socket.destroy();
      });
      socket.on('error', (error) => resolve(Reflect.get(error, 'code')));
    });
  }

  test.each([
    ['a good certificate', good, own, true],
    [
      'a certificate for another host',
      issue('far', ['DNS:a.test']),
      own,
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    ['a certificate of an unknown authority', good, others, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['a SHA-1 signature', issue('sha1', here, 2, 'signature'), own, 'CERT_TOO_WEAK'],
    ['a short RSA key', issue('short', here, 2, 'key'), own, 'CERT_TOO_WEAK'],
    ['a SHA-1 signature of an intermediate certificate', crossed, others, 'CERT_TOO_WEAK'],
    ['a SHA-1 signature of an authority that is itself trusted', crossed, own, true],
  ])('the result for %s is correct', async (_, certificate, ca, expected) => {
    expect(await outcome(certificate, ca)).toBe(expected);
    // The library alone does not detect it.
    if (expected === 'CERT_TOO_WEAK') expect(await outcome(certificate, ca, false)).toBe(true);
  });

  test('a server that signs the handshake with SHA-1 is rejected', async () => {
    const old: TlsOptions = { ...good, sigalgs: 'ECDSA+SHA1', maxVersion: 'TLSv1.2' };
    expect(await outcome(old, own)).toMatch(/^ERR_SSL_/);
  });
});
