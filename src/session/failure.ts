/** A failure that is kept beside a session: for those who wait for it, and so as not to ask again soon. */
import { AuthctlError, type ErrorCode, exitCodes } from '../errors.ts';

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

/** The text of a failure's file. No secret may be in the error: redact it before. */
export function formatFailure({ holder, fingerprint, at, error }: Failure): string {
  const { hint, serverWords, provider, status, retryAfter } = error.details;
  const { code, message } = error;
  return `${JSON.stringify({
    version: 1,
    holder,
    fingerprint,
    at,
    error: { code, message, hint, serverWords, provider, status, retryAfter },
  })}\n`;
}

/** Reads a failure's file, or says in words why the text is none. */
export function parseFailure(text: string): Failure | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'damaged';
  }
  const { version, holder, fingerprint, at, error } = record(value);
  if (version !== 1) return 'of another version';
  const { code, message, hint, serverWords, provider, status, retryAfter } = record(error);
  if (typeof holder !== 'string' || typeof fingerprint !== 'string') return 'damaged';
  if (typeof at !== 'number' || !isErrorCode(code) || typeof message !== 'string') return 'damaged';
  return {
    holder,
    fingerprint,
    at,
    error: new AuthctlError(code, message, {
      ...(typeof hint === 'string' && { hint }),
      ...(typeof serverWords === 'string' && { serverWords }),
      ...(typeof provider === 'string' && { provider }),
      ...(typeof status === 'number' && { status }),
      ...(typeof retryAfter === 'number' && { retryAfter }),
    }),
  };
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
  const hint = error.code === 'refused' ? details.hint : `try again at ${again}`;
  return new AuthctlError(error.code, message, {
    ...details,
    ...(hint !== undefined && { hint }),
  });
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(exitCodes, code);
}
