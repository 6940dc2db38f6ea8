/** A failure that is kept beside a session: for those who wait for it, and so as not to ask again soon. */
import { AuthctlError, hint, named } from '../errors.ts';

/** Seconds that a refusal is remembered: asking again would only count towards a lockout. */
const refusalKept = 30;
/** Seconds: a server that asks for more is asked again nevertheless. */
const longestWait = 3600;

/** What is kept of a failure. */
export interface Failure {
  /** The holding of the lock under which it happened. */
  readonly holder: string;
  /** Of the credentials that were sent. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch, by the local clock. */
  readonly at: number;
  readonly error: AuthctlError;
}

/**
 * The error to repeat instead of asking the server again, marked as remembered.
 *
 * @param fingerprint of the credentials that would be sent: other ones are tried at once
 */
export function remembered(
  { at, error, fingerprint: failed }: Failure,
  fingerprint: string,
  now: number,
): AuthctlError | undefined {
  if (failed !== fingerprint || now < at) return undefined;
  const { details } = error;
  const kept =
    error.code === 'refused'
      ? refusalKept
      : error.code === 'rate_limited'
        ? Math.min(details.retryAfter ?? 0, longestWait)
        : 0;
  const ago = Math.floor((now - at) / 1000);
  if (now - at >= kept * 1000) return undefined;
  const message = `${error.message} (remembered from ${ago} s ago, not asked again)`;
  const again = new Date(at + kept * 1000).toISOString();
  const next = error.code === 'refused' ? details.hint : hint`try again at ${named(again)}`;
  return new AuthctlError(error.code, message, {
    ...details,
    ...(next !== undefined && { hint: next }),
  });
}
