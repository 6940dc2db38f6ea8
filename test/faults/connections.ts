/** Connections that fail, and bytes that are not HTTP. */
import { gzipSync } from 'node:zlib';
import { answer, drip, type Fault, head, say, sayAndStay } from './fault.ts';

const chunked = 'Transfer-Encoding: chunked';
const half = (text: string) => text.slice(0, text.length / 2);
const mebibyte = 1_048_576;
const bomb = gzipSync(Buffer.alloc(64 * mebibyte));

/** By the server's behaviour. */
export const connections: Readonly<Record<string, Fault>> = {
  'closes the connection without an answer': {
    exit: 5,
    says: 'closed the connection without an answer',
    act: (socket) => void socket.end(),
  },
  'resets the connection': {
    exit: 5,
    says: 'closed the connection without an answer',
    act: (socket) => void socket.resetAndDestroy(),
  },
  'never answers': { exit: 5, says: 'while waiting for an answer from', timeout: 2, act: () => {} },
  'stops in the middle of the status line': {
    exit: 5,
    says: 'while waiting for an answer from',
    timeout: 2,
    act: sayAndStay(() => 'HTTP/1.1 20'),
  },
  'closes the connection in the middle of the headers': {
    exit: 5,
    says: 'closed the connection',
    act: say(() => 'HTTP/1.1 200 OK\r\nContent-Ty'),
  },
  'ends the lines of its head with LF alone': {
    exit: 7,
    says: 'did not answer with valid HTTP',
    act: say(({ body }) => `HTTP/1.1 200 OK\nContent-Length: ${body.length}\n\n${body}`),
  },
  'sends headers without end': {
    exit: 5,
    says: 'while waiting for an answer from',
    timeout: 2,
    act: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      drip('X-A: b\r\n')(socket);
    },
  },
  'sends too many headers': {
    exit: 7,
    says: 'headers that are too large',
    act: sayAndStay(() => `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(20_000)}`),
  },
  'sends a header that is too large': {
    exit: 7,
    says: 'headers that are too large',
    act: sayAndStay(() => `HTTP/1.1 200 OK\r\nX-A: ${'b'.repeat(100_000)}`),
  },
  'sends 100 Continue without end': {
    exit: 5,
    says: 'while waiting for an answer from',
    timeout: 2,
    act: drip(head(100)),
  },
  'sends 100 Continue and closes the connection': {
    exit: 5,
    says: 'closed the connection',
    act: say(() => head(100)),
  },
  'switches to another protocol': {
    exit: 7,
    says: 'did not answer with valid HTTP',
    act: sayAndStay(() => head(101, 'Connection: upgrade', 'Upgrade: websocket')),
  },
  'sends the headers and no body': {
    exit: 5,
    says: 'timed out after 2 s while reading the answer from',
    timeout: 2,
    act: sayAndStay(({ body }) => head(200, `Content-Length: ${body.length}`)),
  },
  'closes the connection before the body': {
    exit: 5,
    says: 'in the middle of the answer',
    act: say(({ body }) => head(200, `Content-Length: ${body.length}`)),
  },
  'closes the connection in the middle of the body': {
    exit: 5,
    says: 'in the middle of the answer',
    act: say(({ body }) => head(200, `Content-Length: ${body.length}`) + half(body)),
  },
  'resets the connection in the middle of the body': {
    exit: 5,
    says: 'in the middle of the answer',
    act: (socket, { body }) => {
      socket.write(head(200, `Content-Length: ${body.length}`) + half(body));
      setTimeout(() => socket.resetAndDestroy(), 50);
    },
  },
  'sends the body too slowly': {
    exit: 5,
    says: 'timed out after 2 s while reading the answer from',
    timeout: 2,
    act: (socket) => {
      socket.write(head(200, 'Content-Length: 100000'));
      drip(' ')(socket);
    },
  },
  'sends less than its Content-Length': {
    exit: 5,
    says: 'timed out after 2 s while reading the answer from',
    timeout: 2,
    act: sayAndStay(({ body }) => head(200, `Content-Length: ${body.length + 1}`) + body),
  },
  'sends more than its Content-Length': {
    exit: 7,
    says: 'not JSON',
    act: say(({ body }) => head(200, `Content-Length: ${body.length - 5}`) + body),
  },
  'leaves out the last chunk': {
    exit: 5,
    says: 'in the middle of the answer',
    act: say(({ body }) => `${head(200, chunked)}${body.length.toString(16)}\r\n${body}\r\n`),
  },
  'sends a chunk whose size is not a number': {
    exit: 7,
    says: 'did not answer with valid HTTP',
    act: say(({ body }) => `${head(200, chunked)}many\r\n${body}\r\n0\r\n\r\n`),
  },
  'sends a chunk whose size overflows': {
    exit: 7,
    says: 'did not answer with valid HTTP',
    act: say(({ body }) => `${head(200, chunked)}${'f'.repeat(40)}\r\n${body}`),
  },
  'sends two Content-Length headers': {
    exit: 7,
    says: 'did not answer with valid HTTP',
    act: say(({ body }) => head(200, `Content-Length: ${body.length}`, 'Content-Length: 1') + body),
  },
  'sends a negative Content-Length': {
    exit: 7,
    says: 'did not answer with valid HTTP',
    act: say(({ body }) => head(200, 'Content-Length: -1') + body),
  },
  'sends a Content-Length with a chunked body': {
    exit: 7,
    says: 'did not answer with valid HTTP',
    act: say(({ body }) => {
      const size = body.length.toString(16);
      return `${head(200, chunked, 'Content-Length: 3')}${size}\r\n${body}\r\n0\r\n\r\n`;
    }),
  },
  'answers in HTTP/0.9': {
    exit: 7,
    says: 'did not answer with valid HTTP',
    act: say(({ body }) => body),
  },
  'answers in HTTP/2': {
    exit: 7,
    says: 'did not answer with valid HTTP',
    act: say(() => Buffer.from('000012040000000000000300000080000400010000000500ffffff', 'hex')),
  },
  'answers in TLS': {
    exit: 7,
    says: 'did not answer with valid HTTP',
    act: say(() => Buffer.from('15030300020246', 'hex')),
  },
  'is an SSH server that repeats the request': {
    exit: 7,
    says: 'did not answer with valid HTTP',
    act: say(({ request }) => `SSH-2.0-OpenSSH_9.6 ${request}\r\n`),
  },
  'sends a header with a NUL': {
    exit: 7,
    says: 'did not answer with valid HTTP',
    act: say(({ body }) => head(200, 'X-A: a\0b', `Content-Length: ${body.length}`) + body),
  },
  'sends a body without end': {
    exit: 7,
    says: 'over 1 MiB',
    act: (socket) => {
      socket.write(head(200, chunked));
      const block = `10000\r\n${' '.repeat(65_536)}\r\n`;
      const more = () => {
        while (!socket.destroyed && socket.write(block));
      };
      socket.on('drain', more);
      more();
    },
  },
  'sends a Content-Length of 5 GB': {
    exit: 7,
    says: 'over 1 MiB',
    act: sayAndStay(() => head(200, 'Content-Length: 5368709120')),
  },
  'sends a gzip bomb': {
    exit: 7,
    says: 'compressed',
    act: say(({ status }) => answer(status, bomb, ['Content-Encoding: gzip'])),
  },
  'sends a gzip bomb without Content-Encoding': {
    exit: 7,
    says: 'not UTF-8',
    act: say(({ status }) => answer(status, bomb)),
  },
  'compresses with Content-Encoding': {
    exit: 0,
    act: say(({ status, body }) => answer(status, gzipSync(body), ['Content-Encoding: gzip'])),
  },
  'refuses with a compressed body': {
    exit: 4,
    says: 'refused the credentials',
    act: say(() => answer(401, gzipSync('{}'), ['Content-Encoding: gzip'])),
  },
  'compresses with Transfer-Encoding': {
    exit: 0,
    act: say(({ body }) => {
      const zipped = gzipSync(body);
      const start = Buffer.from(
        `${head(200, 'Transfer-Encoding: gzip, chunked')}${zipped.length.toString(16)}\r\n`,
      );
      return Buffer.concat([start, zipped, Buffer.from('\r\n0\r\n\r\n')]);
    }),
  },

  'sends 100 Continue and 103 Early Hints before the answer': {
    exit: 0,
    act: say(
      ({ status, body }) => head(100) + head(103, 'Link: </a>; rel=preload') + answer(status, body),
    ),
  },
  'sends one byte at a time': {
    exit: 0,
    act: (socket, { status, body }) => {
      const bytes = answer(status, body);
      let at = 0;
      const timer = setInterval(() => {
        if (at < bytes.length) socket.write(bytes.subarray(at, ++at));
        else socket.end();
      }, 1);
      socket.setNoDelay().once('close', () => clearInterval(timer));
    },
  },
  'sends chunks of one byte': {
    exit: 0,
    act: say(({ status, body }) => {
      const chunks = Array.from(body, (byte) => `1\r\n${byte}\r\n`);
      return `${head(status, chunked)}${chunks.join('')}0\r\nX-Trailer: 1\r\n\r\n`;
    }),
  },
  'ends the body by closing the connection': {
    exit: 0,
    act: say(({ status, body }) => head(status) + body),
  },
  'answers and keeps the connection open': {
    exit: 0,
    act: sayAndStay(({ status, body }) => answer(status, body)),
  },
};
