/** Builds the command tree from the tables, with a subcommand for each declared provider. */
import { Command, CommanderError } from 'commander';
import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { BrokenProvider } from '../providers/declared.ts';
import type { Run } from '../run.ts';
import { groups, lastVerbs, type Verb, verbs } from './grammar.ts';
import { globalOptions, type Option } from './options.ts';
import type { RawOptions } from './values.ts';
import { type Action, type ProviderVerb, providerMissing, providerVerbs } from './verbs.ts';

/** What the tree is built from. */
export interface ProgramParts {
  readonly providers: readonly Declaration[];
  /** The declared providers whose files cannot be used. */
  readonly broken?: readonly BrokenProvider[];
  readonly version: string;
  /** The width of help, in columns; 80 without a terminal. */
  readonly columns?: () => number | undefined;
  /** Opens a run with all options of the command line, at whatever position. */
  readonly open: (raw: RawOptions) => Run;
  /** Prints help and version. */
  readonly print: (text: string) => void;
}

/**
 * Parses any command line with commander, and runs its command.
 *
 * @returns the exit code
 * @throws AuthctlError `usage` for an invalid command line, and whatever the command throws
 */
export async function runWithTree(argv: readonly string[], parts: ProgramParts): Promise<number> {
  let exitCode = 0;
  const exit = (code: number) => {
    exitCode = code;
  };
  try {
    await createProgram(parts, { argv, exit }).parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end the parsing with an error too.
    if (error.exitCode !== 0) throw unknownNamed(argv, parts) ?? usageError(error, argv);
  }
  return exitCode;
}

/** An unknown provider explains why its options are unknown too. */
function unknownNamed(
  [verb = '', name = '-']: readonly string[],
  { providers, broken = [] }: ProgramParts,
): AuthctlError | undefined {
  const isNamed = Object.hasOwn(providerVerbs, verb) && /^[a-z]/.test(name);
  const known = [...providers, ...broken].map((each) => each.name);
  const names = verb === 'exec' ? name.split(',') : [name];
  const unknown = isNamed ? names.find((each) => !known.includes(each)) : undefined;
  return unknown === undefined ? undefined : providerMissing(verb, providers, [unknown]);
}

interface TreeOptions {
  /** The command line that the tree is limited to; without it the tree is complete. */
  readonly argv?: readonly string[];
  /** Receives the exit code of a command that returns one. */
  readonly exit?: (code: number) => void;
}

/** Builds the tree. Parsing throws CommanderError for wrong usage, and after printing help. */
export function createProgram(parts: ProgramParts, { argv, exit }: TreeOptions = {}): Command {
  const { providers, broken = [], version, columns, open, print } = parts;
  const program = new Command('authctl')
    .description('Gets access tokens from login APIs that have no OAuth.')
    .exitOverride()
    .configureOutput({
      writeOut: print,
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => columns?.() ?? 80,
      getOutHasColors: () => false,
    })
    .enablePositionalOptions()
    .version(version, '-V, --version', 'print the version');
  addOptions(program, globalOptions);
  program.helpOption(...help);
  program.action(() => {
    const [unknown] = program.args;
    if (unknown === undefined) return program.outputHelp();
    throw new AuthctlError('usage', `unknown command ${JSON.stringify(unknown)}`, {
      hint: hint`use one of: ${named(...visible(program))}`,
    });
  });

  // Only help needs the options of commands that the command line does not name.
  const helping =
    !argv?.some((word) => !word.startsWith('-')) ||
    argv.some((word) => /^(help|--help|-[^-]*h.*)$/.test(word));
  const isNamed = (name: string) => helping || argv?.includes(name) === true;
  const add = (
    parent: Command,
    name: string,
    { summary, hidden = false }: HelpEntry,
    action: Action,
  ) => {
    const command = parent.command(name, { hidden }).description(summary);
    if (isNamed(name) && !hidden) {
      command.version(version, '-V, --version', 'print the version');
      addOptions(command, globalOptions).helpOption(...help);
    }
    return command.action(async (...given: unknown[]) => {
      const raw = givenOptions(command);
      const args = given.slice(0, -2).flat();
      const words = args.filter((arg) => typeof arg === 'string');
      const result = await action(open(raw), raw, words);
      if (typeof result === 'number') exit?.(result);
    });
  };
  const addVerb = (parent: Command, name: string, verb: Verb) => {
    const command = add(parent, name, verb, (run, raw, args) =>
      verb.action({ run, raw, args, providers, broken }),
    );
    for (const [spelled, about] of verb.arguments ?? []) command.argument(spelled, about);
    if (verb.takesCommand) command.passThroughOptions();
    addOptions(command, verb.options ?? []);
  };
  const addProviderVerb = (parent: Command, name: string, verb: ProviderVerb) => {
    const { summary, options, action, bare, takesCommand } = verb;
    const command = add(parent, name, { summary }, async (run, raw, args) => {
      if (!bare) throw providerMissing(name, providers, args);
      return bare(run, providers, raw, args, broken);
    }).argument('[provider]', 'as listed below');
    if (takesCommand) command.argument('[command...]', 'after --');
    addOptions(command, verb.bareOptions ?? []);
    if (argv && !argv.includes(name)) return;
    for (const provider of providers) {
      const shown = { summary: provider.title };
      const sub = add(command, provider.name, shown, (run, raw, args) =>
        action(run, provider, raw, args),
      );
      if (!isNamed(provider.name)) continue;
      const about = [provider.note, provider.docs && `Documentation: ${provider.docs}`];
      sub.addHelpText('after', about.map((line) => (line ? `\n${line}` : '')).join(''));
      addOptions(sub, options?.(provider) ?? []);
      if (takesCommand) sub.argument('[command...]', 'after --').passThroughOptions();
    }
    addBroken(command);
  };

  /** A provider whose file cannot be used has no options: whatever is asked of it, its file is wrong. */
  const addBroken = (command: Command) => {
    for (const { name, error } of broken) {
      if (providers.some((provider) => provider.name === name)) continue;
      command
        .command(name, { hidden: true })
        .allowUnknownOption()
        .allowExcessArguments()
        .action(() => {
          throw error;
        });
    }
  };

  for (const [name, verb] of Object.entries(providerVerbs)) addProviderVerb(program, name, verb);
  childOf(program, 'exec').usage('[options] <provider>[,<provider>...] -- <command> [args...]');
  for (const [name, verb] of Object.entries(verbs)) addVerb(program, name, verb);
  for (const [name, { summary, commands }] of Object.entries(groups)) {
    const group = add(program, name, { summary }, async () => {
      throw notInGroup(childOf(program, name));
    });
    for (const [below, verb] of Object.entries(commands)) {
      if (verb.perProvider) addProviderVerb(group, below, verb);
      else addVerb(group, below, verb);
    }
  }
  addVerb(program, 'completion', {
    summary: 'print the completion script of a shell',
    arguments: [['<shell>', 'bash, zsh, fish or powershell']],
    action: async ({ run, args: [shell] }) => {
      const { readWords } = await import('./completion-words.ts');
      const { completion } = await import('../commands/completion.ts');
      const words = readWords(createProgram(parts), providers);
      await completion(run, words, shell);
    },
  });
  for (const [name, verb] of Object.entries(lastVerbs)) addVerb(program, name, verb);

  // Last, since subcommands inherit it. An excess argument here is an unknown command.
  for (const each of [program, ...Object.keys(groups).map((name) => childOf(program, name))]) {
    each.allowExcessArguments();
  }
  program.helpCommand('help [command]', 'show the help of a command');
  return program;
}

/** A command's entry in help. */
interface HelpEntry {
  readonly summary: string;
  readonly hidden?: boolean;
}

function childOf(parent: Command, name: string): Command {
  const found = parent.commands.find((command) => command.name() === name);
  if (!found) throw new Error(`${parent.name()} has no command ${name}`);
  return found;
}

function notInGroup(group: Command): AuthctlError {
  const [unknown] = group.args;
  const names = group.commands.map((command) => command.name());
  const problem =
    unknown === undefined
      ? `${group.name()} needs a command`
      : `${group.name()} has no command ${JSON.stringify(unknown)}`;
  return new AuthctlError('usage', problem, { hint: hint`use one of: ${named(...names)}` });
}

/** The help option of every command. */
const help = ['-h, --help', 'show this help'] as const;

function addOptions(command: Command, options: readonly Option[]): Command {
  for (const { flags, about, choices, once, many } of options) {
    const option = command.createOption(flags, about);
    if (choices) option.choices(choices);
    if (once) option.argParser(takeOnce(flags));
    if (many) option.argParser((value, before: unknown = []) => [before, value].flat());
    command.addOption(option);
  }
  return command;
}

function takeOnce(flags: string) {
  return (value: string, before?: string): string => {
    if (before === undefined) return value;
    throw new AuthctlError('usage', `${flags.replace(/ .*/, '')} was given twice`);
  };
}

/** The names of the commands that help lists. */
function visible(command: Command): readonly string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((each) => each.name());
}

/** The options given to this command or to its parents; the nearest wins. */
function givenOptions(command: Command): Record<string, unknown> {
  const options = command.parent ? givenOptions(command.parent) : {};
  for (const [name, value] of Object.entries(command.opts())) {
    if (command.getOptionValueSource(name) === 'cli') options[name] = value;
  }
  return options;
}

/** commander's message without the option's value, which may be a secret behind a mistyped flag. */
function usageError(error: CommanderError, argv: readonly string[]): AuthctlError {
  // For `help` with an unknown command, commander's message is the name of its own event.
  if (error.code === 'commander.help') {
    const name = argv[argv.indexOf('help') + 1];
    const problem = `unknown command ${JSON.stringify(name)}`;
    return new AuthctlError('usage', problem, { hint: 'authctl --help' });
  }
  const [message = '', suggestion] = error.message
    .replace(/^error: /, '')
    .replace(/(unknown option '--[^=']*)=.*'/s, "$1'")
    .replace(/(unknown option '-[^-])[^']*'/s, "$1'")
    .split('\n');
  const meant = /Did you mean (.*)\?/.exec(suggestion ?? '')?.[1];
  return new AuthctlError('usage', message, {
    hint: meant === undefined ? hint`authctl --help` : hint`did you mean ${named(meant)}?`,
  });
}
