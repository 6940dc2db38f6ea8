/** `-o env`: statements for a shell to evaluate. */
import { AuthctlError } from '../errors.ts';
import type { Variable } from './result.ts';
import { isPlainValue, type ShellName, shells } from './shells.ts';
import type { VariableNames } from './variables.ts';

/**
 * Statements that set the variables, one per line. Variables without a value are unset, so that none
 * keeps the value of an earlier token.
 *
 * @param guessed whether the shell was detected from the parent process. If that is npx, timeout or a
 *   script, another shell evaluates the statements, and may end the quotes early
 * @throws AuthctlError `token_unusable` for a value that the shell cannot quote, or that needs quotes
 *   for a guessed shell
 */
export function setStatements(
  shellName: ShellName,
  variables: readonly Variable[],
  { guessed }: { readonly guessed: boolean },
): string {
  const shell = shells[shellName];
  return variables
    .map(({ name, value }) => {
      if (value === undefined) return shell.unset(name);
      if (guessed && !isPlainValue(value) && !isExpiry(value))
        throw new AuthctlError(
          'token_unusable',
          `the value of ${name} needs quotes, and without --shell the shell is only a guess`,
          { hint: 'name the shell that evaluates it: --shell <name>' },
        );
      const quoted = shell.quote(value);
      if (quoted === undefined)
        throw new AuthctlError(
          'token_unusable',
          `the value of ${name} cannot be quoted safely for ${shellName}`,
          { hint: 'use another --shell, -o json, or authctl exec' },
        );
      return shell.set(name, quoted);
    })
    .map((statement) => statement + shell.newline)
    .join('');
}

/** Whether the value is a time in the format of the expiry, which no shell interprets. */
function isExpiry(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value);
}

/** Statements that unset all the variables, for --unset. */
export function unsetStatements(shellName: ShellName, names: VariableNames): string {
  const shell = shells[shellName];
  return [names.token, names.refreshToken, names.expiresAt, ...names.kept]
    .map((name) => shell.unset(name) + shell.newline)
    .join('');
}
