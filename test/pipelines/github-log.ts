/** Parses the output and the files of a step like the runner of GitHub Actions. */

/** A command in the output of a step. */
export interface RunnerCommand {
  readonly name: string;
  readonly data: string;
}

/**
 * The command in a line of output, by the rules of the runner's ActionCommand: `::name …::data` at the
 * beginning of the line, or `##[name …]data` anywhere in it. `%25` is decoded last.
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

export interface Log {
  /** The log as it is shown. */
  readonly shown: string;
  readonly masks: readonly string[];
}

/**
 * Processes the output of a step like the runner. A mask applies to the lines after it.
 *
 * @param masks the initial masks, such as the secrets of the repository
 */
export function logOf(output: string, masks: readonly string[] = []): Log {
  const masked = [...masks];
  const shown = output.split('\n').flatMap((line) => {
    const command = commandIn(line);
    if (command === undefined)
      return [masked.reduce((text, mask) => text.replaceAll(mask, '***'), line)];
    if (command.name !== 'add-mask') throw new Error(`the runner would execute: ${line}`);
    // The runner ignores a mask that is only spaces.
    if (command.data.trim() !== '') masked.push(command.data);
    return [];
  });
  return { shown: shown.join('\n'), masks: masked };
}

/**
 * Parses the file of GITHUB_ENV or GITHUB_OUTPUT, by the rules of the runner's FileCommandManager: a
 * line is empty, `NAME=value`, or `NAME<<delimiter`, followed by the lines of the value and a line
 * with the delimiter.
 */
export function readCommandFile(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('the last line has no newline');
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
    if (rest === '' || end < 0) throw new Error('the closing delimiter is missing');
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
