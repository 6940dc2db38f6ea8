import { once } from 'node:events';
import { createServer as createNetServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { client, failure, listen, listenHttp, request } from './loopback.ts';

const mebibyte = 1_048_576;

describe('what goes out', () => {
  test('a request arrives with its body, our headers, and no empty one', async () => {
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
      // Sent as one byte a character, and read as such.
      rawHeaders: expect.arrayContaining([
        ...['User-Agent', 'authctl/1.2.3', 'Accept', 'application/json'],
        ...['Accept-Encoding', 'identity', 'Content-Type', 'application/json', 'User-Name', 'Zoë'],
      ]),
      body: '{"a":"ü"}',
    });
    expect(seen['rawHeaders']).not.toContain('Empty');
    expect(seen['rawHeaders']).not.toContain('');
  });

  test('a request without a body has no Content-Type', async () => {
    const { url } = await listenHttp((incoming, answer) =>
      answer.end(JSON.stringify(incoming.headers)),
    );
    const answer = await client().send(
      () => request(url, { headers: { 'content-type': 'application/json' } }),
      { timeout: 10_000, retries: 0 },
    );
    expect(JSON.parse(Buffer.from(answer.body).toString())).not.toHaveProperty('content-type');
  });

  test('names that end in localhost are this machine, without asking DNS', async () => {
    const { port } = await listenHttp((incoming, answer) => answer.end(incoming.headers.host));
    const answer = await client().get(`http://api.localhost:${port}/`);
    expect(Buffer.from(answer.body).toString()).toBe(`api.localhost:${port}`);
  });

  test.each([
    ['http://example.com/', 'base_url_refused'],
    ['ftp://127.0.0.1/', 'base_url_refused'],
    ['https://user:hunter2@127.0.0.1/', 'base_url_refused'],
  ])('nothing is sent to %s', async (url, code) => {
    const error = await failure(client().get(url));
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('hunter2');
  });
});

describe('what comes back', () => {
  test('an answer comes whole, with its headers and the moment of its arrival', async () => {
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
  ])('100 Continue, which nobody asked for, is passed over: %s', async (_, cut) => {
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

  test('a redirect is not followed, and no status is an error here', async () => {
    let requests = 0;
    const { url } = await listenHttp((_, answer) => {
      requests++;
      answer.writeHead(302, { location: '/elsewhere' }).end();
    });
    const answer = await client().get(url);
    expect([answer.status, answer.headers['location'], requests]).toEqual([302, '/elsewhere', 1]);
  });

  test('a body of exactly 1 MiB is read', async () => {
    const { url } = await listenHttp((_, answer) => answer.end(Buffer.alloc(mebibyte)));
    expect((await client().get(url)).body).toHaveLength(mebibyte);
  });

  test('a body over 1 MiB is refused when it is announced, before it comes', async () => {
    const { url } = await listenHttp((_, answer) => {
      answer.writeHead(200, { 'content-length': mebibyte + 1 }).flushHeaders();
    });
    const error = await failure(client().get(url));
    expect([error.code, error.message]).toEqual([
      'bad_answer',
      `the answer of ${url} is over 1 MiB`,
    ]);
  });

  test('a body over 1 MiB is refused when it comes unannounced, and the connection is closed', async () => {
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

  test('a compressed body is refused: it could grow without end', async () => {
    const { url } = await listenHttp((_, answer) => {
      answer.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    });
    expect((await failure(client().get(url))).code).toBe('bad_answer');
  });

  test.each([
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.6\r\n'],
    [
      'an upgrade that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    ],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(20_000)}`],
  ])('%s is a bad answer, and is not asked for again', async (_, bytes) => {
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

describe('what goes wrong', () => {
  test('a port that nobody listens on', async () => {
    const { server, url } = await listenHttp(() => {});
    server.close();
    const error = await failure(client().get(url));
    expect([error.code, error.message]).toEqual(['network', `${url} refused the connection`]);
    // Both addresses of the name fail.
    const named = url.replace('127.0.0.1', 'localhost');
    expect((await failure(client().get(named))).message).toBe(`${named} refused the connection`);
  });

  test('a host that does not exist', async () => {
    const error = await failure(client().get('https://no-such-host.invalid/', { retries: 0 }));
    expect(error.code).toBe('network');
    expect(error.message).toMatch(/^cannot (find|look up) the host no-such-host\.invalid$/);
  });

  test.each([
    ['without a word', '', 'closed the connection without an answer'],
    [
      'in mid-body',
      'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc',
      'closed the connection in the middle of its answer',
    ],
    [
      'in mid-chunk',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nabc',
      'closed the connection in the middle of its answer',
    ],
  ])('a server that closes %s is asked again, and then reported', async (_, bytes, words) => {
    let connections = 0;
    const { url } = await listen(
      createNetServer((socket) => {
        connections++;
        socket.once('data', () => socket.end(bytes));
      }),
    );
    const error = await failure(client().get(url, { retries: 2 }));
    expect([error.code, error.message, connections]).toEqual(['network', `${url} ${words}`, 3]);
  });
});

describe('time', () => {
  test.each([
    ['never speaks', () => undefined, 'no answer from'],
    [
      'sends one byte after another for ever',
      (write: (text: string) => void) => {
        write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
        return setInterval(() => write('x'), 50);
      },
      'the answer of',
    ],
    [
      'sends one header after another for ever',
      (write: (text: string) => void) => {
        write('HTTP/1.1 200 OK\r\n');
        return setInterval(() => write('a: b\r\n'), 50);
      },
      'no answer from',
    ],
  ])('a server that %s is a time-out, and the connection is closed', async (_, act, words) => {
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
    expect(error.message).toMatch(/ within 0\.3 s$/);
    await closed;
  });

  test('a TLS handshake that never ends is a time-out, and the connection is closed', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const { port } = await listen(
      createNetServer((socket) => {
        closed = once(socket.resume(), 'close');
      }),
    );
    const error = await failure(client().get(`https://127.0.0.1:${port}/`, { timeout: 300 }));
    expect([error.code, error.message]).toEqual([
      'timeout',
      `no connection to https://127.0.0.1:${port} within 0.3 s`,
    ]);
    await closed;
  });

  test('a time-out of a month is none at once', async () => {
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
  ])('an answer %i with two retries makes %i requests, each its own', async (status, requests) => {
    const paths: (string | undefined)[] = [];
    const { url } = await listenHttp((incoming, answer) => {
      paths.push(incoming.url);
      answer.writeHead(status).end();
    });
    let made = 0;
    const { send, waits } = client();
    const answer = await send(() => request(`${url}/${made++}`), { timeout: 10_000, retries: 2 });
    expect(answer.status).toBe(status);
    expect(paths).toEqual(['/0', '/1', '/2'].slice(0, requests));
    expect(waits).toHaveLength(requests - 1);
  });

  test('the answer after a passing failure is the one that counts', async () => {
    let requests = 0;
    const { url } = await listenHttp((incoming, answer) => {
      requests++;
      if (requests === 1) incoming.socket.destroy();
      else answer.writeHead(requests === 2 ? 503 : 200, { 'retry-after': '1' }).end();
    });
    const { get, waits } = client({ random: () => 0.5 });
    expect((await get(url, { retries: 2 })).status).toBe(200);
    expect(waits).toEqual([125, 1000]);
  });

  test('a wait that would outlast the time-out is not begun', async () => {
    const { url } = await listenHttp((_, answer) => {
      answer.writeHead(429, { 'retry-after': '60' }).end();
    });
    const { get, waits } = client();
    expect((await get(url, { retries: 2 })).status).toBe(429);
    expect(waits).toEqual([]);
  });
});
