/** What the built program's --help says there is: commands, and the options of each. */
import { authctl } from '../e2e/harness.ts';

/** One command, by its help. */
export interface Help {
  readonly commands: ReadonlySet<string>;
  /** By the name as it is typed, such as `-o`: whether a value follows. */
  readonly options: ReadonlyMap<string, boolean>;
}

const read = new Map<string, Promise<Help>>();

/** The help of a command, such as `['login', 'ropo']`. */
export function helpOf(path: readonly string[]): Promise<Help> {
  const key = path.join(' ');
  const known = read.get(key) ?? readHelp(path);
  read.set(key, known);
  return known;
}

/**
 * What is wrong with the arguments of an invocation, by the program's help; undefined where they
 * are right. Values are not looked at.
 */
export async function problemOf(args: readonly string[]): Promise<string | undefined> {
  const path: string[] = [];
  const options: string[] = [];
  let help = await helpOf(path);
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') break;
    if (/^-./.test(word)) {
      const name = word.replace(/=.*/s, '');
      options.push(name);
      if (help.options.get(name) && name === word) at++;
    } else if (help.commands.size === 0) {
      // What follows a command of a sandbox is that command's own.
      if (path[0] === 'sandbox') break;
    } else if (help.commands.has(word)) {
      path.push(word);
      help = await helpOf(path);
    } else if (!isListOf(help.commands, word)) {
      return `there is no command ${[...path, word].join(' ')}`;
    }
  }
  const unknown = options.find((name) => !help.options.has(name));
  return unknown && `${path.join(' ')} has no option ${unknown}`;
}

/** Whether a word is several commands in one, such as `ropo,netnut`. */
function isListOf(commands: ReadonlySet<string>, word: string): boolean {
  return word.includes(',') && word.split(',').every((name) => commands.has(name));
}

async function readHelp(path: readonly string[]): Promise<Help> {
  const { code, stdout, stderr } = await authctl([...path, '--help']);
  if (code !== 0) throw new Error(`${path.join(' ')} --help failed: ${stderr}`);
  const commands = stdout.split(/^Commands:\n/m)[1]?.split(/^\S/m)[0] ?? '';
  const options = new Map<string, boolean>();
  for (const [, names = ''] of stdout.matchAll(/^ {2}(-.*?)(?: {2}|$)/gm)) {
    for (const [name] of names.matchAll(/--?[A-Za-z0-9-]+/g)) options.set(name, /[<[]/.test(names));
  }
  return {
    commands: new Set([...commands.matchAll(/^ {2}([a-z]\S*)/gm)].map((match) => match[1] ?? '')),
    options,
  };
}
