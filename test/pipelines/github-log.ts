/** Reads what a step of GitHub Actions says to its runner: the lines of its output, and its files. */

/** A command that a step gave in its output. */
export interface RunnerCommand {
  readonly name: string;
  readonly data: string;
}

/**
 * The command that a line of output is, by the rules of the runner's ActionCommand: `::name …::data`
 * where the line begins, or `##[name …]data` anywhere in it. Escapes are undone one after the other,
 * `%25` last.
 */
export function commandIn(line: string): RunnerCommand | undefined {
  const unescaped = (data: string) =>
    data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  const [, name, data] =
    /^\s*::([a-z-]+)(?: .*?)?::(.*)$/.exec(line) ??
    /##\[([a-z-]+)(?: .*?)?\](.*)$/.exec(line) ??
    [];
  return name === undefined ? undefined : { name, data: unescaped(data ?? '') };
}

/** The log that people see, and what was masked in it. */
export interface Log {
  readonly shown: string;
  readonly masks: readonly string[];
}

/**
 * What the runner makes of the output of a step, line by line: a mask holds from its line on.
 *
 * @param masks those that there are before, such as the secrets of the repository
 */
export function logOf(output: string, masks: readonly string[] = []): Log {
  const masked = [...masks];
  const shown = output.split('\n').flatMap((line) => {
    const command = commandIn(line);
    if (command === undefined)
      return [masked.reduce((text, mask) => text.replaceAll(mask, '***'), line)];
    if (command.name !== 'add-mask') throw new Error(`the runner would obey: ${line}`);
    // The runner takes no mask of nothing but spaces.
    if (command.data.trim() !== '') masked.push(command.data);
    return [];
  });
  return { shown: shown.join('\n'), masks: masked };
}

/**
 * Reads the file that GITHUB_ENV or GITHUB_OUTPUT names, by the rules of the runner's
 * FileCommandManager: a line is empty, `NAME=value`, or `NAME<<delimiter`, and then the value's
 * lines follow up to one that is the delimiter.
 */
export function readCommandFile(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('the last line is not ended');
  const variables = new Map<string, string>();
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === '') continue;
    const [, name = '', sign, rest = ''] = /^(.*?)(=|<<)(.*)$/.exec(line) ?? [];
    if (name === '' || sign === undefined) throw new Error(`invalid line: ${line}`);
    if (sign === '=') {
      variables.set(name, rest);
      continue;
    }
    const end = lines.indexOf(rest);
    if (rest === '' || end < 0) throw new Error('the delimiter does not come again');
    variables.set(
      name,
      lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join('\n'),
    );
  }
  return variables;
}
