/** What a row of the tables of faults says, and how answers are put together by hand. */
import type { Socket } from 'node:net';
import type { AccountName } from '../e2e/accounts.ts';
import type { Act, Asked } from './server.ts';

/** An account of every provider. */
export const everybody: readonly AccountName[] = [
  'ropo',
  'netnut',
  'verbit',
  'pegase3',
  'datarhei by password',
];

/** One fault: what a server does, and how the program must take it. */
export interface Fault {
  /** The exit code. 0: the token comes all the same. */
  readonly exit: 0 | 4 | 5 | 6 | 7;
  /** What stands on stderr, beside what must never stand there. */
  readonly says?: string;
  /** How many requests it must have taken, with one retry allowed; 1 unless given. */
  readonly requests?: number;
  /** Seconds of --timeout; 20 unless given. */
  readonly timeout?: number;
  readonly act: Act;
}

/** The token of every answer: one that nobody may see where the answer is not to be trusted. */
export const token = 'tok-of-the-f4ulty-answer';

/** An answer as it goes over the wire. */
export function answer(
  status: number | string,
  body: string | Uint8Array,
  headers: readonly string[] = [],
): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([
    Buffer.from(
      [
        `HTTP/1.1 ${typeof status === 'number' ? `${status} Said` : status}`,
        'Content-Type: application/json',
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

/** The head of an answer, written out. */
export function head(status: number, ...headers: readonly string[]): string {
  return [`HTTP/1.1 ${status} Said`, ...headers, '', ''].join('\r\n');
}

/** Answers with bytes and closes. */
export function say(bytes: (asked: Asked) => string | Uint8Array): Act {
  return (socket, asked) => void socket.end(bytes(asked));
}

/** Answers with bytes, and leaves the connection open. */
export function sayAndStay(bytes: (asked: Asked) => string | Uint8Array): Act {
  return (socket, asked) => void socket.write(bytes(asked));
}

/** Writes the same again and again, until nobody listens. */
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

/** A success whose token is something else, given as JSON. */
export function withToken(json: string): Act {
  return changed((body) => body.replace(`"${token}"`, () => json));
}
