/** The address of a shared store: `rediss://[user[:password]@]host[:port][/database]`. */
import { AuthctlError, hint } from '../../errors.ts';

/** Where the store is, and as whom to log in there. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly database: number;
  /** As it may be shown. */
  readonly shown: string;
}

/**
 * Reads an address. `valkey:` and `valkeys:` are other names of the same.
 *
 * @throws AuthctlError `usage`, never with the text, which may hold a password
 */
export function parseAddress(text: string): Address {
  const [, scheme = ''] = /^([a-z+]+):\/\//.exec(text) ?? [];
  if (/\+(sentinel|cluster)/.test(scheme)) {
    throw new AuthctlError(
      'usage',
      'Sentinel and Cluster are not supported yet as a shared store',
      {
        hint: 'name a single server: rediss://host:6380',
      },
    );
  }
  const tls = scheme === 'rediss' || scheme === 'valkeys';
  if (!(tls || scheme === 'redis' || scheme === 'valkey') || !URL.canParse(text)) throw invalid();
  const url = new URL(text);
  const database = /^\/?(\d{1,4})?$/.exec(url.pathname)?.[1] ?? '0';
  if (url.hostname === '' || url.search !== '' || url.hash !== '') throw invalid();
  if (!/^\/?(\d{1,4})?$/.test(url.pathname)) throw invalid();
  const port = url.port === '' ? 6379 : Number(url.port);
  const shown = `${tls ? 'rediss' : 'redis'}://${url.hostname}:${port}/${database}`;
  return {
    // Node takes the address without its brackets.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    tls,
    ...(url.username !== '' && { user: decoded(url.username) }),
    ...(url.password !== '' && { password: decoded(url.password) }),
    database: Number(database),
    shown,
  };
}

/**
 * Requires that nobody on the way to a store can read what is sent there.
 *
 * @param isNear whether a host is this machine, to which plain text may go
 * @throws AuthctlError `base_url_refused`
 */
export function requireSafe(
  { host, shown, tls }: Address,
  how: { readonly allowHttp: boolean; readonly isNear: (host: string) => boolean },
): void {
  if (tls || how.allowHttp || how.isNear(host)) return;
  throw new AuthctlError(
    'base_url_refused',
    `${shown} is not encrypted: others on the network could read it`,
    { hint: 'use rediss://, or --allow-http if you accept that' },
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid();
  }
}

function invalid(): AuthctlError {
  return new AuthctlError('usage', 'the address of the shared store is not a valid one', {
    hint: hint`write it as rediss://user@host:6380/0`,
  });
}
