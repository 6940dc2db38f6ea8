/** The program's error class, its hints, and the table from error codes to exit codes. */

import { sep } from 'node:path';

/** The exit code for every error code. Both are stable. */
export const exitCodes = {
  unexpected: 1,
  output_failed: 1,
  check_failed: 1,
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

declare const checked: unique symbol;

/**
 * The next command, or what else the user can do. Users paste it into a shell, so it consists only of
 * literals in the source and of `HintPart`s. Other strings do not compile.
 */
export type Hint = string & { readonly [checked]: 'hint' };

/** A value that is safe in a hint, from `named` or `quoted`. */
export type HintPart = string & { readonly [checked]: 'part' };

/** Builds a hint: a tag for template literals. */
export function hint(
  words: TemplateStringsArray,
  ...parts: readonly (HintPart | Hint | number)[]
): Hint {
  return String.raw({ raw: words }, ...parts) as Hint;
}

/**
 * Names of providers, fields, flags, variables, profiles or settings in a hint, separated by commas. A
 * name that a shell would interpret is replaced by `…`.
 */
export function named(...names: readonly string[]): HintPart {
  const harmless = /^[\w/-](?:[\w .:,/-]|'s )*$/;
  return names.map((name) => (harmless.test(name) ? name : '…')).join(', ') as HintPart;
}

/**
 * What is one word for a shell. On Windows that is PowerShell, to which a backslash escapes nothing, and a comma
 * is an operator.
 */
const oneWord =
  sep === '\\'
    ? { plain: /^[\w/\\][\w.~+/=:@\\-]*$/, inQuotes: /^[\p{L}\p{M}\p{N}.~+/=:@,_()\\ -]+$/u }
    : { plain: /^[\w/][\w.~+/=:@,-]*$/, inQuotes: /^[\p{L}\p{M}\p{N}.~+/=:@,_() -]+$/u };

/**
 * A path or URL in a hint, as one word for a shell. One that shells quote differently, or that would be
 * escaped for the terminal, is replaced by `…`.
 */
export function quoted(path: string): HintPart {
  if (oneWord.plain.test(path)) return path as HintPart;
  return (oneWord.inQuotes.test(path) ? `'${path}'` : '…') as HintPart;
}

/** A hint that was read from a stored file, which only the user can write to. */
export function keptHint(text: string): Hint {
  return text as Hint;
}

/** A hint or a literal; `never` for a string that the compiler does not know in full. */
type HintOrLiteral<H extends string> = H extends Hint
  ? H
  : Record<never, never> extends Record<H, 1>
    ? never
    : H;

export interface ErrorDetails<H extends string = Hint> {
  readonly hint?: H & HintOrLiteral<H>;
  /** The server's own words, neither escaped nor redacted yet. */
  readonly serverWords?: string;
  /** The provider's name. */
  readonly provider?: string;
  /** The HTTP status that the server answered with. */
  readonly status?: number;
  /** Whether a refusal was of the credentials beside a refresh token, and not of that. */
  readonly refusedCredentials?: boolean;
  /** The values that were refused, or cannot be sent, if these are not all. */
  readonly sent?: readonly string[];
  /** The field of a one-time code that the server asks for. */
  readonly asks?: string;
  /** Seconds after which it makes sense to try again. */
  readonly retryAfter?: number;
  /** The signal that ended the work. The process ends by it too. */
  readonly signal?: NodeJS.Signals;
  /** Whether the signal stands for a key that the terminal did not turn into one for all processes. */
  readonly typed?: boolean;
  readonly cause?: unknown;
}

/** Every failure that the program expects, with a message for people. */
export class AuthctlError<const H extends string = Hint> extends Error {
  // Only declared: a field would need a helper in the launcher's older syntax.
  declare readonly name: 'AuthctlError';
  declare readonly code: ErrorCode;
  declare readonly details: ErrorDetails;

  /**
   * @param code decides the exit code
   * @param message what happened, in one clause without a capital or full stop
   */
  constructor(code: ErrorCode, message: string, details: ErrorDetails<H> = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AuthctlError';
    this.code = code;
    this.details = details as ErrorDetails;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }

  /** A copy with more details; those that the error already has take precedence. */
  with<const D extends string = Hint>(details: ErrorDetails<D>): AuthctlError {
    const more = details as ErrorDetails;
    return new AuthctlError(this.code, this.message, { ...more, ...this.details });
  }
}

/** The error for a signal that ends the work. */
export function endedBy(signal: NodeJS.Signals): AuthctlError {
  const code = signal === 'SIGINT' ? 'interrupted' : 'terminated';
  return new AuthctlError(code, code, { signal });
}

/** The code of a system error, such as ENOENT; undefined for anything without a code. */
export function systemErrorCode(error: unknown): string | undefined {
  // No instanceof: an error from another realm has a different Error class.
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
