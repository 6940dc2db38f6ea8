import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import { createServer as createNetServer } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { type Certificate, makeAuthority, readCertificate } from './authority.ts';
import { client, failure, listen, listenHttp } from './loopback.ts';

describeWith(['openssl'], 'https', () => {
  let authority: ReturnType<typeof makeAuthority>;
  let server: Certificate;
  let other: ReturnType<typeof makeAuthority>;
  beforeAll(() => {
    authority = makeAuthority();
    server = authority.issue('server', ['DNS:localhost', 'IP:127.0.0.1']);
    other = makeAuthority();
  });
  afterAll(() => {
    authority.remove();
    other.remove();
  });

  /** Starts a server that answers with the name of the client's certificate. */
  async function listenHttps(options: ServerOptions, host = '127.0.0.1') {
    const { port } = await listen(
      createServer(options, (incoming, answer) => {
        const { socket } = incoming;
        answer.end(socket instanceof TLSSocket ? socket.getPeerCertificate().subject?.CN : '');
      }),
    );
    return `https://${host}:${port}`;
  }

  test('a server is trusted by the authority of --cacert, by name and by address', async () => {
    const byAddress = await listenHttps(readCertificate(server));
    const byName = byAddress.replace('127.0.0.1', 'localhost');
    for (const url of [byAddress, byName])
      expect((await client().get(url, { cacert: authority.cert })).status).toBe(200);
  });

  test('a server with an unknown authority is not trusted, and the hint names --cacert', async () => {
    const url = await listenHttps(readCertificate(server));
    const error = await failure(client().get(url, { retries: 2 }));
    expect([error.code, error.message]).toEqual([
      'tls',
      `the certificate of ${url} was issued by an unknown authority: the server sent no intermediate certificate, or its authority is not trusted`,
    ]);
    expect(error.details.hint).toContain('--cacert');
  });

  test('an authority of --cacert that does not help is said not to', async () => {
    const alone = await listenHttps(readCertificate(server));
    const ofOther = await failure(client().get(alone, { cacert: other.cert }));
    expect(ofOther.message).toBe(
      `the certificate of ${alone} was issued by an unknown authority: the server sent no intermediate certificate, or its authority is not trusted; none of the authorities in ${other.cert} has signed it`,
    );
    const own = await listenHttps(readCertificate(authority));
    expect((await failure(client().get(own, { cacert: other.cert }))).message).toBe(
      `the certificate of ${own} is self-signed; none of the authorities in ${other.cert} has signed it`,
    );
  });

  test('a missing intermediate certificate is named as a possible reason', async () => {
    const intermediate = makeAuthority('Intermediate');
    authority.crossSign(intermediate);
    const leaf = readCertificate(intermediate.issue('leaf', ['IP:127.0.0.1']));
    const url = await listenHttps(leaf);
    const error = await failure(client().get(url, { cacert: authority.cert }));
    expect(error.message).toContain('the server sent no intermediate certificate');
    expect(error.details.hint).toContain('the intermediate one');
    intermediate.remove();
  });

  test.each([
    ['expired', () => authority.issue('old', ['IP:127.0.0.1'], -1), 'has expired'],
    ['for another host', () => authority.issue('far', ['DNS:example.com']), 'is for another host'],
    ['self-signed', () => authority, 'is self-signed'],
  ])('a certificate that is %s is refused', async (_, certificate, words) => {
    const url = await listenHttps(readCertificate(certificate()));
    const error = await failure(client().get(url, { cacert: other.cert }));
    // An unknown authority is reported first, so the second request trusts it.
    const cacert = words === 'is self-signed' ? other.cert : authority.cert;
    const trusted = await failure(client().get(url, { cacert }));
    expect([error.code, trusted.code]).toEqual(['tls', 'tls']);
    expect(trusted.message).toContain(`the certificate of ${url} ${words}`);
  });

  test('--cacert adds to NODE_EXTRA_CA_CERTS', async () => {
    const url = await listenHttps(readCertificate(server));
    // Newer versions of Node read the variable only at their start.
    const ask = "'getCACertificates' in require('node:tls')";
    const isRead = spawnSync(process.execPath, ['-p', ask]).stdout.toString().trim() === 'true';
    const env = { NODE_EXTRA_CA_CERTS: authority.cert };
    const sent = client({ env }).get(url, { cacert: other.cert });
    if (isRead) expect((await failure(sent)).code).toBe('tls');
    else expect((await sent).status).toBe(200);
  });

  test('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored, with one notice', async () => {
    const url = await listenHttps(readCertificate(server));
    const { get, notices } = client({ env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
    expect((await failure(get(url))).code).toBe('tls');
    expect((await failure(get(url))).code).toBe('tls');
    expect(notices).toEqual([
      'NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are always checked',
    ]);
  });

  test('a server that requires a client certificate gets that of --cert and --key', async () => {
    const identity = authority.issue('robot', ['DNS:robot']);
    const url = await listenHttps({
      ...readCertificate(server),
      ca: readFileSync(authority.cert),
      requestCert: true,
      rejectUnauthorized: true,
    });
    const both = authority.write(
      'both.pem',
      readFileSync(identity.cert, 'utf8') + readFileSync(identity.key, 'utf8'),
    );
    const cacert = authority.cert;
    for (const files of [identity, { cert: both }]) {
      const answer = await client().get(url, { cacert, ...files });
      expect(Buffer.from(answer.body).toString()).toBe('robot');
    }
    const error = await failure(client().get(url, { cacert }));
    expect(['tls', 'network']).toContain(error.code);
  });

  test('TLS older than 1.2 is refused', async () => {
    const url = await listenHttps({
      ...readCertificate(server),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const error = await failure(client().get(url, { cacert: authority.cert }));
    expect([error.code, error.message]).toEqual([
      'tls',
      `${url} does not support TLS 1.2 or later`,
    ]);
  });

  test('a server that speaks plain http is reported', async () => {
    const { port } = await listenHttp((_, answer) => answer.end());
    const error = await failure(client().get(`https://127.0.0.1:${port}/`));
    expect([error.code, error.message]).toEqual([
      'tls',
      `https://127.0.0.1:${port} does not speak TLS`,
    ]);
  });

  test('a connection that is closed during the handshake is retried', async () => {
    let connections = 0;
    const { port } = await listen(
      createNetServer((socket) => {
        connections++;
        socket.once('data', () => socket.destroy());
      }),
    );
    const error = await failure(client().get(`https://127.0.0.1:${port}/`, { retries: 1 }));
    expect([error.code, connections]).toEqual(['network', 2]);
  });

  test.each([
    ['--cacert', () => ({ cacert: '/no/such/file' }), 'cannot read the file of --cacert'],
    ['--cert', () => ({ cert: '/no/such/file' }), 'cannot read the file of --cert'],
    ['--key', () => ({ ...server, key: '/no/such/file' }), 'cannot read the file of --key'],
    ['--cacert', () => ({ cacert: server.key }), 'holds no PEM certificate'],
    ['--cert', () => ({ cert: server.key }), 'holds no PEM certificate'],
    ['--key', () => ({ cert: server.cert, key: server.cert }), 'holds no PEM private key'],
    ['--key', () => ({ cert: server.cert }), '--cert needs --key'],
    ['--key', () => ({ cert: server.cert, key: authority.key }), 'cannot be used'],
    ['--cert', () => ({ key: server.key }), '--key needs --cert'],
    [
      '--cacert',
      () => ({
        cacert: authority.write(
          'damaged.pem',
          readFileSync(server.cert, 'utf8') +
            readFileSync(authority.cert, 'utf8').replace(/\n[A-Za-z0-9+/]{20}/, '\nAAAA'),
        ),
      }),
      'holds a damaged certificate',
    ],
  ])('the error for an unusable file of %s names the option (%#)', async (option, files, words) => {
    const error = await failure(client().get('https://127.0.0.1:1/', files()));
    expect([error.code, error.exitCode]).toEqual(['usage', 2]);
    expect(error.message).toContain(option);
    expect(error.message).toContain(words);
  });
});
