/** Finds how a command is started: as it is, and on Windows in the way that its file needs. */
import { statSync } from 'node:fs';
import { sep, win32 } from 'node:path';

/** What `spawn` takes. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** Set if the arguments are quoted already. */
  readonly windowsVerbatimArguments?: true;
}

/** Why a command cannot be started, in words that follow its name. */
export interface NoProgram {
  readonly problem: 'not found' | 'not executable' | typeof lineBreak;
}

const lineBreak = 'a batch file cannot be given an argument with a line break';

type Env = Readonly<Record<string, string | undefined>>;

/** The program of a command. Where the system can find and start every kind of file, it is left to do so. */
export function programOf([name = '', ...args]: readonly string[], env: Env): Program | NoProgram {
  return sep === '/' ? { file: name, args } : windowsProgram(name, args, env);
}

/** The files that Windows can start. */
const startable = ['.com', '.exe', '.bat', '.cmd'];

/**
 * The program of a command on Windows. It is looked for as cmd does, with the extensions of PATHEXT; but not in
 * the working directory, unless its name has a path: another program could lie there. A batch file is run by
 * cmd, which the system would do by itself, with arguments that cmd could take for commands (CVE-2024-27980).
 *
 * @param isFile whether there is such a file
 */
export function windowsProgram(
  name: string,
  args: readonly string[],
  env: Env,
  isFile: (path: string) => boolean = exists,
): Program | NoProgram {
  if (name === '') return { problem: 'not found' };
  const hasPath = /[\\/:]/.test(name);
  const places = hasPath
    ? [name]
    : directoriesIn(env).map((directory) => win32.join(directory, name));
  const file = places.flatMap((place) => withExtensions(place, env)).find(isFile);
  if (file === undefined) {
    return { problem: places.some(isFile) ? 'not executable' : 'not found' };
  }
  if (!/\.(?:bat|cmd)$/i.test(file)) return { file, args };
  if (args.some((arg) => /[\r\n]/.test(arg))) return { problem: lineBreak };
  const line = [inQuotes(file), ...args.map(batchArgument)].join(' ');
  return {
    file: variable(env, 'ComSpec') ?? 'cmd.exe',
    // Without its AutoRun commands, and without a second expansion of what is between exclamation marks.
    args: ['/d', '/e:on', '/v:off', '/s', '/c', `"${line}"`],
    windowsVerbatimArguments: true,
  };
}

function directoriesIn(env: Env): readonly string[] {
  const entries = variable(env, 'Path')?.split(';') ?? [];
  return entries.map((entry) => entry.replaceAll('"', '')).filter((entry) => entry !== '');
}

function withExtensions(place: string, env: Env): readonly string[] {
  const pathExt = (variable(env, 'PathExt') || startable.join(';')).toLowerCase().split(';');
  const extensions = pathExt.filter((extension) => startable.includes(extension));
  const isWhole = startable.some((extension) => place.toLowerCase().endsWith(extension));
  return [...(isWhole ? [place] : []), ...extensions.map((extension) => place + extension)];
}

/** The variables of a child are plain, so their names have the case that they were set in. */
function variable(env: Env, name: string): string | undefined {
  const same = (each: string) => each.toUpperCase() === name.toUpperCase();
  return Object.entries(env).find(([each]) => same(each))?.[1];
}

/** Arguments that need no quotes stay without: a batch file compares them as they are. */
function batchArgument(arg: string): string {
  return /^[\w#$*+./:?@\\-]*[\w#$*+./:?@-]$/.test(arg) ? arg : inQuotes(arg);
}

/**
 * A quote is doubled, which keeps cmd within quotes, and which programs read as one; as always, the backslashes
 * before one are doubled too. A `%` is followed by the empty part of a variable, so that it begins no other.
 */
function inQuotes(text: string): string {
  const escaped = text.replace(/(\\*)"/g, '$1$1""').replace(/(\\+)$/, '$1$1');
  return `"${escaped.replaceAll('%', '%%cd:~,%')}"`;
}

function exists(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
