/** `--dry-run`: the text of a request that is not sent. */
import type { Request } from '../http/message.ts';
import { printable, printableJson } from '../terminal/printable.ts';

/**
 * Request line, headers and body, as they would go out, but for characters that act on a terminal or
 * a pipeline: they are escaped, in a body that is JSON as JSON escapes them.
 */
export function requestText({ method, url, headers, body }: Request): string {
  const head = Object.entries(headers).map(
    ([name, value]) => `${printable(`${name}: ${value}`, Infinity)}\n`,
  );
  const end = body === undefined ? '' : `\n${shownBody(body)}\n`;
  return `${printable(`${method} ${url}`, Infinity)}\n${head.join('')}${end}`;
}

function shownBody(body: string): string {
  // JSON of ours is one line: a line feed in another body would be text.
  return /^[[{"]/.test(body) ? printableJson(body) : printable(body, Infinity);
}
