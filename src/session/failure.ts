/** A failure stored beside a session, for waiting processes and to avoid repeating a refused login. */
import { AuthctlError, hint, named } from '../errors.ts';

/** Seconds that a refusal is remembered: asking again would only count towards a lockout. */
const refusalMemory = 30;
/** Seconds that a rate limit is remembered at most, even if the server asks for more. */
const rateLimitMemory = 3600;

/** Seconds that the want of a one-time code is remembered: each login may send the user a new code. */
const codeMemory = 600;

/** A stored failure. */
export interface Failure {
  /** The ID of the lock under which it happened. */
  readonly holder: string;
  /** The fingerprint of the credentials that were sent. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch, by the local clock. */
  readonly at: number;
  readonly error: AuthctlError;
}

/**
 * The error to repeat instead of asking the server again, marked as remembered.
 *
 * @param fingerprint of the credentials that would be sent: different credentials are tried at once
 */
export function remembered(
  { at, error, fingerprint: failed }: Failure,
  fingerprint: string,
  now: number,
): AuthctlError | undefined {
  if (failed !== fingerprint || now < at) return undefined;
  const { details } = error;
  const seconds =
    error.code === 'refused'
      ? refusalMemory
      : details.asks !== undefined
        ? codeMemory
        : error.code === 'rate_limited'
          ? Math.min(details.retryAfter ?? 0, rateLimitMemory)
          : 0;
  const ago = Math.floor((now - at) / 1000);
  if (now - at >= seconds * 1000) return undefined;
  const message = `${error.message} (remembered from ${ago} s ago; the server was not asked again)`;
  const again = new Date(at + seconds * 1000).toISOString();
  const next = error.code === 'rate_limited' ? hint`try again at ${named(again)}` : details.hint;
  return new AuthctlError(error.code, message, {
    ...details,
    ...(next !== undefined && { hint: next }),
  });
}
