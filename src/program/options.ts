/** The options that commands have in common, as commander takes them. */
import type { Command } from 'commander';
import { AuthctlError } from '../errors.ts';
import type { Declaration } from '../provider/declaration.ts';
import { flagName, variableName } from '../provider/names.ts';

/** The options of every command. */
export function addEverywhere(command: Command): Command {
  return command
    .option('-p, --profile <name>', 'use this profile (AUTHCTL_PROFILE)')
    .option('--no-input', 'never ask for anything')
    .option('--no-keychain', 'leave the OS keychain alone')
    .option('-q, --quiet', 'no notices')
    .option('-v, --verbose', 'say where things come from')
    .option('--no-color', 'no colours')
    .addOption(
      command
        .createOption('--error-format <format>', 'how errors are printed')
        .choices(['text', 'json']),
    )
    .helpOption('-h, --help', 'show this help');
}

/** A flag per field; for a secret also from stdin and from a file. */
export function addFields(command: Command, { name, fields }: Declaration): Command {
  for (const field of fields) {
    const more = field.description === undefined ? '' : `, ${field.description}`;
    const about = `${field.label}${more} (${variableName(name, field.name)})`;
    addOnce(command, `${flagName(field.name)} <value>`, about);
    if (field.secret) addSecretSources(command, field.name);
  }
  return command;
}

function addSecretSources(command: Command, field: string): Command {
  command.option(flagName(field, '-stdin'), 'the same, from stdin');
  return addOnce(command, `${flagName(field, '-file')} <path>`, 'the same, from a file');
}

/** A flag that may be given once: which of two credentials is meant should not be a guess. */
function addOnce(command: Command, flags: string, about: string): Command {
  return command.option(flags, about, (value: string, before?: string) => {
    if (before === undefined) return value;
    throw new AuthctlError('usage', `${flags.replace(/ .*/, '')} is given twice`);
  });
}

export function addRefreshToken(command: Command): Command {
  addOnce(
    command,
    `${flagName('refresh_token')} <value>`,
    'the refresh token, instead of the stored one',
  );
  return addSecretSources(command, 'refresh_token');
}

/** How the result is printed. */
export function addOutput(command: Command): Command {
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
export function addPlace(command: Command, provider?: Declaration): Command {
  const environments = provider?.environments ?? [];
  const known = environments.map(({ name }) => name).join(', ');
  return command
    .option('-e, --environment <name>', known === '' ? 'a named server' : `the server: ${known}`)
    .option('--base-url <url>', 'the server, by its URL');
}

/** Where the server is, and how it is reached. */
export function addNetwork(command: Command, provider?: Declaration): Command {
  return addTransport(addPlace(command, provider));
}

/** How servers are reached, whichever they are. */
export function addTransport(command: Command): Command {
  return command
    .option('--allow-http', 'allow plain http to other machines')
    .option('--timeout <duration>', 'how long the exchange may take (default: 30s)')
    .option('--retries <n>', 'how often to try again (default: 2)')
    .option('--cacert <file>', 'trust these certificate authorities too')
    .option('--cert <file>', 'client certificate')
    .option('--key <file>', 'its key');
}

/** Shows what would be sent. */
export function addDryRun(command: Command): Command {
  return command.option('--dry-run', 'print the request without its secrets, and send nothing');
}

/** How long a token must still live. */
export function addMinTtl(command: Command): Command {
  return command.option('--min-ttl <duration>', 'renew a token that lives no longer than this');
}

/** Keeps a file up to date. */
export function addWatch(command: Command): Command {
  return command
    .option('--watch', 'stay, and replace the token in --out-file before each expiry')
    .option('--on-renew <command>', 'with --watch: run this in a shell after each');
}

/** How a list or a record is printed. */
export function addJson(command: Command): Command {
  return command.option('-o, --output <format>', 'text or json');
}
