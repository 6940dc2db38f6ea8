/** Failures that machines share: which are, and the server's words for those that waited. */
import { AuthctlError, type ErrorCode } from '../../errors.ts';
import type { Left, SharedFailure } from '../../session/shared-store.ts';
import { formatFailure, parseFailure } from '../failure-format.ts';
import { open, seal } from './seal.ts';
import type { SharedWorld } from './world.ts';

/** Errors that another machine may not meet, or not a moment later. */
const transient: ReadonlySet<ErrorCode> = new Set([
  'network',
  'tls',
  'timeout',
  'server_error',
  'bad_answer',
  'redirect',
]);

/** In milliseconds: what a rate limit counts at least, and at most. */
const limits = { least: 5000, most: 3_600_000 };

/**
 * What is shared of an error.
 *
 * @returns undefined for one that says nothing about the server or the credentials
 */
export function shareable(
  { ring, clock }: Pick<SharedWorld, 'ring' | 'clock'>,
  error: unknown,
  {
    sid,
    n,
    fingerprint,
  }: { readonly sid: string; readonly n: number; readonly fingerprint: string },
): Left | undefined {
  if (!(error instanceof AuthctlError)) return undefined;
  const kind =
    error.code === 'refused'
      ? 'refused'
      : error.code === 'rate_limited'
        ? 'limited'
        : transient.has(error.code)
          ? 'transient'
          : undefined;
  if (kind === undefined) return undefined;
  // The hint names this machine's sources.
  const { hint: _, ...details } = error.details;
  const plain = new AuthctlError(error.code, error.message, details);
  const text = formatFailure({ holder: '', fingerprint, at: clock.now(), error: plain });
  const asked = (error.details.retryAfter ?? 0) * 1000;
  return {
    kind,
    fingerprint,
    ...(kind === 'limited' && {
      milliseconds: Math.min(Math.max(asked, limits.least), limits.most),
    }),
    sealed: seal(ring, { kind: 'f', sid, n }, text) ?? '',
  };
}

/** The error of the machine that asked. */
export function sharedError(
  { ring }: Pick<SharedWorld, 'ring'>,
  sid: string,
  { n, sealed }: SharedFailure,
): AuthctlError {
  const opened = open(ring, { kind: 'f', sid, n }, sealed);
  const failure = 'text' in opened ? parseFailure(opened.text) : 'damaged';
  if (typeof failure === 'string') {
    return new AuthctlError(
      'store',
      'another machine failed to get this token, and its reason cannot be read',
    );
  }
  const { code, message, details } = failure.error;
  return new AuthctlError(code, `${message} (another machine asked)`, details);
}
