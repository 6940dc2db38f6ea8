/** Which URLs a secret may be sent to: https, and plain http only to this machine or where it was allowed. */
import { AuthctlError } from '../errors.ts';

/** @param hostname as in `URL.hostname`: lower case, IPv6 in brackets */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '');
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(host)
  );
}

/**
 * Refuses a URL that no request may go to.
 *
 * @throws AuthctlError `base_url_refused`; its message holds no user name or password of the URL
 */
export function requireSafeUrl(url: URL, { allowHttp = false }: { allowHttp?: boolean }): void {
  if (url.username !== '' || url.password !== '')
    throw new AuthctlError('base_url_refused', 'the URL holds a user name or a password', {
      hint: 'leave out what stands before the @, and give the credentials by their options',
    });
  if (url.protocol === 'https:') return;
  if (url.protocol !== 'http:')
    throw new AuthctlError('base_url_refused', 'the URL does not begin with https://', {
      hint: 'write the URL in full, like https://api.example.com',
    });
  if (!allowHttp && !isLoopback(url.hostname))
    throw new AuthctlError(
      'base_url_refused',
      `${url.origin} is plain http: anyone on the way could read the credentials`,
      { hint: 'use https, or --allow-http if you accept that' },
    );
}

/**
 * Reads a base URL. The same place gives the same `href`: a trailing slash is dropped.
 *
 * @throws AuthctlError `base_url_refused`; its message never repeats the text, which may hold a password
 */
export function parseBaseUrl(text: string, options: { allowHttp?: boolean } = {}): URL {
  if (/[\s\\]/.test(text) || !URL.canParse(text))
    throw new AuthctlError('base_url_refused', 'the base URL is not a URL', {
      hint: 'write the URL in full, like https://api.example.com',
    });
  const url = new URL(text);
  requireSafeUrl(url, options);
  // An empty query or fragment is invisible in the parsed URL.
  if (/[?#]/.test(text))
    throw new AuthctlError('base_url_refused', 'the base URL has a query or a fragment', {
      hint: 'leave out the ? or # and what follows it',
    });
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}
