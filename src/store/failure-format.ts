/** The text of a failure that is kept beside a session, written and read back. */
import { AuthctlError, type ErrorCode, exitCodes, keptHint } from '../errors.ts';
import type { Failure } from '../session/failure.ts';

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
      ...(typeof hint === 'string' && { hint: keptHint(hint) }),
      ...(typeof serverWords === 'string' && { serverWords }),
      ...(typeof provider === 'string' && { provider }),
      ...(typeof status === 'number' && { status }),
      ...(typeof retryAfter === 'number' && { retryAfter }),
    }),
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(exitCodes, code);
}
