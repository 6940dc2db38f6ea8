/** Connections that go wrong, and bytes that are no HTTP. */
import { gzipSync } from 'node:zlib';
import { answer, drip, type Fault, head, say, sayAndStay } from './fault.ts';

const chunked = 'Transfer-Encoding: chunked';
const half = (text: string) => text.slice(0, text.length / 2);
const mebibyte = 1_048_576;
const bomb = gzipSync(Buffer.alloc(64 * mebibyte));

/** By what the server does. */
export const connections: Readonly<Record<string, Fault>> = {
  'hangs up without a word': {
    exit: 5,
    says: 'closed the connection without an answer',
    requests: 2,
    act: (socket) => void socket.end(),
  },
  'resets the connection': {
    exit: 5,
    says: 'closed the connection without an answer',
    requests: 2,
    act: (socket) => void socket.resetAndDestroy(),
  },
  'never answers': { exit: 5, says: 'no answer from', timeout: 2, act: () => {} },
  'stops in the middle of the status line': {
    exit: 5,
    says: 'no answer from',
    timeout: 2,
    act: sayAndStay(() => 'HTTP/1.1 20'),
  },
  'hangs up in the middle of the headers': {
    exit: 5,
    says: 'closed the connection',
    requests: 2,
    act: say(() => 'HTTP/1.1 200 OK\r\nContent-Ty'),
  },
  'sends headers for ever': {
    exit: 5,
    says: 'no answer from',
    timeout: 2,
    act: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      drip('X-A: b\r\n')(socket);
    },
  },
  'sends more headers than anybody reads': {
    exit: 7,
    says: 'more headers than are read',
    act: sayAndStay(() => `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(20_000)}`),
  },
  'says 100 Continue for ever': {
    exit: 5,
    says: 'no answer from',
    timeout: 2,
    act: drip(head(100)),
  },
  'says 100 Continue, and hangs up': {
    exit: 5,
    says: 'closed the connection',
    requests: 2,
    act: say(() => head(100)),
  },
  'switches to another protocol': {
    exit: 7,
    says: 'not HTTP',
    act: sayAndStay(() => head(101, 'Connection: upgrade', 'Upgrade: websocket')),
  },
  'sends the headers and no body': {
    exit: 5,
    says: 'had not ended within 2 s',
    timeout: 2,
    act: sayAndStay(({ body }) => head(200, `Content-Length: ${body.length}`)),
  },
  'hangs up before the body': {
    exit: 5,
    says: 'in the middle of its answer',
    requests: 2,
    act: say(({ body }) => head(200, `Content-Length: ${body.length}`)),
  },
  'hangs up in the middle of the body': {
    exit: 5,
    says: 'in the middle of its answer',
    requests: 2,
    act: say(({ body }) => head(200, `Content-Length: ${body.length}`) + half(body)),
  },
  'resets in the middle of the body': {
    exit: 5,
    says: 'in the middle of its answer',
    requests: 2,
    act: (socket, { body }) => {
      socket.write(head(200, `Content-Length: ${body.length}`) + half(body));
      setTimeout(() => socket.resetAndDestroy(), 50);
    },
  },
  'lets the body drip': {
    exit: 5,
    says: 'had not ended within 2 s',
    timeout: 2,
    act: (socket) => {
      socket.write(head(200, 'Content-Length: 100000'));
      drip(' ')(socket);
    },
  },
  'promises more than it sends': {
    exit: 5,
    says: 'had not ended within 2 s',
    timeout: 2,
    act: sayAndStay(({ body }) => head(200, `Content-Length: ${body.length + 1}`) + body),
  },
  'sends more than it promised': {
    exit: 7,
    says: 'not JSON',
    act: say(({ body }) => head(200, `Content-Length: ${body.length - 5}`) + body),
  },
  'leaves out the last chunk': {
    exit: 5,
    says: 'in the middle of its answer',
    requests: 2,
    act: say(({ body }) => `${head(200, chunked)}${body.length.toString(16)}\r\n${body}\r\n`),
  },
  'gives a chunk a size that is no number': {
    exit: 7,
    says: 'not HTTP',
    act: say(({ body }) => `${head(200, chunked)}many\r\n${body}\r\n0\r\n\r\n`),
  },
  'gives a chunk a size beyond every number': {
    exit: 7,
    says: 'not HTTP',
    act: say(({ body }) => `${head(200, chunked)}${'f'.repeat(40)}\r\n${body}`),
  },
  'gives two lengths': {
    exit: 7,
    says: 'not HTTP',
    act: say(({ body }) => head(200, `Content-Length: ${body.length}`, 'Content-Length: 1') + body),
  },
  'gives a length that is below zero': {
    exit: 7,
    says: 'not HTTP',
    act: say(({ body }) => head(200, 'Content-Length: -1') + body),
  },
  'gives a length as well as chunks': {
    exit: 7,
    says: 'not HTTP',
    act: say(({ body }) => {
      const size = body.length.toString(16);
      return `${head(200, chunked, 'Content-Length: 3')}${size}\r\n${body}\r\n0\r\n\r\n`;
    }),
  },
  'answers in the HTTP of 1991': { exit: 7, says: 'not HTTP', act: say(({ body }) => body) },
  'answers in HTTP/2': {
    exit: 7,
    says: 'not HTTP',
    act: say(() => Buffer.from('000012040000000000000300000080000400010000000500ffffff', 'hex')),
  },
  'answers in TLS': {
    exit: 7,
    says: 'not HTTP',
    act: say(() => Buffer.from('15030300020246', 'hex')),
  },
  'is an SSH server that repeats what it gets': {
    exit: 7,
    says: 'not HTTP',
    act: say(({ request }) => `SSH-2.0-OpenSSH_9.6 ${request}\r\n`),
  },
  'puts a NUL into a header': {
    exit: 7,
    says: 'not HTTP',
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
  'announces 5 GB': {
    exit: 7,
    says: 'over 1 MiB',
    act: sayAndStay(() => head(200, 'Content-Length: 5368709120')),
  },
  'sends a gzip bomb': {
    exit: 7,
    says: 'compressed',
    act: say(({ status }) => answer(status, bomb, ['Content-Encoding: gzip'])),
  },
  'sends a gzip bomb and does not say so': {
    exit: 7,
    says: 'not UTF-8',
    act: say(({ status }) => answer(status, bomb)),
  },
  'compresses on the way': {
    exit: 7,
    act: say(({ body }) => {
      const zipped = gzipSync(body);
      const start = Buffer.from(
        `${head(200, 'Transfer-Encoding: gzip, chunked')}${zipped.length.toString(16)}\r\n`,
      );
      return Buffer.concat([start, zipped, Buffer.from('\r\n0\r\n\r\n')]);
    }),
  },

  'says 100 Continue and 103 Early Hints before the answer': {
    exit: 0,
    act: say(
      ({ status, body }) => head(100) + head(103, 'Link: </a>; rel=preload') + answer(status, body),
    ),
  },
  'sends a byte at a time': {
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
  'ends the body by hanging up': { exit: 0, act: say(({ status, body }) => head(status) + body) },
  'answers and does not hang up': {
    exit: 0,
    act: sayAndStay(({ status, body }) => answer(status, body)),
  },
};
