import { createServer as createProxy, type Server } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeAuthority, readCertificate } from '../http/authority.ts';
import { describeWith } from '../parts.ts';
import { accounts, expectNoSecret, formsOf, secret } from './accounts.ts';
import { failure, output } from './harness.ts';

const { ropo } = accounts;

describeWith(['openssl'], 'over https', () => {
  let authority: ReturnType<typeof makeAuthority>;
  let server: Server;
  let port: number;
  const login = (host: string) => ['login', 'ropo', '--base-url', `https://${host}:${port}`];

  beforeAll(async () => {
    authority = makeAuthority();
    const names = ['IP:127.0.0.1', 'DNS:api.example'];
    const options: ServerOptions = readCertificate(authority.issue('server', names));
    server = createServer(options, (_, response) => {
      response.writeHead(201).end(JSON.stringify({ token: 'tok' }));
    });
    port = await listening(server);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    authority.remove();
  });

  test('a server is trusted by --cacert or NODE_EXTRA_CA_CERTS, and not without', async () => {
    const { env } = ropo;
    const args = login('127.0.0.1');
    const extra = { ...env, NODE_EXTRA_CA_CERTS: authority.cert };
    const [byFlag, byVariable, unknown, unchecked] = await Promise.all([
      output([...args, '--cacert', authority.cert], { env }),
      output(args, { env: extra }),
      failure(args, { env }),
      failure(args, { env: { ...env, NODE_TLS_REJECT_UNAUTHORIZED: '0' } }),
    ]);
    expect([byFlag, byVariable]).toEqual(['tok\n', 'tok\n']);
    expect(unknown).toMatchObject({ code: 5, stderr: expect.stringContaining('--cacert') });
    expect(unchecked.code).toBe(5);
    expect(unchecked.stderr).toContain('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored');
  });

  test('a proxy is used for other machines, never for loopback, and sees no secret', async () => {
    const seen: string[] = [];
    const proxy = createProxy((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(500).end();
    });
    proxy.on('connect', (request, client, head) => {
      seen.push(request.url ?? '');
      const target = connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        target.write(head);
        target.on('data', (chunk) => client.write(chunk));
        client.on('data', (chunk) => {
          seen.push(chunk.toString('latin1'));
          target.write(chunk);
        });
      });
      for (const socket of [client, target]) {
        socket.on('error', () => {});
        socket.on('close', () => [client, target].forEach((each) => void each.destroy()));
      }
    });
    const HTTPS_PROXY = `http://127.0.0.1:${await listening(proxy)}`;
    try {
      const env = { ...ropo.env, HTTPS_PROXY, HTTP_PROXY: HTTPS_PROXY };
      const trust = ['--cacert', authority.cert];
      expect(await output([...login('api.example'), ...trust], { env })).toBe('tok\n');
      expect(seen[0]).toBe(`api.example:${port}`);
      for (const form of formsOf(secret)) expect(seen.join('\n')).not.toContain(form);
      const { length } = seen;
      expect(await output([...login('127.0.0.1'), ...trust], { env })).toBe('tok\n');
      expect(seen).toHaveLength(length);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});

test('a proxy that is down is named in the error, without its password', async () => {
  const env = { ...ropo.env, HTTPS_PROXY: 'http://me:hunter2@127.0.0.1:9' };
  const { code, stderr } = await failure(['login', 'ropo', '--retries', '0'], { env });
  expect([code, stderr]).toEqual([5, expect.stringContaining('the proxy http://127.0.0.1:9')]);
  expect(stderr).not.toContain('hunter2');
  expectNoSecret(stderr);
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
