/** Builds the command tree from the tables, with a subcommand for each declared provider. */
import { Command, CommanderError } from 'commander';
import type { Declaration } from '../declaration/declaration.ts';
import { didYouMean, nearest } from '../declaration/nearest.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { BrokenProvider } from '../providers/declared.ts';
import type { Run } from '../run.ts';
import { providerMissing } from './find-provider.ts';
import { groups, lastVerbs, type Verb, verbs } from './grammar.ts';
import type { Layout, Reached } from './help-place.ts';
import { globalGroup, globalOptions, type Option } from './options.ts';
import { requireList, withProviderFirst } from './positions.ts';
import { ownSpellings } from './several.ts';
import { topicNames } from './topic-names.ts';
import type { RawOptions } from './values.ts';
import { type Action, type ProviderVerb, providerVerbs } from './verbs.ts';

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
export async function runWithTree(given: readonly string[], parts: ProgramParts): Promise<number> {
  requireList(given, parts.providers);
  const argv = withProviderFirst(given, parts.providers);
  let exitCode = 0;
  const exit = (code: number) => {
    exitCode = code;
  };
  let reached: Reached | undefined;
  const reach = (place: Reached) => {
    reached = place;
  };
  const layout = asksForHelp(argv) ? (await import('./layout.ts')).layout : undefined;
  const program = createProgram(parts, { argv, exit, reach, ...(layout && { layout }) });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end the parsing with an error too.
    if (error.exitCode !== 0) {
      throw (
        unknownNamed(argv, parts) ??
        usageError(error, argv, reached ?? { command: program, providers: [] })
      );
    }
  }
  return exitCode;
}

/** Only help needs the options of commands that the command line does not name. */
function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  return (
    !own.some((word) => !word.startsWith('-')) ||
    own.some((word) => /^(help|--help|-[^-]*h.*)$/.test(word))
  );
}

/** An unknown provider explains why its options are unknown too. */
function unknownNamed(
  [verb = '', name = '-']: readonly string[],
  { providers, broken = [] }: ProgramParts,
): AuthctlError | undefined {
  const isNamed = Object.hasOwn(providerVerbs, verb) && /^[a-z]/i.test(name);
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
  /** Receives each command that the parser comes to. */
  readonly reach?: (place: Reached) => void;
  /** Lays out the help; without it, commander does. */
  readonly layout?: Layout;
}

/** Builds the tree. Parsing throws CommanderError for wrong usage, and after printing help. */
export function createProgram(
  parts: ProgramParts,
  { argv, exit, reach, layout }: TreeOptions = {},
): Command {
  const { providers, broken = [], version, columns, open, print } = parts;
  const places = new WeakMap<Command, Reached>();
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
    .usage('<command> [options]');
  if (layout) {
    program.configureHelp({
      minWidthToWrap: 20,
      formatHelp: (command, helper) => layout(command, helper, places.get(command), providers),
    });
  }
  addGlobal(program, version);
  program.action(() => {
    const [unknown] = program.args;
    if (unknown === undefined) return program.outputHelp();
    const names = program
      .createHelp()
      .visibleCommands(program)
      .map((each) => each.name());
    throw unknownCommand(names, providers, unknown);
  });

  const watch = (parent: Command) =>
    parent.hook('preSubcommand', (_, command) => {
      const place = places.get(command);
      if (place) reach?.(place);
    });
  watch(program);
  const helping = !argv || asksForHelp(argv);
  const isNamed = (name: string) => helping || argv?.includes(name) === true;
  const add = (
    parent: Command,
    name: string,
    { summary, hidden = false, group, provided = [] }: HelpEntry,
    action: Action,
  ) => {
    const command = parent.command(name, { hidden }).description(summary);
    if (group !== undefined) command.helpGroup(`${group}:`);
    const path = pathOf(provided.length > 0 ? parent : command);
    places.set(command, { command, path, providers: provided });
    watch(command);
    if (isNamed(name) && !hidden) addGlobal(command, version);
    return command.action(async (...given: unknown[]) => {
      const raw = givenOptions(command);
      const args = given.slice(0, -2).flat();
      const words = args.filter((arg) => typeof arg === 'string');
      const result = await action(open(raw), raw, words);
      if (typeof result === 'number') exit?.(result);
    });
  };
  const addVerb = (parent: Command, name: string, verb: Verb, group = 'Commands') => {
    const command = add(parent, name, { ...verb, group }, (run, raw, args) =>
      verb.action({ run, raw, args, providers, broken }),
    );
    for (const [spelled, about] of verb.arguments ?? []) command.argument(spelled, about);
    if (verb.takesCommand) {
      command.passThroughOptions().usage(`[options] [--${ending(verb).replace(' --', '')}]`);
    }
    addOptions(command, verb.options ?? []);
  };
  const addProviderVerb = (parent: Command, name: string, verb: ProviderVerb, group?: string) => {
    const { summary, options, action, bare, several, severalOptions, takesCommand } = verb;
    const takesList = several !== undefined;
    const command = add(parent, name, { summary, ...(group && { group }) }, (run, raw, args) => {
      if (!bare) throw providerMissing(pathOf(command), providers, args);
      return bare(run, providers, raw, args, broken);
    }).argument('[provider]', takesList ? 'one of these, or several' : 'one of these');
    if (takesCommand) command.argument('[command...]', 'after --');
    command.usage(`<provider>${takesList ? '[,<provider>...]' : ''} [options]${ending(verb)}`);
    addOptions(command, options?.() ?? []);
    if (argv && !argv.includes(name)) return;
    const addFor = (
      word: string,
      chosen: readonly Declaration[],
      own: readonly Option[],
      run: Action,
    ) => {
      const titles = chosen.map(({ title }) => title).join(', ');
      const entry = { summary: titles, group: 'Providers', provided: chosen };
      const sub = add(command, word, entry, run).usage(`[options]${ending(verb)}`);
      if (takesCommand) sub.argument('[command...]', 'after --').passThroughOptions();
      if (isNamed(word)) addOptions(sub, own);
    };
    for (const provider of providers) {
      const own = isNamed(provider.name) ? (options?.(provider) ?? []) : [];
      addFor(provider.name, [provider], own, (run, raw, args) => action(run, provider, raw, args));
    }
    const word = argv?.[1] ?? '';
    const list = several && word.includes(',') ? listIn(word, providers) : [];
    if (several && list.length > 0) {
      addFor(word, list, severalOptions?.(list) ?? [], (run, raw, args) =>
        several(run, list, raw, args),
      );
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

  for (const [name, verb] of Object.entries(providerVerbs)) {
    addProviderVerb(program, name, verb, 'Commands for tokens');
  }
  for (const [name, verb] of Object.entries(verbs)) {
    addVerb(program, name, verb, 'Commands for sessions');
  }
  for (const [name, { summary, commands }] of Object.entries(groups)) {
    const entry = { summary, group: 'Commands for settings' };
    const group = add(program, name, entry, async () => {
      throw notInGroup(childOf(program, name));
    });
    for (const [below, verb] of Object.entries(commands)) {
      if (verb.perProvider) addProviderVerb(group, below, verb);
      else addVerb(group, below, verb);
    }
  }
  const other = 'Other commands';
  const completion: Verb = {
    summary: 'print the completion script of a shell',
    arguments: [['<shell>', 'bash, zsh, fish or powershell']],
    action: async ({ run, args: [shell] }) => {
      const { readWords } = await import('./completion-words.ts');
      const { completion } = await import('../commands/completion.ts');
      const words = await readWords(createProgram(parts), providers);
      await completion(run, words, shell);
    },
  };
  const help: Verb = {
    summary: 'show the help of a command, or of a topic',
    arguments: [['[topic...]', `a command, or one of: ${topicNames.join(', ')}`]],
    action: async ({ args }) => {
      const { showHelp } = await import('./help.ts');
      const { layout: own } = await import('./layout.ts');
      const whole = createProgram(parts, { argv: [...args, '--help'], layout: own });
      showHelp(args, whole, parts);
    },
  };
  for (const [name, verb] of Object.entries({ completion, ...lastVerbs, help })) {
    addVerb(program, name, verb, other);
  }

  // Last, since subcommands inherit it. An excess argument here is an unknown command.
  for (const each of [program, ...Object.keys(groups).map((name) => childOf(program, name))]) {
    each.allowExcessArguments();
  }
  return program.helpCommand(false);
}

/** A command's entry in help. */
interface HelpEntry {
  readonly summary: string;
  readonly hidden?: boolean;
  /** Its heading in the help of the command above. */
  readonly group?: string;
  /** The providers that it is for. */
  readonly provided?: readonly Declaration[];
}

/** The end of the usage of a command that runs another. */
function ending({ takesCommand }: { readonly takesCommand?: boolean }): string {
  return takesCommand ? ' -- <command> [args...]' : '';
}

/** The providers of a word that lists several; none if one is unknown. */
function listIn(word: string, providers: readonly Declaration[]): readonly Declaration[] {
  const found = word.split(',').map((name) => providers.find((provider) => provider.name === name));
  return found.every((each) => each !== undefined) ? found : [];
}

/** The words of a command. */
function pathOf(command: Command): string {
  const above = command.parent ? pathOf(command.parent) : '';
  return command.parent ? `${above} ${command.name()}`.trim() : '';
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
      : `${group.name()} has no command ${JSON.stringify(unknown)}${didYouMean(nearest(unknown, names))}`;
  return new AuthctlError('usage', problem, { hint: hint`use one of: ${named(...names)}` });
}

/** Adds the options of every command. */
function addGlobal(command: Command, version: string): Command {
  command.optionsGroup(globalGroup).version(version, '-V, --version', 'print the version');
  return addOptions(command, globalOptions).helpOption('-h, --help', 'show this help');
}

function addOptions(command: Command, options: readonly Option[]): Command {
  for (const { flags, about, choices, once, many, group = 'Options' } of options) {
    const option = command.createOption(flags, about).helpGroup(`${group}:`);
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

/** The options given to this command or to its parents; the nearest wins. */
function givenOptions(command: Command): Record<string, unknown> {
  const options = command.parent ? givenOptions(command.parent) : {};
  for (const [name, value] of Object.entries(command.opts())) {
    if (command.getOptionValueSource(name) === 'cli') options[name] = value;
  }
  return options;
}

/** The error for an unknown command, or for a provider in its place. */
function unknownCommand(
  names: readonly string[],
  providers: readonly Declaration[],
  unknown: string,
): AuthctlError {
  if (providers.some(({ name }) => name === unknown)) {
    return new AuthctlError('usage', `${unknown} is a provider, and the command comes first`, {
      hint: hint`authctl token ${named(unknown)}`,
    });
  }
  if (unknown === 'version') {
    return new AuthctlError('usage', `unknown command "version"${didYouMean('--version')}`, {
      hint: 'authctl --version',
    });
  }
  const meant = nearest(unknown, names);
  return new AuthctlError(
    'usage',
    `unknown command ${JSON.stringify(unknown)}${didYouMean(meant)}`,
    { hint: meant === undefined ? hint`authctl --help` : hint`authctl ${named(meant)} --help` },
  );
}

/** commander's message without the option's value, which may be a secret behind a mistyped flag. */
function usageError(
  { message: given }: CommanderError,
  argv: readonly string[],
  { command, providers }: Pick<Reached, 'command' | 'providers'>,
): AuthctlError {
  const path = pathOf(command);
  const [message = ''] = given
    .replace(/^error: /, '')
    .replace(/(unknown option '--[^=']*)=.*'/s, "$1'")
    .replace(/(unknown option '-[^-])[^']*'/s, "$1'")
    .replace(/^too many arguments for .* Expected (\d+) .* got (\d+)\.$/s, (_, most, got) =>
      most === '0' ? `${path} takes no arguments` : `${path} takes ${most} of the ${got} arguments`,
    )
    .replace(/^missing required argument '(.*)'$/, `${path} needs a $1`)
    .replace(/^option '(?:-., )?(--\S*).*' argument missing$/, '$1 needs a value')
    .replace(/^option '(--\S*) .* Allowed choices are (.*)\.$/s, '$1 takes one of: $2')
    .split('\n');
  const [, flag] = /^unknown option '([^']*)'$/.exec(message) ?? [];
  return new AuthctlError(
    'usage',
    flag === undefined ? message : `${message}${meantBy(flag, argv, { command, providers })}`,
    { hint: path === '' ? hint`authctl --help` : hint`authctl ${named(path)} --help` },
  );
}

/** What an unknown option may stand for. */
function meantBy(
  flag: string,
  argv: readonly string[],
  { command, providers }: Pick<Reached, 'command' | 'providers'>,
): string {
  const own = providers.length > 1 ? ownSpellings(flag, providers) : [];
  if (own.length > 0) return `: with several providers, write ${own.join(' or ')}`;
  const known = command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long }) => (long ? [long] : []));
  // Of one dash too few, only a letter is unknown.
  if (!flag.startsWith('--')) return didYouMean(known.find((long) => argv.includes(long.slice(1))));
  if (/^--(json|format)$/.test(flag) && known.includes('--output')) return didYouMean('-o json');
  // A key is not given as a value.
  const form = ['-file', '-stdin']
    .map((end) => `${flag}${end}`)
    .find((each) => known.includes(each));
  return didYouMean(form ?? nearest(flag, known));
}
