/** The one error class, what its hints are made of, and the one table from an error's code to the exit code. */

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

declare const checked: unique symbol;

/**
 * The next command, or what else the user can do. People paste it into a shell, so it is made of words
 * of ours, which are literals in the source, and of `HintPart`s. Other strings do not compile.
 */
export type Hint = string & { readonly [checked]: 'hint' };

/** A value that may stand in a hint. `named` and `quoted` make it. */
export type HintPart = string & { readonly [checked]: 'part' };

/** Puts a hint together. */
export function hint(
  words: TemplateStringsArray,
  ...parts: readonly (HintPart | Hint | number)[]
): Hint {
  return String.raw({ raw: words }, ...parts) as Hint;
}

/**
 * Names in a hint, of providers, fields, flags, variables, profiles or settings, with a comma between
 * them. In place of one that a shell would act on stands `…`.
 */
export function named(...names: readonly string[]): HintPart {
  const harmless = /^[\w/-](?:[\w .:,/-]|'s )*$/;
  return names.map((name) => (harmless.test(name) ? name : '…')).join(', ') as HintPart;
}

/**
 * A path in a hint, as one word for a shell; `…` in place of one that shells do not quote alike, or
 * that is not shown as it is.
 */
export function quoted(path: string): HintPart {
  if (/^[\w/][\w.~+/=:@,-]*$/.test(path)) return path as HintPart;
  return (/^[\p{L}\p{M}\p{N}.~+/=:@,_() -]+$/u.test(path) ? `'${path}'` : '…') as HintPart;
}

/** A hint that was kept in a file of ours, which only the user can write to. */
export function keptHint(text: string): Hint {
  return text as Hint;
}

/** A hint, or a literal; `never` for a string of which the compiler does not know every letter. */
type OfOurs<H extends string> = H extends Hint
  ? H
  : Record<never, never> extends Record<H, 1>
    ? never
    : H;

/** What may accompany an error. */
export interface ErrorDetails<H extends string = Hint> {
  readonly hint?: H & OfOurs<H>;
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
export class AuthctlError<const H extends string = Hint> extends Error {
  override readonly name = 'AuthctlError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  /**
   * @param code stable name; decides the exit code
   * @param message what happened, in one clause without a capital or full stop
   */
  constructor(code: ErrorCode, message: string, details: ErrorDetails<H> = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details as ErrorDetails;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }

  /** The same error with more said about it; what it says already stands. */
  with<const D extends string = Hint>(details: ErrorDetails<D>): AuthctlError {
    const more = details as ErrorDetails;
    return new AuthctlError(this.code, this.message, { ...more, ...this.details });
  }
}

/** The code of a system call's error, such as ENOENT; undefined for anything without one. */
export function systemErrorCode(error: unknown): string | undefined {
  // Not by its class: an error that comes from another realm is of another one.
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
