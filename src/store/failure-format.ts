/** The file format of a failure that is stored beside a session. */
import { AuthctlError, type ErrorCode, exitCodes, keptHint } from '../errors.ts';
import type { Failure } from '../session/failure.ts';

/** Formats a failure's file. The error must be redacted already. */
export function formatFailure({ holder, fingerprint, at, error }: Failure): string {
  const { code, message, details } = error;
  const { hint, serverWords, provider, status, refusedCredentials, sent, asks, retryAfter } =
    details;
  const origin = { serverWords, provider, status, refusedCredentials, sent, asks, retryAfter };
  return `${JSON.stringify({
    version: 1,
    holder,
    fingerprint,
    at,
    error: { code, message, hint, ...origin },
  })}\n`;
}

/** Parses a failure's file. @returns the failure, or what is wrong with the text, to follow "it is" */
export function parseFailure(text: string): Failure | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'damaged';
  }
  const { version, holder, fingerprint, at, error } = record(value);
  if (version !== 1) return 'in an unknown format';
  const { code, message, hint, serverWords, provider, status, refusedCredentials, retryAfter } =
    record(error);
  const { sent, asks } = record(error);
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
      ...(refusedCredentials === true && { refusedCredentials }),
      ...(isTexts(sent) && { sent }),
      ...(typeof asks === 'string' && { asks }),
      ...(typeof retryAfter === 'number' && { retryAfter }),
    }),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(exitCodes, code);
}
