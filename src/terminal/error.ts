/** Formats errors: a line and a hint for people, one object for programs. */
import { AuthctlError } from '../errors.ts';
import type { Redactor } from '../secrets/redact.ts';
import { printable, printableJson } from './printable.ts';

/** The values of --error-format. */
export type ErrorFormat = 'text' | 'json';

/** The thrown value as an AuthctlError: any other error is a bug. */
export function asAuthctlError(thrown: unknown): AuthctlError {
  if (thrown instanceof AuthctlError) return thrown;
  const kind = thrown instanceof Error ? thrown.name : typeof thrown;
  const reason =
    thrown instanceof Error ? thrown.message : 'a value that is not an error was thrown';
  return new AuthctlError('unexpected', `something unexpected happened: ${kind}: ${reason}`, {
    hint: 'this is a bug; please report it with the command you ran, without its secrets, at https://github.com/authctl/authctl/issues',
    cause: thrown,
  });
}

/** The redacted text for stderr, including newlines. */
export function formatError(error: AuthctlError, format: ErrorFormat, secrets: Redactor): string {
  const { hint, serverWords, provider, status } = error.details;
  const message = secrets.redact(error.message);
  // With a minimum length of 1, because a server may repeat even a short secret.
  const words = serverWords === undefined ? undefined : secrets.redact(serverWords, 1);
  const whole = words === undefined ? message : `${message}: ${words}`;
  if (format === 'json') {
    const object = {
      error: {
        code: error.code,
        message: whole,
        hint: hint === undefined ? null : secrets.redact(hint),
        provider: provider ?? null,
        status: status ?? null,
        exit_code: error.exitCode,
      },
    };
    return `${printableJson(JSON.stringify(object))}\n`;
  }
  const hintLine = hint === undefined ? '' : `hint: ${printable(secrets.redact(hint))}\n`;
  return `authctl: ${printable(whole, 2000)}\n${hintLine}`;
}
