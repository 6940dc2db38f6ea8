/** Reads the commands and options from the --help of the built program. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { authctl, newHome } from '../e2e/harness.ts';
import { declarations } from './example-declarations.ts';

export interface Help {
  readonly commands: ReadonlySet<string>;
  /** Whether an option takes a value, by its name, such as `-o`. */
  readonly options: ReadonlyMap<string, boolean>;
}

const read = new Map<string, Promise<Help>>();

/** A home with the providers that the documents declare. */
const home = newHome();
const directory = join(dirname(home.config), 'providers');
mkdirSync(directory, { recursive: true, mode: 0o700 });
for (const [name, text] of declarations) {
  writeFileSync(join(directory, `${name}.yaml`), text, { mode: 0o600 });
}

/** The help of a command, such as `['login', 'ropo']`. */
export function helpOf(path: readonly string[]): Promise<Help> {
  const key = path.join(' ');
  const known = read.get(key) ?? readHelp(path);
  read.set(key, known);
  return known;
}

/**
 * The unknown command or option in the arguments of an invocation, in words; undefined if there is none.
 * Values are not checked.
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
      // The arguments of a sandbox's command belong to that command.
      if (path[0] === 'sandbox') break;
    } else if (help.commands.has(word) || isListOf(help.commands, word)) {
      path.push(word);
      help = await helpOf(path);
    } else {
      return `there is no command ${[...path, word].join(' ')}`;
    }
  }
  const unknown = options.find((name) => !help.options.has(name));
  return unknown && `${path.join(' ')} has no option ${unknown}`;
}

/** Whether a word is a list of commands, such as `ropo,netnut`. */
function isListOf(commands: ReadonlySet<string>, word: string): boolean {
  return word.includes(',') && word.split(',').every((name) => commands.has(name));
}

async function readHelp(path: readonly string[]): Promise<Help> {
  const { code, stdout, stderr } = await authctl([...path, '--help'], { home });
  if (code !== 0) throw new Error(`${path.join(' ')} --help failed: ${stderr}`);
  const commands = [...stdout.matchAll(/^(?:.*[Cc]ommands.*|Providers):\n((?: .*\n)*)/gm)]
    .map((match) => match[1])
    .join('');
  const options = new Map<string, boolean>();
  for (const [, names = ''] of stdout.matchAll(/^ {2}(-.*?)(?: {2}|$)/gm)) {
    for (const [name] of names.matchAll(/--?[A-Za-z0-9-]+/g)) options.set(name, /[<[]/.test(names));
  }
  return {
    commands: new Set([...commands.matchAll(/^ {2}([a-z]\S*)/gm)].map((match) => match[1] ?? '')),
    options,
  };
}
