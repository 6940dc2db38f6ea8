import { createServer } from 'node:net';
import * as zlib from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { client, failure, listen, listenHttp } from './loopback.ts';

const mebibyte = 1_048_576;
const text = '{"token":"abc"}';

/** Starts a server that gives this answer to everything. */
async function serving(coding: string, body: Uint8Array, status = 200): Promise<string> {
  const { url } = await listenHttp((_, answer) => {
    answer.writeHead(status, { 'content-encoding': coding }).end(body);
  });
  return url;
}

const codings: readonly (readonly [string, Uint8Array])[] = [
  ['gzip', zlib.gzipSync(text)],
  ['GZIP', zlib.gzipSync(text)],
  ['x-gzip', zlib.gzipSync(text)],
  ['identity, gzip', zlib.gzipSync(text)],
  ['gzip', Buffer.concat([zlib.gzipSync('{"token":'), zlib.gzipSync('"abc"}')])],
  ['deflate', zlib.deflateSync(text)],
  ['deflate', zlib.deflateRawSync(text)],
  ['br', zlib.brotliCompressSync(text)],
  ['identity', Buffer.from(text)],
  ['', Buffer.from(text)],
  // Some servers write the charset there.
  ['utf-8', Buffer.from(text)],
  ...('zstdCompressSync' in zlib
    ? [['zstd', (zlib.zstdCompressSync as typeof zlib.gzipSync)(text)] as const]
    : []),
];

describe('a body that is compressed without being asked for', () => {
  test.each(codings)('with "%s" is read (%#)', async (coding, body) => {
    const answer = await client().get(await serving(coding, body));
    expect(Buffer.from(answer.body).toString()).toBe(text);
  });

  test('by Transfer-Encoding is read', async () => {
    const { url } = await listen(
      createServer((socket) => {
        const zipped = zlib.gzipSync(text);
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n');
          socket.write(`${zipped.length.toString(16)}\r\n`);
          socket.write(zipped);
          socket.end('\r\n0\r\n\r\n');
        });
      }),
    );
    expect(Buffer.from((await client().get(url)).body).toString()).toBe(text);
  });

  test('may be empty', async () => {
    const answer = await client().get(await serving('gzip', new Uint8Array()));
    expect(answer.body).toHaveLength(0);
  });

  test('may have 1 MiB, and no more, however long it would be', async () => {
    const whole = await client().get(await serving('gzip', zlib.gzipSync(Buffer.alloc(mebibyte))));
    expect(whole.body).toHaveLength(mebibyte);
    const bombs = [zlib.gzipSync, zlib.deflateRawSync, zlib.brotliCompressSync];
    for (const [index, compress] of bombs.entries()) {
      const bomb = compress(Buffer.alloc(64 * mebibyte));
      const url = await serving(['gzip', 'deflate', 'br'][index] ?? '', bomb);
      const before = process.memoryUsage().arrayBuffers;
      const error = await failure(client().get(url));
      expect([error.code, error.message]).toEqual([
        'bad_answer',
        `${url} answered 200 with a body that is over 1 MiB when decompressed`,
      ]);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * mebibyte);
    }
  });

  test.each<[string, Uint8Array, string]>([
    ['gzip', Buffer.from('x'), 'a body that is not gzip, as its header says'],
    ['gzip', zlib.gzipSync(text).subarray(0, -4), 'a body that is not gzip, as its header says'],
    ['deflate', Buffer.from('{}'), 'a body that is not deflate, as its header says'],
    ['br', Buffer.from('{}{}'), 'a body that is not br, as its header says'],
    ['gzip, br', Buffer.from('x'), 'a body that is compressed more than once'],
    ['compress', Buffer.from('x'), 'a body compressed in a way that is not supported, compress'],
    ['<b>', Buffer.from('x'), 'a body compressed in a way that is not supported'],
  ])('with "%s" and broken is a bad answer (%#)', async (coding, body, words) => {
    const url = await serving(coding, body);
    const error = await failure(client().get(url));
    expect([error.code, error.message]).toEqual([
      'bad_answer',
      `${url} answered 200 with ${words}`,
    ]);
  });
});

describe('an answer that is no success has its status, whatever becomes of its body', () => {
  const statuses = [302, 400, 401, 403, 429, 500, 503];

  test.each(statuses)('%i, in an unknown coding', async (status) => {
    const answer = await client().get(await serving('compress', Buffer.from('x'), status));
    expect(answer).toMatchObject({
      status,
      problem: 'a body compressed in a way that is not supported, compress',
    });
    expect(answer.body).toHaveLength(0);
  });

  test.each(statuses)('%i, too long', async (status) => {
    const { url } = await listenHttp((_, answer) => {
      answer.writeHead(status).end(Buffer.alloc(mebibyte + 1));
    });
    expect(await client().get(url)).toMatchObject({ status, problem: 'a body over 1 MiB' });
  });

  test.each(statuses)('%i, broken off', async (status) => {
    const { url } = await listenHttp((_, answer) => {
      answer.writeHead(status, { 'content-length': 10 }).write('x', () => answer.destroy());
    });
    expect(await client().get(url)).toMatchObject({ status, problem: 'a body that breaks off' });
  });

  test.each(statuses)('%i, stalled', async (status) => {
    const { url } = await listenHttp((_, answer) => {
      answer.writeHead(status, { 'content-length': 10 }).write('x');
    });
    expect(await client().get(url, { timeout: 500 })).toMatchObject({
      status,
      problem: 'a body that did not arrive in time',
    });
  });
});
