/** Loopback servers and a client for the network tests. */
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { afterEach } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { Request, SendOptions } from '../../src/http/message.ts';
import { createSend, type SendWorld } from '../../src/http/send.ts';

const open: { server: NetServer; sockets: Set<Socket> }[] = [];

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    if (!server.listening) continue;
    server.close();
    await once(server, 'close');
  }
});

/** Starts a server for the rest of the test. */
export async function listen<T extends NetServer>(server: T) {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({ server, sockets });
  const { port } = server.address() as AddressInfo;
  return { server, port, sockets, url: `http://127.0.0.1:${port}` };
}

/** Starts an HTTP server for the rest of the test. */
export function listenHttp(listener: RequestListener) {
  return listen(createHttpServer(listener));
}

/** A client without variables, which records its notices, and its waits instead of waiting. */
export function client(world: Partial<SendWorld> = {}) {
  const notices: string[] = [];
  const waits: number[] = [];
  const send = createSend({
    env: {},
    clock: { ...systemClock, sleep: async (ms) => void waits.push(ms) },
    notice: (text) => void notices.push(text),
    version: '1.2.3',
    ...world,
  });
  return {
    notices,
    waits,
    get: (url: string, options: Partial<SendOptions> = {}) =>
      send(() => request(url), { timeout: 10_000, retries: 0, ...options }),
    send,
  };
}

/** A request without a body. */
export function request(url: string, more: Partial<Request> = {}): Request {
  return { method: 'GET', url, headers: {}, ...more };
}

/** The error that a promise is rejected with, which must be an AuthctlError. */
export async function failure(promise: Promise<unknown>): Promise<AuthctlError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AuthctlError) return error;
  throw new Error(`expected an AuthctlError, got ${String(error)}`, { cause: error });
}
