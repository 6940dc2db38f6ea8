/** Parses commands and expands variables like the agent of Azure Pipelines. */

/** A variable of a job. */
export interface AzureVariable {
  readonly value: string;
  readonly secret: boolean;
}

/**
 * The variable that a line of output sets, by the rules of the agent's Command.cs: `##vso[` anywhere in
 * the line begins a command, the first `]` ends its properties, and `%AZP25` is decoded last.
 *
 * @throws Error for another command
 */
export function variableIn(line: string): (AzureVariable & { readonly name: string }) | undefined {
  const [, command, properties = '', data = ''] =
    /##vso\[([^ \]]*) ?([^\]]*)\](.*)$/.exec(line) ?? [];
  if (command === undefined) return undefined;
  if (command !== 'task.setvariable') throw new Error(`the agent would execute: ${line}`);
  const given = new Map(
    properties.split(';').map((property): [string, string] => {
      const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(property) ?? [];
      return [name, unescaped(value)];
    }),
  );
  return {
    name: given.get('variable') ?? '',
    secret: given.get('issecret') === 'true',
    value: unescaped(data),
  };
}

function unescaped(text: string): string {
  return text
    .replaceAll('%3B', ';')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%5D', ']')
    .replaceAll('%AZP25', '%');
}

/**
 * The variables as a step gets them, by the rules of the agent's Variables.cs: before each step every
 * `$(name)` of a known variable in a value is expanded recursively. Names are case-insensitive.
 */
export function expanded(
  variables: ReadonlyMap<string, AzureVariable>,
): ReadonlyMap<string, AzureVariable> {
  const values = new Map([...variables].map(([name, { value }]) => [name.toLowerCase(), value]));
  const expand = (value: string, depth = 0): string =>
    depth > 50
      ? value
      : value.replace(/\$\(([^()]*)\)/g, (whole, name: string) => {
          const found = values.get(name.toLowerCase());
          return found === undefined ? whole : expand(found, depth + 1);
        });
  return new Map(
    [...variables].map(([name, { value, secret }]) => [name, { value: expand(value), secret }]),
  );
}

/** Expands every `$(name)` in a text of the pipeline, not recursively. */
export function expandMacros(text: string, variables: ReadonlyMap<string, AzureVariable>): string {
  return text.replace(
    /\$\(([^()]*)\)/g,
    (whole, name: string) => variables.get(name)?.value ?? whole,
  );
}
