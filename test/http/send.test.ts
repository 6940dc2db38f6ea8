import { once } from 'node:events';
import { createServer as createNetServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { client, failure, listen, listenHttp, request } from './loopback.ts';

const mebibyte = 1_048_576;

describe('a request', () => {
  test('is sent with its body and the default headers, and without empty headers', async () => {
    const seen: Record<string, unknown> = {};
    const { url } = await listenHttp(async (incoming, answer) => {
      const body = await incoming.setEncoding('utf8').toArray();
      const { method, url, rawHeaders } = incoming;
      Object.assign(seen, { method, url, rawHeaders, body: body.join('') });
      answer.end('{}');
    });
    await client().send(
      () =>
        request(`${url}/token?x=1`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'User-Name': 'Zoë', Empty: '' },
          body: '{"a":"ü"}',
        }),
      { timeout: 10_000, retries: 0 },
    );
    expect(seen).toEqual({
      method: 'POST',
      url: '/token?x=1',
      // Node sends and reads headers as Latin-1.
      rawHeaders: expect.arrayContaining([
        ...['User-Agent', 'authctl/1.2.3', 'Accept', 'application/json'],
        ...['Accept-Encoding', 'identity', 'Content-Type', 'application/json', 'User-Name', 'Zoë'],
      ]),
      body: '{"a":"ü"}',
    });
    expect(seen['rawHeaders']).not.toContain('Empty');
    expect(seen['rawHeaders']).not.toContain('');
  });

  test('without a body has no Content-Type', async () => {
    const { url } = await listenHttp((incoming, answer) =>
      answer.end(JSON.stringify(incoming.headers)),
    );
    const answer = await client().send(
      () => request(url, { headers: { 'content-type': 'application/json' } }),
      { timeout: 10_000, retries: 0 },
    );
    expect(JSON.parse(Buffer.from(answer.body).toString())).not.toHaveProperty('content-type');
  });

  test('to a name that ends in localhost goes to this machine, without DNS', async () => {
    const { port } = await listenHttp((incoming, answer) => answer.end(incoming.headers.host));
    const answer = await client().get(`http://api.localhost:${port}/`);
    expect(Buffer.from(answer.body).toString()).toBe(`api.localhost:${port}`);
  });

  test.each([
    ['http://example.com/', 'base_url_refused'],
    ['ftp://127.0.0.1/', 'base_url_refused'],
    ['https://user:hunter2@127.0.0.1/', 'base_url_refused'],
  ])('to %s is not sent', async (url, code) => {
    const error = await failure(client().get(url));
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('hunter2');
  });
});

describe('an answer', () => {
  test('has its whole body, its headers and its time of arrival', async () => {
    const { url } = await listenHttp((_, answer) => {
      answer.writeEarlyHints({ link: '</a>; rel=preload' });
      answer.writeHead(201, [
        ['X-One', 'a'],
        ['x-one', 'b'],
        ['Content-Type', 'application/json'],
      ]);
      answer.write('{"to');
      answer.end('ken":1}');
    });
    const answer = await client({ clock: { ...systemClock, now: () => 1234 } }).get(url);
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'x-one': 'a, b', 'content-type': 'application/json' },
      receivedAt: 1234,
    });
    expect(Buffer.from(answer.body).toString()).toBe('{"token":1}');
  });

  test.each([
    ['whole', (text: string) => [text]],
    ['in pieces', (text: string) => text.match(/[\s\S]{1,7}/g) ?? []],
    ['byte by byte', (text: string) => text.split('')],
  ])('may follow an unsolicited 100 Continue that arrives %s', async (_, cut) => {
    const { url } = await listen(
      createNetServer((socket) => {
        socket.setNoDelay().once('data', async () => {
          const go = 'HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\n';
          const more = 'HTTP/1.0 100 Go\r\n\r\n';
          const end = 'HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\nHTTP/1.1 100 ';
          for (const piece of cut(go + more + end)) {
            await new Promise((resolve) => socket.write(piece, resolve));
            await new Promise(setImmediate);
          }
        });
      }),
    );
    const answer = await client().get(url);
    expect([answer.status, Buffer.from(answer.body).toString()]).toEqual([200, 'HTTP/1.1 100 ']);
  });

  test('that is a redirect is returned and not followed', async () => {
    let requests = 0;
    const { url } = await listenHttp((_, answer) => {
      requests++;
      answer.writeHead(302, { location: '/elsewhere' }).end();
    });
    const answer = await client().get(url);
    expect([answer.status, answer.headers['location'], requests]).toEqual([302, '/elsewhere', 1]);
  });

  test('with a body of exactly 1 MiB is read', async () => {
    const { url } = await listenHttp((_, answer) => answer.end(Buffer.alloc(mebibyte)));
    expect((await client().get(url)).body).toHaveLength(mebibyte);
  });

  test('with a Content-Length over 1 MiB is refused before its body arrives', async () => {
    const { url } = await listenHttp((_, answer) => {
      answer.writeHead(200, { 'content-length': mebibyte + 1 }).flushHeaders();
    });
    const error = await failure(client().get(url));
    expect([error.code, error.message]).toEqual([
      'bad_answer',
      `${url} answered 200 with a body over 1 MiB`,
    ]);
  });

  test('with a chunked body over 1 MiB is refused, and the connection is closed', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const { url } = await listenHttp((_, answer) => {
      closed = once(answer, 'close');
      const more = () => {
        while (!answer.destroyed && answer.write(Buffer.alloc(65_536)));
      };
      answer.on('drain', more);
      more();
    });
    expect((await failure(client().get(url))).code).toBe('bad_answer');
    await closed;
  });

  test.each([
    ['not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    [
      'an unsolicited upgrade',
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    ],
    ['too many headers', `HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(20_000)}`],
  ])('that is %s is a bad answer, and is not retried', async (_, bytes) => {
    let connections = 0;
    const { url } = await listen(
      createNetServer((socket) => {
        connections++;
        socket.once('data', () => socket.write(bytes));
      }),
    );
    const error = await failure(client().get(url, { retries: 2 }));
    expect([error.code, connections]).toEqual(['bad_answer', 1]);
    expect(error.cause).toBeUndefined();
  });
});

describe('a network error', () => {
  test('reports a refused connection', async () => {
    const { server, url } = await listenHttp(() => {});
    server.close();
    const error = await failure(client().get(url));
    expect([error.code, error.message]).toEqual(['network', `${url} refused the connection`]);
    // Both addresses of the name fail.
    const named = url.replace('127.0.0.1', 'localhost');
    expect((await failure(client().get(named))).message).toBe(`${named} refused the connection`);
  });

  test('reports an unknown host', async () => {
    const error = await failure(client().get('https://no-such-host.invalid/', { retries: 0 }));
    expect(error.code).toBe('network');
    expect(error.message).toMatch(/^cannot (find|look up) the host no-such-host\.invalid$/);
  });

  test.each([
    ['without an answer', '', 'closed the connection without an answer'],
    [
      'in the middle of a body',
      'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc',
      'closed the connection in the middle of the answer',
    ],
    [
      'in the middle of a chunk',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nabc',
      'closed the connection in the middle of the answer',
    ],
  ])('reports a connection closed %s, and sends the request once', async (_, bytes, words) => {
    let connections = 0;
    const { url } = await listen(
      createNetServer((socket) => {
        connections++;
        socket.once('data', () => socket.end(bytes));
      }),
    );
    const error = await failure(client().get(url, { retries: 2 }));
    expect([error.code, error.message, connections]).toEqual(['network', `${url} ${words}`, 1]);
  });
});

describe('the time-out', () => {
  test.each([
    ['never answers', () => undefined, 'while waiting for an answer from'],
    [
      'sends a body without end',
      (write: (text: string) => void) => {
        write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
        return setInterval(() => write('x'), 50);
      },
      'while reading the answer from',
    ],
    [
      'sends headers without end',
      (write: (text: string) => void) => {
        write('HTTP/1.1 200 OK\r\n');
        return setInterval(() => write('a: b\r\n'), 50);
      },
      'while waiting for an answer from',
    ],
  ])(
    'ends the exchange with a server that %s, and closes the connection',
    async (_, act, words) => {
      let closed: Promise<unknown> = Promise.resolve();
      const { url } = await listen(
        createNetServer((socket) => {
          closed = once(socket, 'close');
          socket.once('data', () => {
            const timer = act((text) => void socket.write(text));
            socket.on('close', () => clearInterval(timer));
          });
        }),
      );
      const error = await failure(client().get(url, { timeout: 300, retries: 5 }));
      expect([error.code, error.message.includes(words)]).toEqual(['timeout', true]);
      expect(error.message).toMatch(/^timed out after 0\.3 s /);
      await closed;
    },
  );

  test('ends a TLS handshake that never completes, and closes the connection', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const { port } = await listen(
      createNetServer((socket) => {
        closed = once(socket.resume(), 'close');
      }),
    );
    const error = await failure(client().get(`https://127.0.0.1:${port}/`, { timeout: 300 }));
    expect([error.code, error.message]).toEqual([
      'timeout',
      `timed out after 0.3 s while connecting to https://127.0.0.1:${port}`,
    ]);
    await closed;
  });

  test('may be a month, which is longer than a timer allows', async () => {
    const { url } = await listenHttp((_, answer) => answer.end());
    expect((await client().get(url, { timeout: 30 * 86_400_000 })).status).toBe(200);
  });
});

describe('retries', () => {
  test.each([
    [429, 3],
    [502, 3],
    [503, 3],
    [504, 3],
    [200, 1],
    [301, 1],
    [400, 1],
    [401, 1],
    [500, 1],
  ])('after a %i there are %i requests in all, each made anew', async (status, requests) => {
    const paths: (string | undefined)[] = [];
    const { url } = await listenHttp((incoming, answer) => {
      paths.push(incoming.url);
      answer.writeHead(status).end();
    });
    let count = 0;
    const { send, waits } = client();
    const answer = await send(() => request(`${url}/${count++}`), { timeout: 10_000, retries: 2 });
    expect(answer.status).toBe(status);
    expect(paths).toEqual(['/0', '/1', '/2'].slice(0, requests));
    expect(waits).toHaveLength(requests - 1);
  });

  test('the first success after transient failures is returned', async () => {
    let requests = 0;
    const { url } = await listenHttp((_, answer) => {
      requests++;
      if (requests === 1) answer.writeHead(502).end();
      else answer.writeHead(requests === 2 ? 503 : 200, { 'retry-after': '1' }).end();
    });
    const { get, waits } = client({ random: () => 0.5 });
    expect((await get(url, { retries: 2 })).status).toBe(200);
    expect(waits).toEqual([125, 1000]);
  });

  test('a wait longer than the time-out is not started', async () => {
    const { url } = await listenHttp((_, answer) => {
      answer.writeHead(429, { 'retry-after': '60' }).end();
    });
    const { get, waits } = client();
    expect((await get(url, { retries: 2 })).status).toBe(429);
    expect(waits).toEqual([]);
  });
});
