/** The command tree, on one screen. Provider subcommands follow from the declarations; actions load with use. */
import { Command, CommanderError } from 'commander';
import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import { allowHttp, everywhere, fieldOptions, listing, type Option, place } from './options.ts';
import {
  type Action,
  findProvider,
  needsProvider,
  type ProviderVerb,
  providerVerbs,
} from './verbs.ts';

/** What commands are made of, and where their output goes. */
export interface ProgramParts {
  readonly providers: readonly Declaration[];
  readonly version: string;
  /** The width that help is broken to; 80 where there is no terminal. */
  readonly columns?: () => number | undefined;
  /** Opens a run with the options that were given, wherever they stood. */
  readonly open: (options: Readonly<Record<string, unknown>>) => Run;
  /** Takes help and version texts. */
  readonly print: (text: string) => void;
  /** Takes the exit code of a command that has one of its own. */
  readonly exit: (code: number) => void;
  /** The commands that have a subcommand per provider; without it those that there are. */
  readonly verbs?: Readonly<Record<string, ProviderVerb>>;
}

/**
 * Runs the command that a command line names, whatever it looks like.
 *
 * @throws AuthctlError `usage` where it names none, and whatever the command throws
 */
export async function runWithTree(argv: readonly string[], parts: ProgramParts): Promise<void> {
  try {
    await createProgram(parts, argv).parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version texts end the parsing as well.
    if (error.exitCode !== 0) throw usageError(error, argv);
  }
}

/**
 * Builds the tree. Parsing throws CommanderError for wrong usage, and for help that was shown.
 *
 * @param argv the command line that it is for; without one the tree is whole
 */
export function createProgram(
  {
    providers,
    version,
    columns,
    open,
    print,
    exit,
    verbs = providerVerbs({ providers, exit }),
  }: ProgramParts,
  argv?: readonly string[],
): Command {
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
  addOptions(program, everywhere);
  program.helpOption(...help);
  program.action(() => {
    const [unknown] = program.args;
    if (unknown === undefined) return program.outputHelp();
    throw new AuthctlError('usage', `there is no command ${JSON.stringify(unknown)}`, {
      hint: `there are ${visible(program).join(', ')}`,
    });
  });

  // What the command line does not name takes as long to build as what it does, and serves help alone.
  const helping =
    !argv?.some((word) => !word.startsWith('-')) ||
    argv.some((word) => /^(help|--help|-[^-]*h.*)$/.test(word));
  const isNamed = (name: string) => helping || argv?.includes(name) === true;
  const verb = (parent: Command, name: string, summary: string, action: Action) => {
    const command = parent.command(name).description(summary);
    if (isNamed(name)) {
      command.version(version, '-V, --version', 'print the version');
      addOptions(command, everywhere).helpOption(...help);
    }
    return command.action(async (...given: unknown[]) => {
      const options = givenOptions(command);
      const args = given.slice(0, -2).flat();
      await action(
        open(options),
        options,
        args.filter((arg) => typeof arg === 'string'),
      );
    });
  };
  const group = (name: string, summary: string) =>
    verb(program, name, summary, async () => {
      const { args, commands } = parentOf(name);
      const names = commands.map((command) => command.name());
      const problem =
        args[0] === undefined
          ? `${name} needs a command`
          : `${name} has no command ${JSON.stringify(args[0])}`;
      throw new AuthctlError('usage', problem, { hint: `it has ${names.join(', ')}` });
    });
  const parentOf = (name: string) =>
    program.commands.find((command) => command.name() === name) ?? program;
  const perProvider = (parent: Command, name: string, parts: ProviderVerb) => {
    const { summary, options, action, bare = needsProvider(name, providers), takesCommand } = parts;
    const command = verb(parent, name, summary, bare).argument('[provider]', 'as listed below');
    if (takesCommand) command.argument('[command...]', 'after --');
    addOptions(command, parts.bareOptions ?? []);
    if (argv && !argv.includes(name)) return command;
    for (const provider of providers) {
      const sub = verb(command, provider.name, provider.title, (run, given, args) =>
        action(run, provider, given, args),
      );
      if (!isNamed(provider.name)) continue;
      const about = [provider.note, provider.docs && `Documentation: ${provider.docs}`];
      sub.addHelpText('after', about.map((line) => (line ? `\n${line}` : '')).join(''));
      addOptions(sub, options?.(provider) ?? []);
      if (takesCommand) sub.argument('[command...]', 'after --').passThroughOptions();
    }
    return command;
  };
  for (const [name, parts] of Object.entries(verbs)) {
    perProvider(program, name, parts);
  }
  parentOf('exec').usage('[options] <provider>[,<provider>...] -- <command> [args...]');

  addListing(
    verb(program, 'status', 'list the stored sessions', async (run, options, [name]) => {
      const { status } = await import('../commands/status.ts');
      await status(run, providers, {
        ...(name !== undefined && { provider: findProvider(name, providers).name }),
        json: wantsJson(options),
        noColor: options['color'] === false,
      });
    }).argument('[provider]'),
  );
  verb(program, 'logout', 'remove stored sessions', async (run, options, [name]) => {
    const { logout } = await import('../commands/logout.ts');
    await logout(run, {
      ...(name !== undefined && { provider: findProvider(name, providers) }),
      all: options['all'] === true,
      credentials: options['credentials'] === true,
    });
  })
    .argument('[provider]')
    .option('--all', 'in every profile; without a provider, everything')
    .option('--credentials', 'the secrets in the keychain too');
  addListing(
    verb(program, 'inspect', 'show what a JWT says about itself', async (run, options, [token]) => {
      const { inspect } = await import('../commands/inspect.ts');
      const name = options['provider'];
      await inspect(run, {
        ...(token !== undefined && { token }),
        ...(typeof name === 'string' && { provider: findProvider(name, providers) }),
        json: wantsJson(options),
      });
    })
      .argument('[token]', 'the JWT, or - for stdin')
      .option('--provider <name>', 'the stored token of this provider'),
  );

  const credentials = group('credentials', 'keep credentials in the OS keychain and the config');
  perProvider(credentials, 'set', {
    summary: 'keep every field of a provider',
    options: (provider) => [...fieldOptions(provider), ...place(provider), allowHttp],
    action: async (run, provider, options) =>
      (await import('../commands/credentials.ts')).setCredentials(run, provider, options),
  });
  addListing(
    verb(
      credentials,
      'list',
      'list what is kept, without the secrets',
      async (run, options, [name]) => {
        const { listCredentials } = await import('../commands/credentials.ts');
        const chosen = name === undefined ? providers : [findProvider(name, providers)];
        await listCredentials(run, chosen, wantsJson(options));
      },
    ).argument('[provider]'),
  );
  perProvider(credentials, 'delete', {
    summary: 'remove what is kept of a provider',
    action: async (run, provider) =>
      (await import('../commands/credentials.ts')).deleteCredentials(run, provider),
  });

  const config = group('config', 'read and change settings');
  verb(config, 'get', 'print a setting', async (run, _options, [key = '']) =>
    (await import('../commands/config.ts')).configGet(run, providers, { key }),
  ).argument('<key>', 'such as <provider>.base_url');
  verb(config, 'set', 'change a setting', async (run, options, [key = '', ...values]) =>
    (await import('../commands/config.ts')).configSet(run, providers, {
      key,
      values,
      command: options['command'] === true,
    }),
  )
    .argument('<key>', 'such as <provider>.base_url')
    .argument('<value...>')
    .option(
      '--command',
      'a command prints the value: a line for the shell, or a program and arguments after --',
    );
  verb(config, 'unset', 'remove a setting', async (run, _options, [key = '']) =>
    (await import('../commands/config.ts')).configUnset(run, providers, { key }),
  ).argument('<key>', 'such as <provider>.base_url');
  addListing(
    verb(config, 'list', 'print every setting', async (run, options) =>
      (await import('../commands/config.ts')).configList(run, providers, {
        json: wantsJson(options),
      }),
    ),
  );
  verb(config, 'path', 'print where the config file is', async (run) =>
    (await import('../commands/config.ts')).configPathCommand(run),
  );

  verb(program, 'completion', 'print the completion script of a shell', async (run, _, [shell]) => {
    const { readWords } = await import('../completion/read.ts');
    const { completion } = await import('../commands/completion.ts');
    const whole = createProgram({ providers, version, open, print, exit });
    await completion(run, readWords(whole, providers), shell);
  }).argument('<shell>', 'bash, zsh, fish or powershell');
  program.command('__complete <what>', { hidden: true }).action(async (what: string) => {
    const { completeNames } = await import('../commands/completion.ts');
    await completeNames(open({}), providers, what);
  });

  verb(
    program,
    'sandbox',
    'serve every provider on loopback, with demo credentials',
    async (run, options, command) => {
      const { runSandbox, sandboxPort } = await import('../commands/sandbox.ts');
      exit(await runSandbox(run, providers, { command, ...sandboxPort(options['port']) }));
    },
  )
    .argument('[command...]', 'run this against the sandbox, and end with it')
    .option('--port <n>', 'listen there, instead of on any free port')
    .passThroughOptions();

  // Last, since subcommands take these over. An argument too many is a command that there is not.
  for (const command of [program, credentials, config]) command.allowExcessArguments();
  program.helpCommand('help [command]', 'show the help of a command');
  return program;
}

/** How every command shows its help. */
const help = ['-h, --help', 'show this help'] as const;

function addOptions(command: Command, options: readonly Option[]): Command {
  for (const { flags, about, choices, once } of options) {
    const option = command.createOption(flags, about);
    if (choices) option.choices(choices);
    if (once) option.argParser(takeOnce(flags));
    command.addOption(option);
  }
  return command;
}

function takeOnce(flags: string) {
  return (value: string, before?: string): string => {
    if (before === undefined) return value;
    throw new AuthctlError('usage', `${flags.replace(/ .*/, '')} is given twice`);
  };
}

function addListing(command: Command): Command {
  return addOptions(command, [listing]);
}

/** The names of the commands that help lists. */
function visible(command: Command): readonly string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((each) => each.name());
}

/** The options that the command line gave, to this command or to those above it; the nearest wins. */
function givenOptions(command: Command): Record<string, unknown> {
  const options = command.parent ? givenOptions(command.parent) : {};
  for (const [name, value] of Object.entries(command.opts())) {
    if (command.getOptionValueSource(name) === 'cli') options[name] = value;
  }
  return options;
}

/** @throws AuthctlError `usage` */
function wantsJson(options: Record<string, unknown>): boolean {
  const format = options['output'] ?? 'text';
  if (format === 'text' || format === 'json') return format === 'json';
  throw new AuthctlError('usage', '-o takes text or json here');
}

/** commander's words, without a value that was given: it may be a secret behind a mistyped flag. */
function usageError(error: CommanderError, argv: readonly string[]): AuthctlError {
  // Of `help` for a command that there is not, it says the name of a function of its own.
  if (error.code === 'commander.help') {
    const name = argv[argv.indexOf('help') + 1];
    const problem = `there is no command ${JSON.stringify(name)}`;
    return new AuthctlError('usage', problem, { hint: 'authctl --help' });
  }
  const [message = '', suggestion] = error.message
    .replace(/^error: /, '')
    .replace(/(unknown option '--[^=']*)=.*'/s, "$1'")
    .replace(/(unknown option '-[^-])[^']*'/s, "$1'")
    .split('\n');
  const meant = /Did you mean (.*)\?/.exec(suggestion ?? '')?.[1];
  return new AuthctlError('usage', message, {
    hint: meant === undefined ? 'authctl --help' : `did you mean ${meant}?`,
  });
}
