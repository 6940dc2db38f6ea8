/** undici's proxy agent, loaded only where a proxy is used. */

import { isIP } from 'node:net';
import connectMethod from 'undici/lib/api/api-connect.js';
import type { Dispatcher } from 'undici/lib/dispatcher/dispatcher.js';
import ProxyAgent, { type Factory } from 'undici/lib/dispatcher/proxy-agent.js';
import type { ProxyServer } from './proxy-choice.ts';

/**
 * @param tls options of `tls.connect`; the proxy is not shown the client certificate
 * @param makeClient makes the clients to the proxy and to the server
 * @param reached called when the proxy is connected to
 */
export function throughProxy(
  url: URL,
  proxy: ProxyServer,
  tls: Readonly<Record<string, unknown>>,
  makeClient: Factory,
  reached: () => void,
): Dispatcher {
  return new ProxyAgent({
    uri: proxy.origin,
    ...(proxy.authorization === undefined ? {} : { token: proxy.authorization }),
    // Proxies commonly allow CONNECT to port 443 alone.
    proxyTunnel: url.protocol === 'https:',
    proxyTls: { ...tls, cert: undefined, key: undefined },
    requestTls: tls,
    factory: makeClient,
    clientFactory: (origin, { connect }) => {
      const client = makeClient(origin, {
        connect: (target, callback) =>
          connect(withoutAddress(target), (error, socket) => {
            if (error === null) reached();
            callback(error, socket);
          }),
      });
      // undici's index adds the methods to its clients, and would bring everything else along.
      return Object.assign(client, { connect: connectMethod });
    },
  });
}

/** TLS has no name for a server that is known by its address, and Node warns of one. */
function withoutAddress(target: Record<string, unknown>): Record<string, unknown> {
  const { servername } = target;
  if (typeof servername !== 'string' || isIP(servername.replace(/^\[|\]$/g, '')) === 0)
    return target;
  return { ...target, servername: undefined };
}
