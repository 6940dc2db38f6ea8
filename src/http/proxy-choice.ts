/** Which proxy a request goes through, by HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
import { BlockList, isIP } from 'node:net';
import { AuthctlError, hint, named } from '../errors.ts';
import { isLoopback } from './base-url.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A proxy. */
export interface ProxyServer {
  /** Where it is, without user name and password: fit for a message. */
  readonly origin: string;
  /** The variable that named it. */
  readonly variable: string;
  /** The value of `Proxy-Authorization`. A secret. */
  readonly authorization?: string;
  /** What must not be shown, as it may come back in an error: the password, alone and with the name. */
  readonly secrets?: readonly string[];
}

/**
 * The proxy for a URL; undefined where the request goes straight to the server, as it always does
 * to loopback.
 *
 * @throws AuthctlError `usage` where the variable holds no URL of a proxy
 */
export function proxyFor(url: URL, env: Env): ProxyServer | undefined {
  if (isLoopback(url.hostname)) return undefined;
  const variable = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const setting = lowerFirst(env, variable);
  if (setting === '' || isExempt(url, lowerFirst(env, 'NO_PROXY'))) return undefined;
  return parseProxy(setting, variable);
}

/** As in curl: the lower-case variable decides where it is set, even to nothing. */
function lowerFirst(env: Env, name: string): string {
  return (env[name.toLowerCase()] ?? env[name] ?? '').trim();
}

function parseProxy(setting: string, variable: string): ProxyServer {
  const text = setting.includes('://') ? setting : `http://${setting}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new AuthctlError('usage', `${variable} is not the URL of an http or https proxy`, {
      hint: hint`set ${named(variable)} to something like http://proxy.example.com:3128, or unset it`,
    });
  const proxy = { origin: url.origin, variable };
  if (url.username === '' && url.password === '') return proxy;
  const password = percentDecode(url.password);
  const pair = `${percentDecode(url.username)}:${password}`;
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  return { ...proxy, authorization, secrets: [pair, password] };
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A bare % that encodes nothing: meant as it stands.
    return text;
  }
}

/** Whether NO_PROXY names the URL's host. */
function isExempt(url: URL, noProxy: string): boolean {
  const host = plainHost(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => matches(entry.toLowerCase(), host, port));
}

/** Without the brackets of IPv6 and the dot that ends a full name. */
function plainHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function matches(entry: string, host: string, port: string): boolean {
  const [, bracketed, named, wantedPort] =
    /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  // What did not match is IPv6 without brackets, which leaves no room for a port.
  const pattern = bracketed ?? named ?? entry;
  if (pattern.includes('/') || isIP(pattern) !== 0) return isInNetwork(pattern, host);
  const name = plainHost(pattern.replace(/^\*?\./, ''));
  if (!name.includes('*')) return host === name || host.endsWith(`.${name}`);
  return isLike(host, name);
}

/** Whether a host is what a name with stars says. Not a regular expression: some take for ever. */
function isLike(host: string, name: string): boolean {
  const parts = name.split('*');
  const [first = '', last = ''] = [parts.shift(), parts.pop()];
  if (host.length < first.length + last.length) return false;
  if (!host.startsWith(first) || !host.endsWith(last)) return false;
  const end = host.length - last.length;
  let at = first.length;
  for (const part of parts) {
    const found = host.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** @param network one address, or a range such as 10.0.0.0/8 */
function isInNetwork(network: string, host: string): boolean {
  const [address = '', bits] = network.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const width = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? width : Number(bits);
  if (!/^\d+$/.test(bits ?? '0') || prefix > width) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, type);
  return list.check(host, type);
}
