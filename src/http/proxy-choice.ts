/** Chooses the proxy for a request, by HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
import { BlockList, isIP } from 'node:net';
import { AuthctlError, hint, named } from '../errors.ts';
import { isLoopback } from './base-url.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface ProxyServer {
  /** Without user name and password. */
  readonly origin: string;
  /** The variable that names it. */
  readonly variable: string;
  /** The value of `Proxy-Authorization`. A secret. */
  readonly authorization?: string;
  /** What to redact: the password, and the user name with the password. */
  readonly secrets?: readonly string[];
}

/**
 * The proxy for a URL; undefined for a direct connection, as always to loopback.
 *
 * @throws AuthctlError `usage` if the variable does not hold the URL of a proxy
 */
export function proxyFor(url: URL, env: Env): ProxyServer | undefined {
  if (isLoopback(url.hostname)) return undefined;
  const variable = inUse(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  const setting = readVariable(env, variable);
  if (setting === '' || isExempt(url, readVariable(env, inUse(env, 'NO_PROXY')))) return undefined;
  return parseProxy(setting, variable);
}

/** The lower-case variable if it is set, even to an empty value; as in curl. On Windows both are one. */
function inUse(env: Env, name: string): string {
  const lower = name.toLowerCase();
  return env[lower] === undefined || env[lower] === env[name] ? name : lower;
}

function readVariable(env: Env, variable: string): string {
  return (env[variable] ?? '').trim();
}

function parseProxy(setting: string, variable: string): ProxyServer {
  const text = setting.includes('://') ? setting : `http://${setting}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new AuthctlError('usage', `${variable} is not the URL of an http or https proxy`, {
      hint: hint`set ${named(variable)} to something like http://proxy.example.com:3128, or unset it`,
    });
  // What was meant as a user name is the host.
  if (`${url.pathname}${url.search}${url.hash}`.includes('@'))
    throw new AuthctlError('usage', `${variable} has a /, ? or # before the @ of its password`, {
      hint: 'write them as %2F, %3F and %23',
    });
  const proxy = { origin: url.origin, variable };
  if (url.username === '' && url.password === '') return proxy;
  const password = percentDecode(url.password);
  const pair = `${percentDecode(url.username)}:${password}`;
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  return { ...proxy, authorization, secrets: [pair, password] };
}

/** The bytes of one character in UTF-8, as far as their first one tells. */
const encodedCharacter =
  /%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}/gi;

/** Decodes a part of a URL. A % that encodes nothing stands for itself. */
function percentDecode(text: string): string {
  return text.replace(encodedCharacter, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
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

/** Without the brackets of IPv6 and the dot at the end of a fully qualified name. */
function plainHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function matches(entry: string, host: string, port: string): boolean {
  const [, bracketed, named, entryPort] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  if (entryPort !== undefined && entryPort !== port) return false;
  // Without a match it is IPv6 without brackets, which cannot have a port.
  const pattern = bracketed ?? named ?? entry;
  if (pattern.includes('/') || isIP(pattern) !== 0) return isInNetwork(pattern, host);
  const name = plainHost(pattern.replace(/^\*?\./, ''));
  if (!name.includes('*')) return host === name || host.endsWith(`.${name}`);
  return matchesWildcards(host, name);
}

/** Not a regular expression, which could take exponential time. */
function matchesWildcards(host: string, pattern: string): boolean {
  const parts = pattern.split('*');
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
