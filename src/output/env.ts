/** `-o env`: statements for a shell to evaluate. */
import { AuthctlError } from '../errors.ts';
import { type ShellName, shells } from './shells.ts';
import type { Variable, VariableNames } from './variables.ts';

/**
 * Statements that set the variables, one a line, and unset those without a value, so that no value
 * of an earlier token survives.
 * @throws AuthctlError `token_unusable` where the shell cannot be told a value exactly
 */
export function setStatements(shellName: ShellName, variables: readonly Variable[]): string {
  const shell = shells[shellName];
  return variables
    .map(({ name, value }) => {
      if (value === undefined) return shell.unset(name);
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

/** What --unset prints: statements that unset all the variables, set or not. */
export function unsetStatements(shellName: ShellName, names: VariableNames): string {
  const shell = shells[shellName];
  return [names.token, names.refreshToken, names.expiresAt]
    .map((name) => shell.unset(name) + shell.newline)
    .join('');
}
