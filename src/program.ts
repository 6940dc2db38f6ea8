/** The command tree, on one screen. Provider subcommands follow from the declarations; actions load with use. */
import { Command, Option } from 'commander';
import { AuthctlError } from './errors.ts';
import type { Declaration } from './provider/declaration.ts';
import { flagName, variableName } from './provider/names.ts';
import type { Run } from './run.ts';

/** What the tree is made of, and where its output goes. */
export interface ProgramParts {
  readonly providers: readonly Declaration[];
  readonly version: string;
  /** Opens a run with the options that were given, wherever they stood. */
  readonly open: (options: Readonly<Record<string, unknown>>) => Run;
  /** Takes help and version texts. */
  readonly print: (text: string) => void;
  /** Takes the exit code of a command that has one of its own. */
  readonly exit: (code: number) => void;
}

type Action = (run: Run, options: Record<string, unknown>, args: string[]) => Promise<unknown>;

/** Builds the tree. Parsing throws CommanderError for wrong usage, and for help that was shown. */
export function createProgram({ providers, version, open, print, exit }: ProgramParts): Command {
  const program = new Command('authctl')
    .description('Gets access tokens from login APIs that have no OAuth.')
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => {}, outputError: () => {} })
    .configureHelp({ showGlobalOptions: true })
    .enablePositionalOptions()
    .version(version, '-V, --version', 'print the version');
  addEverywhere(program);
  program.action(() => program.outputHelp());

  const verb = (parent: Command, name: string, summary: string, action: Action) => {
    const command = parent.command(name).description(summary);
    addEverywhere(command.version(version, '-V, --version', 'print the version'));
    return command.action(async (...given: unknown[]) => {
      const options = givenOptions(command);
      const args = given
        .slice(0, -2)
        .flat()
        .filter((arg) => typeof arg === 'string');
      await action(open(options), options, args);
    });
  };
  /** A verb with a subcommand per provider. */
  const perProvider = (
    parent: Command,
    name: string,
    summary: string,
    chosen: readonly Declaration[],
    bare: Action,
    add: (command: Command, provider: Declaration) => void,
    action: (run: Run, provider: Declaration, options: Record<string, unknown>) => Promise<unknown>,
  ) => {
    const command = verb(parent, name, summary, async (run, options, [unknown]) => {
      if (unknown === undefined) return bare(run, options, []);
      throw unknownProvider(unknown, providers);
    }).argument('[provider]', 'one of the providers below');
    for (const provider of chosen) {
      const sub = verb(command, provider.name, provider.title, (run, options) =>
        action(run, provider, options),
      );
      const about = [provider.note, provider.docs && `Documentation: ${provider.docs}`];
      sub.addHelpText('after', about.map((line) => (line ? `\n${line}` : '')).join(''));
      add(sub, provider);
    }
    return command;
  };

  perProvider(
    program,
    'login',
    'log in and print the token',
    providers,
    async (run) => {
      const { listProviders } = await import('./commands/providers.ts');
      await listProviders(run, providers);
      throw new AuthctlError('usage', 'login needs a provider', {
        hint: 'authctl login <provider>',
      });
    },
    (command, provider) => addNetwork(addOutput(addFields(command, provider)), provider),
    async (run, provider, options) =>
      (await import('./commands/login.ts')).login(run, provider, options),
  );

  const refresh = perProvider(
    program,
    'refresh',
    'trade the refresh token for a new access token',
    providers,
    async (run, options) => {
      const { onlyRefreshable, refresh } = await import('./commands/refresh.ts');
      await refresh(run, onlyRefreshable(providers), options);
    },
    (command, provider) => addNetwork(addOutput(addRefreshToken(command)), provider),
    async (run, provider, options) =>
      (await import('./commands/refresh.ts')).refresh(run, provider, options),
  );
  addNetwork(addOutput(addRefreshToken(refresh)));

  const credentials = verb(
    program,
    'credentials',
    'keep credentials in the OS keychain and the config',
    needsCommand,
  );
  const bare: Action = async () => {
    throw new AuthctlError('usage', 'which provider?', {
      hint: providers.map(({ name }) => name).join(', '),
    });
  };
  perProvider(
    credentials,
    'set',
    'keep every field of a provider',
    providers,
    bare,
    (command, provider) => addPlace(addFields(command, provider), provider),
    async (run, provider, options) =>
      (await import('./commands/credentials.ts')).setCredentials(run, provider, options),
  );
  verb(
    credentials,
    'list',
    'list what is kept, without the secrets',
    async (run, options, [name]) => {
      const { listCredentials } = await import('./commands/credentials.ts');
      const chosen = name === undefined ? providers : [findProvider(name, providers)];
      await listCredentials(run, chosen, wantsJson(options));
    },
  )
    .argument('[provider]')
    .option('-o, --output <format>', 'text or json');
  perProvider(
    credentials,
    'delete',
    'remove what is kept of a provider',
    providers,
    bare,
    () => {},
    async (run, provider) =>
      (await import('./commands/credentials.ts')).deleteCredentials(run, provider),
  );

  const config = verb(program, 'config', 'read and change settings', needsCommand);
  verb(config, 'get', 'print a setting', async (run, _options, [key = '']) =>
    (await import('./commands/config.ts')).configGet(run, providers, { key }),
  ).argument('<key>', 'such as <provider>.base_url');
  verb(config, 'set', 'change a setting', async (run, options, [key = '', ...values]) =>
    (await import('./commands/config.ts')).configSet(run, providers, {
      key,
      values,
      command: options['command'] === true,
    }),
  )
    .argument('<key>', 'such as <provider>.base_url')
    .argument('<value...>')
    .option(
      '--command',
      'the value is a command that prints it: a line for the shell, or a program and its arguments after --',
    );
  verb(config, 'unset', 'remove a setting', async (run, _options, [key = '']) =>
    (await import('./commands/config.ts')).configUnset(run, providers, { key }),
  ).argument('<key>');
  verb(config, 'list', 'print every setting', async (run, options) =>
    (await import('./commands/config.ts')).configList(run, providers, { json: wantsJson(options) }),
  ).option('-o, --output <format>', 'text or json');
  verb(config, 'path', 'print where the config file is', async (run) =>
    (await import('./commands/config.ts')).configPathCommand(run),
  );

  verb(
    program,
    'sandbox',
    'serve every provider on loopback, with demo credentials',
    async (run, options, command) => {
      const { runSandbox } = await import('./commands/sandbox.ts');
      const { portNumber } = await import('./commands/options.ts');
      const port = portNumber(options);
      exit(await runSandbox(run, providers, { command, ...(port !== undefined && { port }) }));
    },
  )
    .argument('[command...]', 'run this against the sandbox, and end with it')
    .option('--port <n>', 'listen there, instead of on any free port')
    .passThroughOptions();

  return program;
}

/** The options of every command. */
function addEverywhere(command: Command): Command {
  return command
    .option('-p, --profile <name>', 'use this profile (AUTHCTL_PROFILE)')
    .option('--no-input', 'never ask for anything')
    .option('--no-keychain', 'leave the OS keychain alone')
    .option('-q, --quiet', 'no notices')
    .option('-v, --verbose', 'say where things come from')
    .option('--no-color', 'no colours')
    .addOption(
      new Option('--error-format <format>', 'how errors are printed').choices(['text', 'json']),
    )
    .helpOption('-h, --help', 'show this help');
}

/** A flag per field; for a secret also from stdin and from a file. */
function addFields(command: Command, { name, fields }: Declaration): Command {
  for (const field of fields) {
    const more = field.description === undefined ? '' : `, ${field.description}`;
    const about = `${field.label}${more} (${variableName(name, field.name)})`;
    command.option(`${flagName(field.name)} <value>`, about);
    if (field.secret) addSecretSources(command, field.name);
  }
  return command;
}

function addSecretSources(command: Command, field: string): Command {
  return command
    .option(flagName(field, '-stdin'), 'the same, from stdin')
    .option(`${flagName(field, '-file')} <path>`, 'the same, from a file');
}

function addRefreshToken(command: Command): Command {
  command.option(
    `${flagName('refresh_token')} <value>`,
    'the refresh token, instead of the stored one',
  );
  return addSecretSources(command, 'refresh_token');
}

/** How the result is printed. */
function addOutput(command: Command): Command {
  return command
    .option('-o, --output <format>', 'token, json, env, dotenv, header, curl, github or azure')
    .option('--export', 'statements for eval, the same as -o env')
    .option('--shell <name>', 'for -o env: bash, zsh, sh, fish, powershell or cmd')
    .option('--var <name>', 'the name of the variable that holds the token')
    .option('--unset', 'print the statements that unset the variables')
    .option('--step-output', 'for -o github: set outputs of the step instead')
    .option('--out-file <path>', 'write the result to a file that only you can read')
    .option('--no-store', 'neither use nor keep a session');
}

/** Where the server is. */
function addPlace(command: Command, provider?: Declaration): Command {
  const environments = provider?.environments ?? [];
  const known = environments.map(({ name }) => name).join(', ');
  return command
    .option('-e, --environment <name>', known === '' ? 'a named server' : `the server: ${known}`)
    .option('--base-url <url>', 'the server, by its URL')
    .option('--allow-http', 'allow plain http to other machines');
}

/** How the server is reached. */
function addNetwork(command: Command, provider?: Declaration): Command {
  return addPlace(command, provider)
    .option('--timeout <duration>', 'how long the exchange may take (default: 30s)')
    .option('--retries <n>', 'how often to try again (default: 2)')
    .option('--cacert <file>', 'trust these certificate authorities too')
    .option('--cert <file>', 'client certificate')
    .option('--key <file>', 'its key')
    .option('--dry-run', 'print the request without its secrets, and send nothing');
}

/** The options that the command line gave, to this command or to those above it; the nearest wins. */
function givenOptions(command: Command): Record<string, unknown> {
  const options = command.parent ? givenOptions(command.parent) : {};
  for (const [name, value] of Object.entries(command.opts())) {
    if (command.getOptionValueSource(name) === 'cli') options[name] = value;
  }
  return options;
}

const needsCommand: Action = async () => {
  throw new AuthctlError('usage', 'a command is missing', { hint: 'see --help' });
};

function wantsJson(options: Record<string, unknown>): boolean {
  const format = options['output'] ?? 'text';
  if (format === 'text' || format === 'json') return format === 'json';
  throw new AuthctlError('usage', '-o takes text or json here');
}

function findProvider(name: string, providers: readonly Declaration[]): Declaration {
  const found = providers.find((provider) => provider.name === name);
  if (found) return found;
  throw unknownProvider(name, providers);
}

function unknownProvider(name: string, providers: readonly Declaration[]): AuthctlError {
  return new AuthctlError('unknown_provider', `there is no provider ${JSON.stringify(name)}`, {
    hint: `there are ${providers.map((provider) => provider.name).join(', ')}`,
  });
}
