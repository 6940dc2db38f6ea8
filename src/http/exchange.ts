/** Makes one attempt: sends a request and reads the whole answer. */

import type { Dispatcher } from 'undici/lib/dispatcher/dispatcher.js';
import { after } from '../clock.ts';
import { AuthctlError } from '../errors.ts';
import { requestHeaders, responseHeaders, setCookies } from './headers.ts';
import type { Request, Response } from './message.ts';
import { type Failure, networkFailure, timeoutError } from './network-error.ts';
import type { Connection } from './network-problems.ts';
import type { Attempt } from './retry.ts';

/** In bytes. */
const maxBodySize = 1_048_576;

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
      fail({ error: timeoutError(connection, timeout), transient: false }),
    );
    const end = (attempt: Attempt) => {
      stopTimer();
      resolve(attempt);
    };
    /** A refusal is one by its status, whatever becomes of its body. */
    const fail = (failure: Failure) => {
      const { chunks: _, size: __, ...head } = answer;
      const isRefusal = head.status === 401 || head.status === 403;
      if (!isRefusal) return end(failure);
      end({ response: { ...head, body: new Uint8Array(), receivedAt: now() } });
    };
    const refuse = (what: string) =>
      fail({
        error: new AuthctlError('bad_answer', `the answer from ${connection.origin} ${what}`),
        transient: false,
      });
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
            const encoding = answer.headers['content-encoding']?.trim().toLowerCase() ?? '';
            if (Number(answer.headers['content-length']) > maxBodySize) refuse('is over 1 MiB');
            else if (encoding !== '' && encoding !== 'identity')
              refuse('is compressed, although the request did not accept that');
          },
          onResponseData: (_, chunk) => {
            answer.size += chunk.length;
            if (answer.size > maxBodySize) refuse('is over 1 MiB');
            else answer.chunks.push(chunk);
          },
          onResponseEnd: () => {
            const { chunks, size: _, ...head } = answer;
            end({ response: { ...head, body: Buffer.concat(chunks), receivedAt: now() } });
          },
          onResponseError: (_, error) => fail(networkFailure(error, connection)),
        },
      );
    } catch (error) {
      end(networkFailure(error, connection));
    }
  });
}
