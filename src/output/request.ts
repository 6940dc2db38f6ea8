/** `--dry-run`: formats a request that is not sent. */
import type { Shown } from '../declaration/shown.ts';
import type { Request } from '../http/message.ts';
import { printable, printableJson } from '../terminal/printable.ts';

/**
 * Request line, headers and body, as they would be sent, except that characters that a terminal or a
 * pipeline interprets are escaped: as JSON escapes in a JSON body.
 */
export function requestText({ method, url, headers, body }: Request): string {
  const head = Object.entries(headers).map(
    ([name, value]) => `${printable(`${name}: ${value}`, Infinity)}\n`,
  );
  const end = body === undefined ? '' : `\n${shownBody(body)}\n`;
  return `${printable(`${method} ${url}`, Infinity)}\n${head.join('')}${end}`;
}

/** Several requests, each under its title, and the token that would be signed instead of one. */
export function shownText(all: readonly Shown[]): string {
  return all
    .map(({ title, request, jwt }) =>
      [
        ...(title === undefined ? [] : [`# ${title}\n`]),
        ...(request ? [requestText(request)] : []),
        ...(jwt
          ? [jwt.header, jwt.claims].map((part) => `${printableJson(JSON.stringify(part))}\n`)
          : []),
      ].join(''),
    )
    .join('\n');
}

function shownBody(body: string): string {
  // Our JSON is one line. In another body, a line feed is part of a value.
  return /^[[{"]/.test(body) ? printableJson(body) : printable(body, Infinity);
}
