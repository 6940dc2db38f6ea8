/** Repeats a request after transient failures, with growing waits. */
import { AuthctlError } from '../errors.ts';
import type { Response, SendOptions } from './message.ts';
import type { Failure } from './network-error.ts';

/** The result of one attempt. */
export type Attempt = { readonly response: Response } | Failure;

export interface RetryPolicy {
  readonly retries: number;
  /** Milliseconds left for the whole exchange. */
  readonly remaining: () => number;
  /** @param ms milliseconds */
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly onRetry?: SendOptions['onRetry'] | undefined;
}

/** Statuses of a server that is busy, or that its gateway cannot reach. */
const transientStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The maximum of the first wait in milliseconds; it doubles with every attempt. */
const firstWait = 250;
/** The maximum of any wait that the server did not ask for, in milliseconds. */
const maxWait = 8_000;

/**
 * The answer of the last attempt, whatever its status. There are no further attempts if the wait
 * before the next one would take all the remaining time.
 *
 * @throws the error of the last attempt
 */
export async function withRetries(
  attempt: () => Promise<Attempt>,
  { retries, remaining, sleep, random, onRetry }: RetryPolicy,
): Promise<Response> {
  const start = remaining();
  for (let count = 0; ; count++) {
    const outcome = await attempt();
    const wait = waitBeforeNext(outcome, count, random());
    if (count >= retries || wait === undefined || wait >= remaining()) {
      if (count === 0) return settled(outcome);
      return settled(outcome, `tried ${count + 1} times in ${seconds(start - remaining())} s`);
    }
    const isOver = onRetry?.(`${happened(outcome)}, trying again in ${seconds(wait)} s`);
    await sleep(wait);
    isOver?.();
  }
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}

function happened(outcome: Attempt): string {
  if ('response' in outcome) return `answered ${outcome.response.status}`;
  const { error } = outcome;
  return error instanceof AuthctlError ? error.message : 'no answer';
}

/** @throws the error of a failure, which says how often it was tried */
function settled(outcome: Attempt, tried?: string): Response {
  if ('response' in outcome) return { ...outcome.response, ...(tried !== undefined && { tried }) };
  const { error } = outcome;
  if (tried === undefined || !(error instanceof AuthctlError)) throw error;
  throw new AuthctlError(error.code, `${error.message}, ${tried}`, error.details);
}

/**
 * Milliseconds to wait before another attempt; undefined if another attempt is pointless.
 *
 * @param count attempts before this one
 * @param random from 0 up to 1
 */
export function waitBeforeNext(
  outcome: Attempt,
  count: number,
  random: number,
): number | undefined {
  const backoff = random * Math.min(maxWait, firstWait * 2 ** count);
  if (!('response' in outcome)) return outcome.transient ? backoff : undefined;
  if (!transientStatuses.has(outcome.response.status)) return undefined;
  return Math.max(backoff, (retryAfter(outcome.response) ?? 0) * 1000);
}

/**
 * Seconds that the server asks to wait, by its `Retry-After` (RFC 9110, 10.2.3); undefined if the
 * header is missing or invalid. A date is compared with the answer's own `Date`, if it has one, so
 * that a wrong clock on this machine does not matter.
 */
export function retryAfter(answer: Pick<Response, 'headers' | 'receivedAt'>): number | undefined {
  const value = answer.headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value);
  const until = httpDate(value);
  if (until === undefined) return undefined;
  return Math.max(0, (until - (httpDate(answer.headers['date']) ?? answer.receivedAt)) / 1000);
}

/** A moment in the only format that servers must send: `Date.parse` accepts far too much. */
export function httpDate(text = ''): number | undefined {
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text))
    return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
