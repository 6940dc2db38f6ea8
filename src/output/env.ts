/** `-o env`: statements for a shell to evaluate. */
import { AuthctlError } from '../errors.ts';
import { isPlainValue, type ShellName, shells } from './shells.ts';
import type { Variable, VariableNames } from './variables.ts';

/**
 * Statements that set the variables, one a line, and unset those without a value, so that no value
 * of an earlier token survives.
 * @param guessed whether the shell was told from the parent process. Behind npx, timeout or a script
 *   of sh that is another one than the shell that evaluates, which ends another shell's quotes early
 * @throws AuthctlError `token_unusable` where the shell cannot be told a value exactly, or is a guess
 *   and would have to be told with quotes
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
          `the value of ${name} needs quotes, and without --shell the shell that evaluates is a guess`,
          { hint: 'name the shell that evaluates: --shell <name>' },
        );
      const quoted = shell.quote(value);
      if (quoted === undefined)
        throw new AuthctlError(
          'token_unusable',
          `the value of ${name} has characters, or a length, that ${shellName} cannot be told safely`,
          { hint: 'use another --shell, -o json, or authctl exec' },
        );
      return shell.set(name, quoted);
    })
    .map((statement) => statement + shell.newline)
    .join('');
}

/** Whether it is a time as we write them, which no shell acts on. */
function isExpiry(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value);
}

/** What --unset prints: statements that unset all the variables, set or not. */
export function unsetStatements(shellName: ShellName, names: VariableNames): string {
  const shell = shells[shellName];
  return [names.token, names.refreshToken, names.expiresAt]
    .map((name) => shell.unset(name) + shell.newline)
    .join('');
}
