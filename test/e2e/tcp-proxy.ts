/** A TCP proxy that a test can cut: a partition between a machine and the store. */
import { connect, createServer, type Socket } from 'node:net';
import { afterAll } from '@jest/globals';

/** A proxy on loopback. */
export interface TcpProxy {
  readonly port: number;
  /** Passes nothing on any more, in either direction, and accepts no connection that leads anywhere. */
  cut(): void;
  /** Passes on what comes from now on, by new connections: the others are reset. */
  mend(): void;
}

const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers.splice(0)) close();
});

/** Starts a proxy to a port for the rest of the file. */
export async function tcpProxy(to: number): Promise<TcpProxy> {
  let isCut = false;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('data', (bytes) => {
        if (!isCut) into.write(bytes);
      });
      from.on('error', () => {});
      from.on('close', () => {
        open.delete(from);
        into.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reset = () => {
    for (const socket of open) socket.destroy();
  };
  closers.push(() => {
    reset();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    cut: () => {
      isCut = true;
    },
    mend() {
      isCut = false;
      reset();
    },
  };
}
