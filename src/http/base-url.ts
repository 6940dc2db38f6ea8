/** Checks which URLs a secret may be sent to: https; plain http only to this machine or if allowed. */
import { AuthctlError } from '../errors.ts';

/** @param hostname as in `URL.hostname`: lower case, IPv6 in brackets */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '');
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    // 127.0.0.0/8 as an IPv6 address.
    /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(host) ||
    /^127\.\d+\.\d+\.\d+$/.test(host)
  );
}

/**
 * Rejects a URL to which no request may be sent.
 *
 * @throws AuthctlError `base_url_refused`, without the user name or password of the URL
 */
export function requireSafeUrl(url: URL, { allowHttp = false }: { allowHttp?: boolean }): void {
  if (url.username !== '' || url.password !== '')
    throw new AuthctlError('base_url_refused', 'the URL contains a user name or password', {
      hint: 'remove everything before the @; credentials have their own options',
    });
  if (url.protocol === 'https:') return;
  if (url.protocol !== 'http:')
    throw new AuthctlError('base_url_refused', 'the URL does not begin with https://', {
      hint: 'write the URL in full, like https://api.example.com',
    });
  if (!allowHttp && !isLoopback(url.hostname))
    throw new AuthctlError(
      'base_url_refused',
      `${url.origin} is plain http: others on the network could read the credentials`,
      { hint: 'use https, or --allow-http if you accept that' },
    );
}

/**
 * Parses a base URL and removes trailing slashes, so that equal URLs have equal `href`s.
 *
 * @throws AuthctlError `base_url_refused`, without the text, which may hold a password
 */
export function parseBaseUrl(text: string, options: { allowHttp?: boolean } = {}): URL {
  if (/[\s\\]/.test(text) || !URL.canParse(text))
    throw new AuthctlError('base_url_refused', 'the base URL is not a valid URL', {
      hint: 'write the URL in full, like https://api.example.com',
    });
  const url = new URL(text);
  requireSafeUrl(url, options);
  // In the text, because a parsed URL does not show an empty query or fragment.
  if (/[?#]/.test(text))
    throw new AuthctlError('base_url_refused', 'the base URL has a query or a fragment', {
      hint: 'remove the ? or # and everything after it',
    });
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}
