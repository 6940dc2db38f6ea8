/** The fault server: a TCP server on loopback that reads a request and sends raw bytes. */
import { createServer, type Socket } from 'node:net';
import { afterAll } from '@jest/globals';

/** A request, and the success that its provider would answer. */
export interface Asked {
  /** Headers and body, as Latin-1. */
  readonly request: string;
  /** The request's number within its case, from 1. */
  readonly count: number;
  /** The status of a success. */
  readonly status: number;
  /** The body of a success. */
  readonly body: string;
}

/** What the server does with a request. */
export type Act = (socket: Socket, asked: Asked) => void;

/** One case: what the server does with its requests, and the success they would get otherwise. */
export interface Case {
  readonly act: Act;
  readonly status: number;
  readonly body: string;
}

/** A case that is being served. */
export interface Served {
  readonly url: string;
  /** The number of requests so far. */
  requests(): number;
}

/** The server. Each case has its own path. */
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
    // In many cases the client closes the connection.
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
  // Before the first await: jest accepts no hooks later.
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
