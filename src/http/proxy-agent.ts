/** Sets up undici's proxy agent. Loaded only if a proxy is used. */

import { isIP } from 'node:net';
import connectMethod from 'undici/lib/api/api-connect.js';
import type { Dispatcher } from 'undici/lib/dispatcher/dispatcher.js';
import ProxyAgent, { type Factory } from 'undici/lib/dispatcher/proxy-agent.js';
import type { ProxyServer } from './proxy-choice.ts';

/**
 * @param tls options of `tls.connect`; the client certificate is not sent to the proxy
 * @param makeClient makes the clients for the proxy and for the server
 * @param onConnected called when the connection to the proxy is open
 */
export function createProxyAgent(
  url: URL,
  proxy: ProxyServer,
  tls: Readonly<Record<string, unknown>>,
  makeClient: Factory,
  onConnected: () => void,
): Dispatcher {
  return new ProxyAgent({
    uri: proxy.origin,
    ...(proxy.authorization === undefined ? {} : { token: proxy.authorization }),
    // Most proxies allow CONNECT only to port 443.
    proxyTunnel: url.protocol === 'https:',
    proxyTls: { ...tls, cert: undefined, key: undefined },
    requestTls: tls,
    factory: makeClient,
    clientFactory: (origin, { connect }) => {
      const client = makeClient(origin, {
        connect: (target, callback) =>
          connect(withoutAddress(target), (error, socket) => {
            if (error === null) onConnected();
            callback(error, socket);
          }),
      });
      // undici's index adds this method to its clients, but importing it would load all of undici.
      return Object.assign(client, { connect: connectMethod });
    },
  });
}

/** Without a server name that is an address: TLS does not allow one, and Node warns of it. */
function withoutAddress(target: Record<string, unknown>): Record<string, unknown> {
  const { servername } = target;
  if (typeof servername !== 'string' || isIP(servername.replace(/^\[|\]$/g, '')) === 0)
    return target;
  return { ...target, servername: undefined };
}
