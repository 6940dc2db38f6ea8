/** `-o curl`: a config file for `curl --config`. */
import { AuthctlError } from '../errors.ts';
import type { Result } from './result.ts';

/** curl 7 reads lines of up to 100 KiB. */
const longestLine = 100 * 1024 - 2;

/**
 * One line that adds the header to curl's request. In a quoted value curl's config knows two
 * characters that need a backslash, the quote and the backslash.
 * @throws AuthctlError `token_unusable` where curl would not send the header, or not read the line
 */
export function curlConfig(header: Result['header']): string {
  const line = `header = "${`${header.name}: ${header.value}`.replace(/["\\]/g, '\\$&')}"`;
  // A header without a value tells curl to leave that header out.
  if (header.value.trim() === '' || line.length > longestLine)
    throw new AuthctlError('token_unusable', 'the token is not one that curl can send', {
      hint: 'use -o json',
    });
  return `${line}\n`;
}
