/** One attempt: a request out, its whole answer in, and nothing left open afterwards. */

import type { Dispatcher } from 'undici/lib/dispatcher/dispatcher.js';
import { after } from '../clock.ts';
import { AuthctlError } from '../errors.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import type { Request, Response } from './message.ts';
import { networkFailure, timeoutError } from './network-error.ts';
import type { Way } from './network-facts.ts';
import type { Attempt } from './retry.ts';

/** The longest body that is read, in bytes. */
const longestBody = 1_048_576;

/** The clock and the limits of an attempt. */
export interface ExchangeOptions {
  /** Milliseconds that the whole exchange may take: for the message. */
  readonly timeout: number;
  /** Milliseconds that are left of it. */
  readonly remaining: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly version: string;
}

/** Never rejects: what went wrong is part of what it returns. */
export function exchange(
  request: Request,
  dispatcher: Dispatcher,
  way: Way,
  { timeout, remaining, now, version }: ExchangeOptions,
): Promise<Attempt> {
  return new Promise((resolve) => {
    const stopTimer = after(remaining, () =>
      resolve({ error: timeoutError(way, timeout), passing: false }),
    );
    const end = (attempt: Attempt) => {
      stopTimer();
      resolve(attempt);
    };
    const refuse = (what: string) =>
      end({
        error: new AuthctlError('bad_answer', `the answer of ${way.origin} ${what}`),
        passing: false,
      });
    const answer: {
      status: number;
      headers: Response['headers'];
      chunks: Uint8Array[];
      size: number;
    } = { status: 0, headers: {}, chunks: [], size: 0 };

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
            way.stage = 'answer';
          },
          onResponseStart: (_, status, rawHeaders) => {
            if (status < 200) return;
            way.stage = 'body';
            answer.status = status;
            answer.headers = responseHeaders(rawHeaders);
            const encoding = answer.headers['content-encoding']?.trim().toLowerCase() ?? '';
            if (Number(answer.headers['content-length']) > longestBody) refuse('is over 1 MiB');
            else if (encoding !== '' && encoding !== 'identity')
              refuse('is compressed, which was not asked for');
          },
          onResponseData: (_, chunk) => {
            answer.size += chunk.length;
            if (answer.size > longestBody) refuse('is over 1 MiB');
            else answer.chunks.push(chunk);
          },
          onResponseEnd: () => {
            const { status, headers, chunks } = answer;
            end({ response: { status, headers, body: Buffer.concat(chunks), receivedAt: now() } });
          },
          onResponseError: (_, error) => end(networkFailure(error, way)),
        },
      );
    } catch (error) {
      end(networkFailure(error, way));
    }
  });
}
