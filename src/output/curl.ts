/** `-o curl`: a config file for `curl --config`. */
import { AuthctlError } from '../errors.ts';
import type { Result } from './result.ts';

/** In characters. curl 7 reads lines of up to 100 KiB. */
const maxLineLength = 100 * 1024 - 2;

/**
 * One line that adds the header to curl's request. Within quotes, only the quote and the backslash
 * need a backslash.
 *
 * @throws AuthctlError `token_unusable` if curl would not send the header, or could not read the line
 */
export function curlConfig(header: Result['header']): string {
  const line = `header = "${`${header.name}: ${header.value}`.replace(/["\\]/g, '\\$&')}"`;
  // curl does not send a header without a value.
  if (header.value.trim() === '' || line.length > maxLineLength)
    throw new AuthctlError('token_unusable', 'curl cannot send this token', {
      hint: 'use -o json',
    });
  return `${line}\n`;
}
