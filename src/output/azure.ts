/** `-o azure`: variables for the next steps of an Azure Pipelines job. */
import { AuthctlError } from '../errors.ts';
import type { Variable } from './result.ts';

/**
 * One `task.setvariable` command per line, for the variables that have a value. The agent decodes
 * `%3B`, `%0D`, `%0A`, `%5D`, and then `%AZP25` to `%`, so in printable ASCII only `%` needs escaping.
 * Names need none.
 * Source: https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands and the
 * agent's Command.cs and Variables.cs
 *
 * @throws AuthctlError `token_unusable` for a value with `$(`: before each step the agent expands
 *   `$(name)` to another variable's value, even within a variable, and there is no escape. A server
 *   could use that to be sent another secret
 */
export function azureCommands(variables: readonly Variable[]): string {
  return variables
    .flatMap(({ name, value, secret }) => {
      if (value === undefined) return [];
      if (value.includes('$('))
        throw new AuthctlError(
          'token_unusable',
          `the value of ${name} has $( in it, which Azure Pipelines would expand`,
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
