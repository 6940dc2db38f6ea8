/** `-o json`: everything about a result, for programs. */

import { printableJson } from '../terminal/printable.ts';
import { expiresAt, expiresIn } from './expiry.ts';
import type { Result } from './result.ts';

/** One indented object and a newline. Characters that could affect a terminal are escaped. */
export function jsonText(result: Result): string {
  const { accessToken, refreshToken } = result.tokenSet;
  const json = JSON.stringify(
    {
      provider: result.provider,
      profile: result.profile,
      base_url: result.baseUrl,
      token: accessToken,
      expires_at: expiresAt(result.tokenSet),
      expires_in: expiresIn(result.tokenSet, result.now),
      refresh_token: refreshToken,
      header: { name: result.header.name, value: result.header.value },
      source: result.source,
    },
    null,
    2,
  );
  return `${printableJson(json)}\n`;
}
