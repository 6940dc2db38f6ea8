/** Reads the cookies that an answer sets (RFC 6265, section 5.2), as far as a token needs it. */

import { AuthctlError } from '../errors.ts';

/** A cookie that an answer sets. */
export interface Cookie {
  readonly value: string;
  /** Seconds until it ends, from Max-Age. */
  readonly maxAge?: number;
  /** When it ends, in milliseconds since the epoch by the server's clock, from Expires. */
  readonly expires?: number;
}

/**
 * The cookie of a name. One that is empty or to be removed (`Max-Age=0`) counts as absent.
 *
 * @param lines the values of the headers `Set-Cookie`
 * @param now the time of the answer, in milliseconds since the epoch
 * @throws AuthctlError `bad_answer` for two different values
 */
export function findCookie(
  lines: readonly string[],
  name: string,
  now: number,
): Cookie | undefined {
  const found = lines.map(parseCookie).filter((cookie) => cookie?.name === name);
  const values = found.filter((cookie) => cookie && !isEmpty(cookie, now));
  const [first] = values;
  if (values.some((cookie) => cookie?.value !== first?.value)) {
    const message = `the answer sets the cookie ${name} twice, to different values`;
    throw new AuthctlError('bad_answer', message);
  }
  return values.at(-1);
}

function isEmpty({ value, maxAge, expires }: Cookie, now: number): boolean {
  if (value === '') return true;
  // Max-Age takes precedence.
  return maxAge === undefined ? expires !== undefined && expires <= now : maxAge <= 0;
}

function parseCookie(line: string): (Cookie & { readonly name: string }) | undefined {
  const [pair = '', ...attributes] = line.split(';');
  const equals = pair.indexOf('=');
  if (equals <= 0) return undefined;
  let maxAge: number | undefined;
  let expires: number | undefined;
  for (const attribute of attributes) {
    const [key = '', text = ''] = attribute.split(/=(.*)/s).map((part) => part.trim());
    if (/^max-age$/i.test(key) && /^-?\d+$/.test(text)) maxAge = Number(text);
    if (/^expires$/i.test(key)) expires = Date.parse(text);
  }
  return {
    name: pair.slice(0, equals).trim(),
    value: pair.slice(equals + 1).trim(),
    ...(maxAge !== undefined && { maxAge }),
    ...(expires !== undefined && !Number.isNaN(expires) && { expires }),
  };
}
