/** `-o env`: statements for a shell to evaluate. */
import { AuthctlError } from '../errors.ts';
import { type ShellName, shells } from './shells.ts';
import type { Variable, VariableNames } from './variables.ts';

/**
 * Statements that set the variables, one per line. Variables without a value are unset, so that none
 * keeps the value of an earlier token.
 *
 * @throws AuthctlError `token_unusable` for a value that the shell cannot quote
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
          `the value of ${name} cannot be quoted safely for ${shellName}`,
          { hint: 'use another --shell, -o json, or authctl exec' },
        );
      return shell.set(name, quoted);
    })
    .map((statement) => statement + shell.newline)
    .join('');
}

/** Statements that unset all the variables, for --unset. */
export function unsetStatements(shellName: ShellName, names: VariableNames): string {
  const shell = shells[shellName];
  return [names.token, names.refreshToken, names.expiresAt]
    .map((name) => shell.unset(name) + shell.newline)
    .join('');
}
