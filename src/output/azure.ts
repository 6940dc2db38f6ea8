/** `-o azure`: variables for the following steps of an Azure Pipelines job. */
import type { Variable } from './variables.ts';

/**
 * One `task.setvariable` command a line; a variable without a value has none. The agent turns
 * `%3B`, `%0D`, `%0A` and `%5D` back into characters and then `%AZP25` into `%`, so a `%` written
 * as `%AZP25` is all that a value of printable ASCII needs. Names need nothing.
 * Source: https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands and the
 * agent's Command.cs
 */
export function azureCommands(variables: readonly Variable[]): string {
  return variables
    .flatMap(({ name, value, secret }) => {
      if (value === undefined) return [];
      const properties = `variable=${name}${secret ? ';issecret=true' : ''}`;
      return [`##vso[task.setvariable ${properties}]${escapeData(value)}\n`];
    })
    .join('');
}

function escapeData(value: string): string {
  return value.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
