/** The ways to a server, straight or through a proxy, whose sockets can all be closed at once. */

import { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import buildConnector from 'undici/lib/core/connect.js';
import Client from 'undici/lib/dispatcher/client.js';
import type { ClientOptions, Connect, Dispatcher } from 'undici/lib/dispatcher/dispatcher.js';
import { isLoopback } from './base-url.ts';
import { ignoreContinue } from './interim.ts';
import type { Way } from './network-facts.ts';
import type { ProxyServer } from './proxy-choice.ts';

/** A way to a server. */
export interface Route {
  readonly dispatcher: Dispatcher;
  /** Closes whatever is open: half a connection too, which undici would leave to its time-out. */
  close(): void;
}

/** @param tls options of `tls.connect` */
export async function openRoute(
  url: URL,
  proxy: ProxyServer | undefined,
  tls: Readonly<Record<string, unknown>>,
  way: Way,
): Promise<Route> {
  const sockets = new Set<Socket>();
  const makeClient = (origin: string | URL, { connect }: Pick<ClientOptions, 'connect'>) =>
    // The deadline of the whole exchange stands in for the time-outs of its parts.
    new Client(origin, { headersTimeout: 0, bodyTimeout: 0, connect: tracked(connect, sockets) });

  let dispatcher: Dispatcher;
  if (proxy === undefined) {
    const lookup = isLoopback(url.hostname) ? { lookup: loopbackAddresses } : {};
    const connect = buildConnector({ ...connection, ...tls, ...lookup });
    dispatcher = makeClient(url.origin, { connect });
  } else {
    const { throughProxy } = await import('./proxy-agent.ts');
    dispatcher = throughProxy(url, proxy, { ...connection, ...tls }, makeClient, () => {
      way.stage = 'connection';
    });
  }
  return {
    dispatcher,
    close() {
      for (const socket of sockets) socket.destroy();
      // Rejects nothing that is still of interest.
      dispatcher.destroy().catch(() => {});
    },
  };
}

/** Of every connection: options of `net.connect`, and undici's own time-out, which is off. */
const connection = {
  timeout: 0,
  // Node gives up on each but the last of a host's addresses after 250 ms, slow lines included.
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
 * undici's parser is WebAssembly. Node 20 sets out to optimise all of it when it is first used, and
 * then does not end before it has: twice the time of a whole login. Later versions do it lazily,
 * and are slowed down by the flag. They are known by a built-in that came with their V8.
 *
 * This is for when everything else is loaded: V8 does not take the code that Node has ready for its
 * own modules, TLS for one, once a flag is other than it was.
 */
function compileQuickly(): void {
  if (!('fromAsync' in Array)) setFlagsFromString('--liftoff-only');
}

const loopback = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * Looks `localhost` and what ends in it up without DNS, as RFC 6761 (6.3) has it: plain http is
 * allowed to these names, so nobody else may say where they are.
 */
function loopbackAddresses(
  _host: string,
  { all, family }: { all?: boolean; family?: number },
  callback: (error: null, address: unknown, family?: number) => void,
): void {
  const fitting = loopback.filter((one) => !family || one.family === family);
  if (all === true) callback(null, fitting);
  else callback(null, fitting[0]?.address, fitting[0]?.family);
}
