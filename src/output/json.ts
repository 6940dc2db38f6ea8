/** `-o json`: everything about a result, for programs. */

import type { Carrier } from '../declaration/use.ts';
import { printableJson } from '../terminal/printable.ts';
import { expiresAt, expiresIn } from './expiry.ts';
import type { Result } from './result.ts';

/** One indented object and a newline. Characters that could affect a terminal are escaped. */
export function jsonText(result: Result): string {
  const { accessToken, refreshToken, kept } = result.tokenSet;
  const { headers, query, cookies } = result.carried.carriers();
  const [header] = headers;
  const byName = (carriers: readonly Carrier[]) =>
    Object.fromEntries(carriers.map(({ name, value }) => [name, value]));
  const isMany = headers.length + query.length + cookies.length > 1 || !header;
  const json = JSON.stringify(
    {
      provider: result.provider,
      profile: result.profile,
      base_url: result.baseUrl,
      token: accessToken,
      expires_at: expiresAt(result.tokenSet),
      expires_in: expiresIn(result.tokenSet, result.now),
      refresh_token: refreshToken,
      header: header && { name: header.name, value: header.value },
      ...(isMany && headers.length > 0 && { headers: byName(headers) }),
      ...(query.length > 0 && { query: byName(query) }),
      ...(cookies.length > 0 && { cookies: byName(cookies) }),
      keep: kept,
      source: result.source,
    },
    null,
    2,
  );
  return `${printableJson(json)}\n`;
}
