/** The form of a fault in the tables, and helpers that write raw HTTP answers. */
import type { Socket } from 'node:net';
import type { AccountName } from '../e2e/accounts.ts';
import type { Act, Asked } from './server.ts';

/** An account of every provider. */
export const allAccounts: readonly AccountName[] = [
  'ropo',
  'netnut',
  'verbit',
  'pegase3',
  'datarhei by password',
];

/** What a faulty server does, and how the program must react. */
export interface Fault {
  /** The exit code. 0: the program gets the token despite the fault. */
  readonly exit: 0 | 4 | 5 | 6 | 7;
  /** A part of the message on stderr. */
  readonly says?: string;
  /** The number of requests, with one retry allowed; 1 by default. */
  readonly requests?: number;
  /** Seconds of --timeout; 20 by default. */
  readonly timeout?: number;
  readonly act: Act;
}

/** The token of every answer. It must not be printed unless the login succeeds. */
export const token = 'tok-of-the-f4ulty-answer';

/** The bytes of an HTTP answer. */
export function answer(
  status: number | string,
  body: string | Uint8Array,
  headers: readonly string[] = [],
  type = 'application/json',
): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([
    Buffer.from(
      [
        `HTTP/1.1 ${typeof status === 'number' ? `${status} Said` : status}`,
        `Content-Type: ${type}`,
        `Content-Length: ${bytes.length}`,
        ...headers,
        '',
        '',
      ].join('\r\n'),
      'latin1',
    ),
    bytes,
  ]);
}

/** The status line and headers of an answer. */
export function head(status: number, ...headers: readonly string[]): string {
  return [`HTTP/1.1 ${status} Said`, ...headers, '', ''].join('\r\n');
}

/** Sends the bytes and closes the connection. */
export function say(bytes: (asked: Asked) => string | Uint8Array): Act {
  return (socket, asked) => void socket.end(bytes(asked));
}

/** Sends the bytes and leaves the connection open. */
export function sayAndStay(bytes: (asked: Asked) => string | Uint8Array): Act {
  return (socket, asked) => void socket.write(bytes(asked));
}

/** Writes the text repeatedly until the connection is closed. */
export function drip(text: string, every = 50): (socket: Socket) => void {
  return (socket) => {
    const timer = setInterval(() => socket.write(text), every);
    socket.once('close', () => clearInterval(timer));
  };
}

/** A success with its body changed. */
export function changed(change: (body: string) => string | Uint8Array): Act {
  return say(({ status, body }) => answer(status, change(body)));
}

/** A success with another value in place of the token. @param json the value */
export function withToken(json: string): Act {
  return changed((body) => body.replace(`"${token}"`, () => json));
}
