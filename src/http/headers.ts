/** Builds the headers of a request, and normalises those of an answer. */
import { AuthctlError } from '../errors.ts';
import type { Request } from './message.ts';

/**
 * The headers to send: those of the request, and the program's defaults. Empty headers are left out,
 * because some servers refuse any request with an empty header, and so is `Content-Type` without
 * a body.
 *
 * @param version of this program
 * @throws AuthctlError `credential_unsendable` for a value that a header cannot carry
 */
export function requestHeaders(request: Request, version: string): Record<string, string> {
  const headers: Record<string, string> = {
    'User-Agent': `authctl/${version}`,
    Accept: 'application/json',
    'Accept-Encoding': 'identity',
  };
  for (const [name, value] of Object.entries(request.headers)) {
    const lower = name.toLowerCase();
    for (const other of Object.keys(headers)) {
      if (other.toLowerCase() === lower) delete headers[other];
    }
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      throw new AuthctlError(
        'credential_unsendable',
        `the value of the header ${name} has a character that a header cannot carry`,
      );
    if (value.trim() === '') continue;
    if (lower === 'content-type' && request.body === undefined) continue;
    headers[name] = value;
  }
  return headers;
}

/** The values of the headers `Set-Cookie`. */
export function setCookies(
  headers: Readonly<Record<string, string | readonly string[]>>,
): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    name.toLowerCase() === 'set-cookie' ? value : [],
  );
}

/** An answer's headers by lower-case name. Repeated headers are joined with a comma. */
export function responseHeaders(
  headers: Readonly<Record<string, string | readonly string[]>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === 'string' ? value : value.join(', '),
    ]),
  );
}
