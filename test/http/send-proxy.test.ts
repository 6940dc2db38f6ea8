import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer as createNetServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { type Certificate, makeAuthority, readCertificate } from './authority.ts';
import { client, failure, listen, listenHttp } from './loopback.ts';

/** The requests that a proxy received. */
type Requests = {
  method?: string | undefined;
  target?: string | undefined;
  headers: IncomingHttpHeaders;
}[];

/**
 * Starts a proxy that connects to one port of loopback, whatever the host.
 *
 * @param refuse the status with which it refuses to connect
 */
async function listenProxy(port: number, refuse?: () => number | undefined) {
  const requests: Requests = [];
  const proxy = createServer((incoming, answer) => {
    requests.push({ method: incoming.method, target: incoming.url, headers: incoming.headers });
    const status = refuse?.();
    if (status !== undefined) return answer.writeHead(status).end();
    const { pathname } = new URL(incoming.url ?? '');
    const onward = httpRequest({ port, host: '127.0.0.1', path: pathname }, (reply) => {
      answer.writeHead(reply.statusCode ?? 0);
      reply.pipe(answer);
    });
    return incoming.pipe(onward);
  });
  proxy.on('connect', (incoming, socket) => {
    requests.push({ method: incoming.method, target: incoming.url, headers: incoming.headers });
    const status = refuse?.();
    if (status !== undefined) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    socket.on('error', () => onward.destroy());
    return onward.on('error', () => socket.destroy());
  });
  return { ...(await listen(proxy)), requests };
}

describe('plain http through a proxy', () => {
  const allowHttp = true;

  test('the proxy gets the whole URL', async () => {
    const server = await listenHttp((incoming, answer) => answer.end(incoming.url));
    const proxy = await listenProxy(server.port);
    const answer = await client({ env: { HTTP_PROXY: proxy.url } }).get('http://api.test/a', {
      allowHttp,
    });
    expect(Buffer.from(answer.body).toString()).toBe('/a');
    expect(proxy.requests).toMatchObject([{ method: 'GET', target: 'http://api.test/a' }]);
  });

  test('the password of a proxy is redacted before anything is sent to the proxy', async () => {
    const proxy = await listenProxy(1, () => 502);
    const kept: string[] = [];
    const env = { HTTP_PROXY: proxy.url.replace('//', '//me:s%C3%A9cret@') };
    const keepSecret = (secret: string) => kept.push(secret);
    await client({ env }).get('http://api.test/', { allowHttp, retries: 0, keepSecret });
    expect(kept).toEqual(['me:sécret', 'sécret']);
  });

  test('the error names a proxy that requires authentication, and the variable in use', async () => {
    const proxy = await listenProxy(1, () => 407);
    const error = await failure(
      client({ env: { http_proxy: proxy.url } }).get('http://api.test/', { allowHttp, retries: 2 }),
    );
    expect(error.message).toContain(`the proxy ${proxy.url} requires authentication`);
    expect(error.details.hint).toContain('http_proxy');
    expect(proxy.requests).toHaveLength(1);
  });

  test('loopback is never proxied', async () => {
    const server = await listenHttp((_, answer) => answer.end());
    const proxy = await listenProxy(server.port);
    const { get } = client({ env: { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url } });
    expect((await get(server.url)).status).toBe(200);
    expect((await get(`http://api.localhost:${server.port}`)).status).toBe(200);
    expect(proxy.requests).toEqual([]);
  });
});

describeWith(['openssl'], 'https through a proxy', () => {
  let authority: ReturnType<typeof makeAuthority>;
  let certificate: Certificate;
  let cacert: string;
  beforeAll(() => {
    authority = makeAuthority();
    certificate = authority.issue('api.test', ['DNS:api.test', 'IP:127.0.0.1']);
    cacert = authority.cert;
  });
  afterAll(() => authority.remove());

  const listenApi = () =>
    listen(
      createHttpsServer(readCertificate(certificate), (incoming, answer) =>
        answer.end(JSON.stringify(incoming.headers)),
      ),
    );

  test('the proxy gets a CONNECT with its user name and password, and nothing else', async () => {
    const proxy = await listenProxy((await listenApi()).port);
    const HTTPS_PROXY = proxy.url.replace('//', '//us%40er:p%3Ass@');
    const answer = await client({ env: { HTTPS_PROXY } }).get('https://api.test/token', { cacert });
    expect(proxy.requests).toMatchObject([
      {
        method: 'CONNECT',
        target: 'api.test:443',
        headers: {
          'proxy-authorization': `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`,
        },
      },
    ]);
    const seen: unknown = JSON.parse(Buffer.from(answer.body).toString());
    expect(seen).toMatchObject({ host: 'api.test', 'user-agent': 'authctl/1.2.3' });
    expect(seen).not.toHaveProperty('proxy-authorization');
  });

  test('the connection to the proxy may use TLS', async () => {
    const api = await listenApi();
    const inner = await listenProxy(api.port);
    const outer = await listen(
      createHttpsServer(readCertificate(certificate)).on('connect', (_incoming, socket) => {
        const onward = connect(api.port, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connected\r\n\r\n');
          socket.pipe(onward).pipe(socket);
        });
        socket.on('error', () => onward.destroy());
      }),
    );
    const { get } = client({ env: { HTTPS_PROXY: `https://127.0.0.1:${outer.port}` } });
    expect((await get('https://api.test/', { cacert })).status).toBe(200);
    expect((await failure(get('https://api.test/'))).message).toBe(
      `the certificate of the proxy https://127.0.0.1:${outer.port} was issued by an unknown authority: the server sent no intermediate certificate, or its authority is not trusted`,
    );
    expect(inner.requests).toEqual([]);
  });

  test("the server's certificate is checked behind a proxy too", async () => {
    const proxy = await listenProxy((await listenApi()).port);
    const { get } = client({ env: { HTTPS_PROXY: proxy.url } });
    const unknown = await failure(get('https://api.test/'));
    expect(unknown.message).toBe(
      'the certificate of https://api.test was issued by an unknown authority: the server sent no intermediate certificate, or its authority is not trusted',
    );
    const wrong = await failure(get('https://other.test/', { cacert }));
    expect(wrong.message).toBe('the certificate of https://other.test is for another host');
  });

  test.each([
    [407, 1, 'requires authentication, or refused the given password (407)'],
    [401, 1, 'requires authentication, or refused the given password (401)'],
    [403, 1, 'did not connect to https://api.test (403)'],
    [502, 3, 'did not connect to https://api.test (502)'],
  ])(
    'a proxy that answers %i gets %i requests, and the error does not show its password',
    async (status, times, words) => {
      const proxy = await listenProxy(1, () => status);
      const HTTPS_PROXY = proxy.url.replace('//', '//user:hunter2@');
      const error = await failure(
        client({ env: { HTTPS_PROXY } }).get('https://api.test/', { retries: 2 }),
      );
      expect(error.code).toBe('network');
      expect(error.message.replace(/, tried 3 times in [\d.]+ s$/, '')).toBe(
        `the proxy ${proxy.url} ${words}`,
      );
      expect(`${error.details.hint} ${error.stack} ${String(error.cause)}`).not.toContain(
        'hunter2',
      );
      expect(proxy.requests).toHaveLength(times);
    },
  );

  test('the error names a proxy that refuses the connection', async () => {
    const { server, url } = await listenHttp(() => {});
    server.close();
    const { get } = client({ env: { HTTPS_PROXY: url } });
    expect((await failure(get('https://api.test/'))).message).toBe(
      `the proxy ${url} refused the connection`,
    );
  });

  test('a proxy that never answers causes a time-out, and the connection is closed', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const { url } = await listen(
      createNetServer((socket) => {
        closed = once(socket.resume(), 'close');
      }),
    );
    const { get } = client({ env: { HTTPS_PROXY: url } });
    const error = await failure(get('https://api.test/', { timeout: 300 }));
    expect([error.code, error.message]).toEqual([
      'timeout',
      'timed out after 0.3 s while connecting to https://api.test',
    ]);
    await closed;
  });

  test('a server that never answers behind a proxy causes a time-out, and the connection is closed', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const silent = await listen(
      createNetServer((socket) => {
        closed = once(socket.resume(), 'close');
      }),
    );
    const proxy = await listenProxy(silent.port);
    const { get } = client({ env: { HTTPS_PROXY: proxy.url } });
    expect((await failure(get('https://api.test/', { timeout: 300 }))).code).toBe('timeout');
    await closed;
  });

  test('the connection to a host in NO_PROXY is direct', async () => {
    const proxy = await listenProxy(1);
    const { get } = client({ env: { HTTPS_PROXY: proxy.url, NO_PROXY: '.invalid' } });
    expect((await failure(get('https://api.invalid/'))).message).toContain('the host api.invalid');
    expect(proxy.requests).toEqual([]);
  });
});
