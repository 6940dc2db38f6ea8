/** The one error class, and the one table from an error's code to the exit code. */

/** Every stable error code, with the exit code that it ends the program with. */
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

/** A stable name for what went wrong. */
export type ErrorCode = keyof typeof exitCodes;

/** What may accompany an error. */
export interface ErrorDetails {
  /** The next command, or what else the user can do. */
  readonly hint?: string;
  /** The server's own words, unescaped: whoever prints them escapes and redacts them. */
  readonly serverWords?: string;
  /** The provider's name. */
  readonly provider?: string;
  /** The HTTP status that the server answered with. */
  readonly status?: number;
  /** Seconds after which it makes sense to try again. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** Everything that the program refuses or fails at, said for a person. */
export class AuthctlError extends Error {
  override readonly name = 'AuthctlError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  /**
   * @param code stable name; decides the exit code
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

  /** The same error with more said about it; what it says already stands. */
  with(details: ErrorDetails): AuthctlError {
    return new AuthctlError(this.code, this.message, { ...details, ...this.details });
  }
}

/** The code of a system call's error, such as ENOENT; undefined for anything without one. */
export function systemErrorCode(error: unknown): string | undefined {
  // Not by its class: an error that comes from another realm is of another one.
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
