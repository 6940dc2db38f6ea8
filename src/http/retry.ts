/** Sends a request again when it failed for a passing reason, after a wait. */
import type { Response } from './message.ts';
import type { Failure } from './network-error.ts';

/** What came of one attempt. */
export type Attempt = { readonly response: Response } | Failure;

/** How often and for how long to try. */
export interface RetryPolicy {
  readonly retries: number;
  /** Milliseconds until the whole exchange must have ended. */
  readonly remaining: () => number;
  /** @param ms milliseconds */
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** The statuses of a server that is busy, or whose proxy cannot reach it: another attempt may go better. */
const passingStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The longest that a first wait may be, in milliseconds; every further one may be twice as long. */
const firstWait = 250;
/** The longest that any wait of our own choice may be, in milliseconds. */
const longestWait = 8_000;

/**
 * The answer of the last attempt, whatever its status. It is given up early when the wait before
 * the next one would not leave any time.
 *
 * @throws the error of the last attempt
 */
export async function withRetries(
  attempt: () => Promise<Attempt>,
  { retries, remaining, sleep, random }: RetryPolicy,
): Promise<Response> {
  for (let count = 0; ; count++) {
    const outcome = await attempt();
    const wait = waitBeforeNext(outcome, count, random());
    if (count >= retries || wait === undefined || wait >= remaining()) {
      if ('response' in outcome) return outcome.response;
      throw outcome.error;
    }
    await sleep(wait);
  }
}

/**
 * Milliseconds to wait before another attempt; undefined where another would not go better.
 *
 * @param count attempts before this one
 * @param random from 0 up to 1
 */
export function waitBeforeNext(
  outcome: Attempt,
  count: number,
  random: number,
): number | undefined {
  const own = random * Math.min(longestWait, firstWait * 2 ** count);
  if (!('response' in outcome)) return outcome.passing ? own : undefined;
  if (!passingStatuses.has(outcome.response.status)) return undefined;
  return Math.max(own, (retryAfter(outcome.response) ?? 0) * 1000);
}

/**
 * Seconds that the server asks to wait, by its `Retry-After` (RFC 9110, 10.2.3); undefined where it
 * says nothing that can be read. A date counts from the answer's own `Date`, if it has one, so that
 * a wrong clock on this machine does not matter.
 */
export function retryAfter(answer: Pick<Response, 'headers' | 'receivedAt'>): number | undefined {
  const value = answer.headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value);
  const until = httpDate(value);
  if (until === undefined) return undefined;
  return Math.max(0, (until - (httpDate(answer.headers['date']) ?? answer.receivedAt)) / 1000);
}

/** Only the form that servers may send today: `Date.parse` takes far too much for a date. */
function httpDate(text = ''): number | undefined {
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text))
    return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
