/** `-o azure`: variables for the following steps of an Azure Pipelines job. */
import { AuthctlError } from '../errors.ts';
import type { Variable } from './variables.ts';

/**
 * One `task.setvariable` command a line; a variable without a value has none. The agent turns
 * `%3B`, `%0D`, `%0A` and `%5D` back into characters and then `%AZP25` into `%`, so a `%` written
 * as `%AZP25` is all that a value of printable ASCII needs. Names need nothing.
 * Source: https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands and the
 * agent's Command.cs and Variables.cs
 * @throws AuthctlError `token_unusable` for a value with `$(` in it: before each step the agent
 *   puts the values of other variables in the place of `$(name)`, also within a variable, and has
 *   no escape for it; a server could have another secret sent to it that way
 */
export function azureCommands(variables: readonly Variable[]): string {
  return variables
    .flatMap(({ name, value, secret }) => {
      if (value === undefined) return [];
      if (value.includes('$('))
        throw new AuthctlError(
          'token_unusable',
          `the value of ${name} has $( in it, in which Azure Pipelines fills in other variables`,
          { hint: 'use authctl exec, or -o json' },
        );
      const properties = `variable=${name}${secret ? ';issecret=true' : ''}`;
      return [`##vso[task.setvariable ${properties}]${escapeData(value)}\n`];
    })
    .join('');
}

function escapeData(value: string): string {
  return value.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
