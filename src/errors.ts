/** The program's error class, and the table from error codes to exit codes. */

/** The exit code for every error code. Both are stable. */
export const exitCodes = {
  unexpected: 1,
  output_failed: 1,
  usage: 2,
  unknown_provider: 2,
  base_url_refused: 2,
  credential_unsendable: 2,
  credential_missing: 3,
  credential_command_failed: 3,
  session_missing: 3,
  base_url_missing: 3,
  setting_missing: 3,
  refused: 4,
  network: 5,
  timeout: 5,
  tls: 5,
  server_error: 5,
  rate_limited: 6,
  redirect: 7,
  bad_answer: 7,
  token_unusable: 7,
  keychain: 8,
  store: 8,
  config_broken: 9,
  interrupted: 130,
  terminated: 143,
} as const;

export type ErrorCode = keyof typeof exitCodes;

export interface ErrorDetails {
  /** The next command, or what else the user can do. */
  readonly hint?: string;
  /** The server's own words, neither escaped nor redacted yet. */
  readonly serverWords?: string;
  /** The provider's name. */
  readonly provider?: string;
  /** The HTTP status that the server answered with. */
  readonly status?: number;
  /** Seconds after which it makes sense to try again. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** Every failure that the program expects, with a message for people. */
export class AuthctlError extends Error {
  override readonly name = 'AuthctlError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  /**
   * @param code decides the exit code
   * @param message what happened, in one clause without a capital or full stop
   */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }

  /** A copy with more details; those that the error already has take precedence. */
  with(details: ErrorDetails): AuthctlError {
    return new AuthctlError(this.code, this.message, { ...details, ...this.details });
  }
}

/** The code of a system error, such as ENOENT; undefined for anything without a code. */
export function systemErrorCode(error: unknown): string | undefined {
  // No instanceof: an error from another realm has a different Error class.
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
