/** Makes one attempt: sends a request and reads the whole answer. */

import type { Dispatcher } from 'undici/lib/dispatcher/dispatcher.js';
import { after } from '../clock.ts';
import { AuthctlError, hint } from '../errors.ts';
import { requestHeaders, responseHeaders, setCookies } from './headers.ts';
import type { Request, Response } from './message.ts';
import { type Failure, networkFailure, timeoutError } from './network-error.ts';
import type { Connection } from './network-problems.ts';
import type { Attempt } from './retry.ts';

/** In bytes. */
const maxBodySize = 1_048_576;
const tooLong = 'a body over 1 MiB';

/** The clock and the limits of an attempt. */
export interface ExchangeOptions {
  /** Milliseconds that all attempts may take together, for the message. */
  readonly timeout: number;
  /** Milliseconds left of it. */
  readonly remaining: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly version: string;
}

/** Never rejects: a failure is a result like an answer. */
export function exchange(
  request: Request,
  dispatcher: Dispatcher,
  connection: Connection,
  { timeout, remaining, now, version }: ExchangeOptions,
): Promise<Attempt> {
  return new Promise((resolve) => {
    const stopTimer = after(remaining, () =>
      fail(
        { error: timeoutError(connection, timeout), transient: false },
        'a body that did not arrive in time',
      ),
    );
    const end = (attempt: Attempt) => {
      stopTimer();
      resolve(attempt);
    };
    /** An answer that is no success is what its status says, whatever becomes of its body. */
    const fail = (failure: Failure, problem: string) => {
      const { chunks: _, size: __, ...head } = answer;
      if (head.status < 300) return end(failure);
      end({ response: { ...head, body: new Uint8Array(), problem, receivedAt: now() } });
    };
    const refuse = (problem: string) =>
      fail(
        {
          error: new AuthctlError(
            'bad_answer',
            `${connection.origin} answered ${answer.status} with ${problem}`,
            {
              hint: hint`a proxy, a login page or another path may have answered instead; check the base URL`,
            },
          ),
          transient: false,
        },
        problem,
      );
    const answer: {
      status: number;
      headers: Response['headers'];
      cookies: Response['cookies'];
      chunks: Uint8Array[];
      size: number;
    } = { status: 0, headers: {}, cookies: [], chunks: [], size: 0 };

    try {
      const url = new URL(request.url);
      dispatcher.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method,
          headers: requestHeaders(request, version),
          body: request.body ?? null,
          reset: true,
        },
        {
          onRequestStart: () => {
            connection.stage = 'answer';
          },
          onResponseStart: (_, status, rawHeaders) => {
            if (status < 200) return;
            connection.stage = 'body';
            answer.status = status;
            answer.headers = responseHeaders(rawHeaders);
            answer.cookies = setCookies(rawHeaders);
            const length = request.method === 'HEAD' ? 0 : Number(answer.headers['content-length']);
            if (length > maxBodySize) refuse(tooLong);
          },
          onResponseData: (_, chunk) => {
            answer.size += chunk.length;
            if (answer.size > maxBodySize) refuse(tooLong);
            else answer.chunks.push(chunk);
          },
          onResponseEnd: () => {
            const { chunks, size: _, ...head } = answer;
            const body = Buffer.concat(chunks);
            const receivedAt = now();
            if (body.length === 0 || isPlain(head.headers)) {
              return end({ response: { ...head, body, receivedAt } });
            }
            import('./body.ts')
              .then(({ readBody }) => readBody(body, head.headers, maxBodySize))
              .then((read) => {
                if (read.body) end({ response: { ...head, ...read, body: read.body, receivedAt } });
                else refuse(read.problem ?? '');
              })
              .catch((error: unknown) => end(networkFailure(error, connection)));
          },
          onResponseError: (_, error) =>
            fail(networkFailure(error, connection), 'a body that breaks off'),
        },
      );
    } catch (error) {
      end(networkFailure(error, connection));
    }
  });
}

/** Whether a body is UTF-8 and not compressed, by its headers. */
function isPlain(headers: Response['headers']): boolean {
  return (
    headers['content-encoding'] === undefined &&
    /^(?:chunked)?$/i.test(headers['transfer-encoding'] ?? '') &&
    !/charset=(?!utf-8)/i.test((headers['content-type'] ?? '').replace(/[\s"]/g, ''))
  );
}
