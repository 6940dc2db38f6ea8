/** `--dry-run`: formats a request that is not sent. */
import type { Request } from '../http/message.ts';

/** Request line, headers and body. */
export function requestText({ method, url, headers, body }: Request): string {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  const end = body === undefined ? '' : `\n${body}\n`;
  return `${method} ${url}\n${head.join('')}${end}`;
}
