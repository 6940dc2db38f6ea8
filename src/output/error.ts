/** How an error is shown: a line and a hint for people, one object for programs. */
import { AuthctlError } from '../errors.ts';
import type { Redactor } from '../http/redact.ts';
import { printable } from './printable.ts';

/** The form that --error-format asks for. */
export type ErrorFormat = 'text' | 'json';

/** Whatever was thrown, as an error of ours: what nobody expected is a bug. */
export function asAuthctlError(thrown: unknown): AuthctlError {
  if (thrown instanceof AuthctlError) return thrown;
  const kind = thrown instanceof Error ? thrown.name : typeof thrown;
  const reason = thrown instanceof Error ? thrown.message : 'something that is no error was thrown';
  return new AuthctlError('unexpected', `something unexpected happened: ${kind}: ${reason}`, {
    hint: 'this is a bug; please report it with the command you ran, without its secrets, at https://github.com/authctl/authctl/issues',
    cause: thrown,
  });
}

/** The text for stderr, newline included, with no secret in it. */
export function formatError(error: AuthctlError, format: ErrorFormat, secrets: Redactor): string {
  const { hint, serverWords, provider, status } = error.details;
  const message = secrets.redact(error.message);
  // In foreign words even a short secret is one that was echoed.
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
    return `${escapeControls(JSON.stringify(object))}\n`;
  }
  const hintLine = hint === undefined ? '' : `hint: ${printable(secrets.redact(hint))}\n`;
  return `authctl: ${printable(whole, 2000)}\n${hintLine}`;
}

/** JSON leaves C1 controls and text direction marks as they are; a terminal acts on them. */
function escapeControls(json: string): string {
  return json.replace(
    /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
