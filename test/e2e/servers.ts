/** Servers on loopback: one whose answers a test provides, and the program's sandbox. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from '@jest/globals';
import { providers } from '../../src/providers/index.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { world } from '../sandbox/exchanges.ts';

/** A received request. */
export interface Received {
  readonly method: string;
  readonly url: string;
  /** By lower-case name; bytes as Latin-1. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** An answer; a body that is not a string is sent as JSON. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Returns the answer to a request, or writes an incomplete one itself. */
export type Answer = (
  request: Received,
  count: number,
) => Reply | ((response: ServerResponse) => void);

/** A test server. */
export interface TestServer {
  readonly url: string;
  /** Every request so far. */
  readonly requests: readonly Received[];
}

const closers: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Starts a server for the rest of the file. A constant answer can be given directly. */
export async function serve(answer: Answer | Reply): Promise<TestServer> {
  const requests: Received[] = [];
  const server = createServer((incoming, response) => {
    receive(incoming).then((request) => {
      requests.push(request);
      const reply = typeof answer === 'function' ? answer(request, requests.length) : answer;
      if (typeof reply === 'function') return reply(response);
      const { status = 200, headers = {}, body = '' } = reply;
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests };
}

/** Starts the sandbox for the rest of the file, and returns its origin. */
export async function sandbox(): Promise<string> {
  const { origin, close } = await startSandbox(providers, world);
  closers.push(close);
  return origin;
}

/** The URL of a closed port. */
export async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function receive(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const { method = '', url = '', headers } = incoming;
  return { method, url, headers, body: Buffer.concat(chunks).toString() };
}
