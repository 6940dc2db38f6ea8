/** Sends requests: the only way that the program uses the network. Load it lazily. */
import type { Clock } from '../clock.ts';
import type { ReadTimeout } from '../files/named.ts';
import { requireSafeUrl } from './base-url.ts';
import { exchange } from './exchange.ts';
import type { Send, SendOptions } from './message.ts';
import { isUnknownAuthority } from './network-error.ts';
import type { Connection } from './network-problems.ts';
import { type ProxyServer, proxyFor } from './proxy-choice.ts';
import { withRetries } from './retry.ts';
import { openRoute } from './route.ts';
import type { Certificates } from './tls-options.ts';

/** What sending needs from the outside. */
export interface SendWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random?: () => number;
  /** Tells the user something in one clause. */
  readonly notice: (text: string) => void;
  /** Of this program. */
  readonly version: string;
  /** Whether this runtime's TLS library accepts weak certificates that Node's rejects. */
  readonly lenientTls?: boolean;
}

export function createSend(world: SendWorld): Send {
  const { env, clock, random = Math.random, notice, version } = world;
  const { lenientTls = false } = world;
  let noticed = false;
  return async (makeRequest, options) => {
    const { timeout, allowed = timeout, retries } = options;
    const deadline = clock.monotonic() + timeout;
    const remaining = () => deadline - clock.monotonic();
    let certificates = await certificatesOf(options, { clock, timeout });
    let widened = false;

    const attempt = async () => {
      const request = makeRequest();
      const url = new URL(request.url);
      requireSafeUrl(url, options);
      if (url.protocol === 'https:' && env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0' && !noticed) {
        noticed = true;
        notice('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are always checked');
      }
      const proxy = proxyFor(url, env);
      for (const secret of proxy?.secrets ?? []) options.keepSecret?.(secret);
      const connection = connectionTo(url, proxy, options);
      const { strictTls } = lenientTls ? await import('./strict-tls.ts') : {};
      const tls = {
        ...certificates,
        ...strictTls?.(certificates.ca, env),
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
      };
      const route = await openRoute(url, proxy, tls, connection);
      const limits = { timeout: allowed, remaining: remaining(), now: clock.now, version };
      try {
        return await exchange(request, route.dispatcher, connection, limits);
      } finally {
        options.onEnd?.(connection.stage);
        route.close();
      }
    };

    return withRetries(
      async () => {
        const outcome = await attempt();
        if ('response' in outcome || !isUnknownAuthority(outcome)) return outcome;
        const { withAllAuthorities, withAuthorities } = await import('./tls-options.ts');
        const failure = withAuthorities(outcome, options);
        if (widened) return failure;
        // Nothing has been sent yet. Few need the system's authorities, and reading them takes long.
        widened = true;
        const limit = { clock, timeout: remaining() };
        const wider = await withAllAuthorities(certificates, env, limit);
        if (!wider) return failure;
        certificates = wider;
        const again = await attempt();
        const isTrusted = 'response' in again || !isUnknownAuthority(again);
        return isTrusted ? again : withAuthorities(again, options);
      },
      { retries, remaining, sleep: clock.sleep, random, onRetry: options.onRetry },
    );
  };
}

function connectionTo(
  { origin }: URL,
  proxy: ProxyServer | undefined,
  { cert }: SendOptions,
): Connection {
  const server = { origin, ...(cert !== undefined && { cert }) };
  if (proxy === undefined) return { ...server, stage: 'connection' };
  return { ...server, proxy: proxy.origin, proxyVariable: proxy.variable, stage: 'proxy' };
}

async function certificatesOf(options: SendOptions, limit: ReadTimeout): Promise<Certificates> {
  const { cacert, cert, key } = options;
  if (cacert === undefined && cert === undefined && key === undefined) return {};
  const { readCertificates } = await import('./tls-options.ts');
  return readCertificates(options, limit);
}
