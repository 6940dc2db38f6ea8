/** The headers of a request as they go out, and those of an answer as the program reads them. */
import { AuthctlError } from '../errors.ts';
import type { Request } from './message.ts';

/**
 * The headers to send: those of the request, and ours where it does not say otherwise. None is
 * empty (there are servers that refuse any request with an empty header), and `Content-Type`
 * stands only beside a body.
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
    for (const ours of Object.keys(headers)) if (ours.toLowerCase() === lower) delete headers[ours];
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

/** An answer's headers by lower-cased name; those that came more than once are joined with a comma. */
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
