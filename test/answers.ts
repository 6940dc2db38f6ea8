/** Answers of a server as the HTTP client hands them over, and the tokens in them. */
import type { Response } from '../src/http/message.ts';

/** What an answer says; the rest has a default. */
export interface AnswerParts {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The values of the headers `Set-Cookie`. */
  readonly cookies?: readonly string[];
  /** Sent as JSON, but for text and bytes, which are sent as they are. */
  readonly body?: unknown;
  /** Milliseconds since the epoch. */
  readonly receivedAt?: number;
}

/** An answer: 200 with an empty body, arrived in 1970, unless said otherwise. */
export function answerOf({
  status = 200,
  headers = {},
  cookies = [],
  body = '',
  receivedAt = 0,
}: AnswerParts): Response {
  const bytes =
    body instanceof Uint8Array
      ? body
      : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return { status, headers, cookies, body: bytes, receivedAt };
}

/** A JWT that says these things; nothing signed it. */
export function jwt(claims: unknown, header: unknown = { alg: 'HS256', typ: 'JWT' }): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.c2ln`;
}
