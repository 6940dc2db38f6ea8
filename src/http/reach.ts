/** Finds out how far the way to a server is open: name, connection, certificate, answer. */
import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { after, type Clock } from '../clock.ts';
import { AuthctlError, type Hint } from '../errors.ts';
import { isLoopback, requireSafeUrl } from './base-url.ts';
import type { Response, Send, SendOptions, Stage } from './message.ts';
import { networkFailure, timeoutError } from './network-error.ts';
import type { Connection } from './network-problems.ts';
import { type ProxyServer, proxyFor } from './proxy-choice.ts';
import { loopbackAddresses } from './route.ts';

/** A part of the way, and what became of it. */
export interface Leg {
  readonly name: 'DNS' | 'TCP' | 'proxy' | 'TLS' | 'HTTP';
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  /** In a clause. */
  readonly message: string;
  readonly hint?: Hint;
}

/** What was found, and the answer if one came. */
export interface Reach {
  readonly legs: readonly Leg[];
  readonly answer?: Response;
}

/** What it needs from the outside. */
export interface ReachWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly send: Send;
}

/**
 * Goes the way to an origin leg by leg, and asks for `HEAD /` at its end. No credential is sent.
 *
 * @param options whose timeout is that of all legs together
 */
export async function reach(
  { env, clock, send }: ReachWorld,
  origin: string,
  options: SendOptions,
): Promise<Reach> {
  const url = new URL(origin);
  const { allowed = options.timeout } = options;
  const deadline = clock.monotonic() + options.timeout;
  const remaining = () => Math.max(1, deadline - clock.monotonic());
  const legs: Leg[] = [];
  let at: Leg['name'] = 'HTTP';
  try {
    requireSafeUrl(url, options);
    at = 'proxy';
    const proxy = proxyFor(url, env);
    const peer = new URL(proxy?.origin ?? url.origin);
    const connection: Connection = proxy
      ? { origin, proxy: proxy.origin, proxyVariable: proxy.variable, stage: 'proxy' }
      : { origin, stage: 'connection' };
    const limit = <T>(work: Promise<T>) =>
      limited(work, remaining(), () => timeoutError(connection, allowed));
    at = 'DNS';
    legs.push(await named(peer, proxy, (host) => limit(lookup(host, { all: true })), connection));
    at = 'TCP';
    const started = clock.monotonic();
    await limit(connected(peer, connection));
    const took = Math.round(clock.monotonic() - started);
    legs.push({ name: 'TCP', state: 'ok', message: `connected to ${peer.host} in ${took} ms` });
    let stage: Stage = connection.stage;
    const onEnd = (last: Stage) => {
      stage = last;
    };
    const limits = { ...options, timeout: remaining(), allowed, retries: 0 };
    try {
      const answer = await send(() => ({ method: 'HEAD', url: `${origin}/`, headers: {} }), {
        ...limits,
        onEnd,
      });
      return { legs: [...legs, ...opened(url, proxy), answered(answer)], answer };
    } catch (error) {
      at = legAt(stage, url, proxy, error);
      if (at !== 'proxy' && proxy) legs.push(...opened(url, proxy).slice(0, 1));
      if (at === 'HTTP') legs.push(...opened(url, proxy).slice(proxy ? 1 : 0));
      throw error;
    }
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    const { hint } = error.details;
    legs.push({ name: at, state: 'failed', message: error.message, ...(hint && { hint }) });
    return { legs };
  }
}

/** The leg at which a request ended. */
function legAt(
  stage: Stage,
  url: URL,
  proxy: ProxyServer | undefined,
  error: unknown,
): Leg['name'] {
  if (stage === 'answer' || stage === 'body') return 'HTTP';
  const isTls = error instanceof AuthctlError && error.code === 'tls';
  if (proxy && (stage === 'proxy' || !isTls)) return 'proxy';
  return url.protocol === 'https:' ? 'TLS' : 'HTTP';
}

/** The legs between the connection and the answer, if the request could be sent. */
function opened({ protocol }: URL, proxy: ProxyServer | undefined): readonly Leg[] {
  const tls: Leg =
    protocol === 'https:'
      ? { name: 'TLS', state: 'ok', message: 'the certificate is trusted' }
      : { name: 'TLS', state: 'skipped', message: 'plain http' };
  if (!proxy) return [tls];
  const message = `${proxy.origin}, by ${proxy.variable}`;
  return [{ name: 'proxy', state: 'ok', message }, tls];
}

function answered({ status }: Response): Leg {
  return {
    name: 'HTTP',
    // Any other status says that a server is there, which is all that is asked.
    state: status >= 500 ? 'warning' : 'ok',
    message: `HEAD / was answered with ${status}`,
  };
}

async function named(
  { hostname }: URL,
  proxy: ProxyServer | undefined,
  find: (host: string) => Promise<readonly { readonly address: string }[]>,
  connection: Connection,
): Promise<Leg> {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return { name: 'DNS', state: 'skipped', message: `${host} is an address` };
  if (isLoopback(hostname)) {
    return { name: 'DNS', state: 'skipped', message: `${host} is this machine` };
  }
  try {
    const addresses = (await find(host)).map(({ address }) => address);
    const of = proxy ? `the proxy ${host}` : host;
    return { name: 'DNS', state: 'ok', message: `${of} is ${addresses.slice(0, 3).join(', ')}` };
  } catch (error) {
    throw error instanceof AuthctlError ? error : networkFailure(error, connection).error;
  }
}

/** Opens a connection and closes it. */
async function connected(peer: URL, connection: Connection): Promise<void> {
  const { hostname, port, protocol } = peer;
  const lookup = isLoopback(hostname) ? { lookup: loopbackAddresses } : {};
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 1000,
    ...lookup,
  });
  try {
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
  } catch (error) {
    throw networkFailure(error, connection).error;
  } finally {
    socket.destroy();
  }
}

async function limited<T>(
  work: Promise<T>,
  milliseconds: number,
  late: () => AuthctlError,
): Promise<T> {
  let stop = () => {};
  const end = new Promise<never>((_, reject) => {
    stop = after(milliseconds, () => reject(late()));
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    stop();
  }
}
