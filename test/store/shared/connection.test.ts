/** A server that does not speak the protocol: its answers end a connection, and not the process. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterAll, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/cli/context.ts';
import { parseAddress } from '../../../src/store/shared/address.ts';
import { openConnection } from '../../../src/store/shared/connection.ts';
import { codeOf } from './open.ts';

const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers.splice(0)) close();
});

/** A connection to a server that a test speaks for, from the moment when it is connected. */
async function connectionTo(speak: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    speak(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const connection = openConnection({
    address: parseAddress(`redis://127.0.0.1:${address.port}/0`),
    clock: systemClock,
    permit: () => {},
    password: async () => undefined,
    tls: async () => ({}),
  });
  closers.push(() => {
    connection.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return connection;
}

const hostile = {
  'a list that is too long': '*4294967297\r\n',
  'lists in lists': '*1\r\n'.repeat(200_000),
  'no reply at all': 'HTTP/1.1 400 Bad Request\r\n\r\n',
};

test.each(Object.entries(hostile))(
  '%s is the error of a lost connection, at once',
  async (_, text) => {
    const connection = await connectionTo((socket) => socket.on('data', () => socket.write(text)));
    const began = performance.now();
    expect(await codeOf(connection.call(['PING'], { steady: true }))).toBe('store');
    expect(performance.now() - began).toBeLessThan(1500);
  },
);

test.each(Object.entries(hostile))('%s before anything was asked too', async (_, text) => {
  const connection = await connectionTo((socket) => socket.write(text));
  expect(await codeOf(connection.call(['PING'], { steady: true }))).toBe('store');
});

test('the next connection is as good as any', async () => {
  let count = 0;
  const connection = await connectionTo((socket) =>
    socket.on('data', () => socket.write(++count === 1 ? '*4294967297\r\n' : '+PONG\r\n')),
  );
  expect(await connection.call(['PING'])).toBe('PONG');
});
