/** The fault server: a TCP server on loopback that reads a request, and answers by hand. */
import { createServer, type Socket } from 'node:net';
import { afterAll } from '@jest/globals';

/** A request as it came, and what its provider would answer to it. */
export interface Asked {
  /** Headers and body, as Latin-1. */
  readonly request: string;
  /** Whether it is the first, the second, … of its case. */
  readonly count: number;
  /** The status of a success. */
  readonly status: number;
  /** The body of a success. */
  readonly body: string;
}

/** Answers a request on the bare socket, or does whatever else. */
export type Act = (socket: Socket, asked: Asked) => void;

/** One case: what is done with its requests, and the success that they should have got. */
export interface Case {
  readonly act: Act;
  readonly status: number;
  readonly body: string;
}

/** A case that is being served. */
export interface Served {
  readonly url: string;
  /** How many requests have come. */
  requests(): number;
}

/** The server. Each case has a path of its own. */
export interface FaultServer {
  serve(each: Case): Served;
}

/** Starts the server for the rest of the file. */
export async function startFaultServer(): Promise<FaultServer> {
  const cases: { readonly each: Case; requests: number }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that hangs up is what many cases are about.
    socket.on('error', () => {});
    let request = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      if (isWhole(request)) return;
      request += text;
      if (!isWhole(request)) return;
      const found = cases[Number(/^\w+ \/(\d+)\//.exec(request)?.[1])];
      if (!found) return void socket.destroy();
      found.requests += 1;
      const { act, status, body } = found.each;
      act(socket, { request, count: found.requests, status, body });
    });
  });
  // Before anything is waited for: later no more hooks are taken.
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    serve(each) {
      const served = { each, requests: 0 };
      const number = cases.push(served) - 1;
      return { url: `http://127.0.0.1:${port}/${number}`, requests: () => served.requests };
    },
  };
}

function isWhole(request: string): boolean {
  const end = request.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(request)?.[1] ?? 0);
  return request.length >= end + 4 + length;
}
