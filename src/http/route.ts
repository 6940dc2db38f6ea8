/** Opens a route to a server, direct or through a proxy, whose sockets can all be closed at once. */

import type { LookupAddress, LookupOptions } from 'node:dns';
import { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import buildConnector from 'undici/lib/core/connect.js';
import Client from 'undici/lib/dispatcher/client.js';
import type { ClientOptions, Connect, Dispatcher } from 'undici/lib/dispatcher/dispatcher.js';
import { isLoopback } from './base-url.ts';
import { ignoreContinue } from './interim.ts';
import type { Connection } from './network-problems.ts';
import type { ProxyServer } from './proxy-choice.ts';

export interface Route {
  readonly dispatcher: Dispatcher;
  /** Closes all connections, also those still being opened, which undici would leave to a time-out. */
  close(): void;
}

/**
 * @param tls options of `tls.connect`
 * @param connection its stage is updated when the proxy is connected
 */
export async function openRoute(
  url: URL,
  proxy: ProxyServer | undefined,
  tls: Readonly<Record<string, unknown>>,
  connection: Connection,
): Promise<Route> {
  const sockets = new Set<Socket>();
  const makeClient = (origin: string | URL, { connect }: Pick<ClientOptions, 'connect'>) =>
    // The whole exchange has a deadline, so its parts need no time-outs.
    new Client(origin, { headersTimeout: 0, bodyTimeout: 0, connect: tracked(connect, sockets) });

  let dispatcher: Dispatcher;
  if (proxy === undefined) {
    const lookup = isLoopback(url.hostname) ? { lookup: loopbackAddresses } : {};
    const connect = buildConnector({ ...connectOptions, ...tls, ...lookup });
    dispatcher = makeClient(url.origin, { connect });
  } else {
    const { createProxyAgent } = await import('./proxy-agent.ts');
    dispatcher = createProxyAgent(url, proxy, { ...connectOptions, ...tls }, makeClient, () => {
      connection.stage = 'connection';
    });
  }
  return {
    dispatcher,
    close() {
      for (const socket of sockets) socket.destroy();
      // The exchange is over: a failure to close does not matter.
      dispatcher.destroy().catch(() => {});
    },
  };
}

/** Options of `net.connect`, and undici's own time-out, which is switched off. */
const connectOptions = {
  timeout: 0,
  // Node's default of 250 ms per address is too short for slow networks.
  autoSelectFamilyAttemptTimeout: 1_000,
};

function tracked(connect: Connect, sockets: Set<Socket>): Connect {
  return (target, callback) => {
    const socket = connect(target, (error, connected) => {
      if (connected instanceof Socket) ignoreContinue(connected);
      compileQuickly();
      callback(error, connected);
    });
    if (socket instanceof Socket) sockets.add(socket);
    return socket;
  };
}

/**
 * undici's parser is WebAssembly. Node 20 optimises all of it on first use and does not exit before
 * that is done, which takes twice as long as a login. Later versions compile lazily, and the flag
 * would slow them down; `Array.fromAsync` came with their V8.
 *
 * Call it when everything else is loaded: once a flag has changed, V8 rejects the cached code of Node's
 * own modules, such as TLS.
 */
function compileQuickly(): void {
  if (!('fromAsync' in Array)) setFlagsFromString('--liftoff-only');
}

const loopback = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * Resolves `localhost` and names below it without DNS (RFC 6761, 6.3): plain http to them is allowed,
 * so they must not resolve to other machines.
 */
export function loopbackAddresses(
  _host: string,
  { all, family }: LookupOptions,
  callback: (error: null, address: string | LookupAddress[], family?: number) => void,
): void {
  const found = loopback.filter((one) => !family || one.family === family);
  if (all === true) callback(null, found);
  else callback(null, found[0]?.address ?? '', found[0]?.family);
}
