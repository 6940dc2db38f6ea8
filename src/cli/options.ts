/** The options that commands have in common, as data: flags, and what help says of them. */
import type { Declaration } from '../declaration/declaration.ts';
import { flagName, variableName } from '../declaration/names.ts';

/** An option of a command. */
export interface Option {
  /** As help shows it: `-o, --output <format>`; one without a `<value>` is a switch, `--no-x` turns x off. */
  readonly flags: string;
  /** What it does, for help. */
  readonly about: string;
  /** The values that it takes, where they are few and known. */
  readonly choices?: readonly string[];
  /** Whether a second one is an error: which of two credentials is meant should not be a guess. */
  readonly once?: boolean;
}

const option = (flags: string, about: string): Option => ({ flags, about });

/** The options of every command. */
export const everywhere: readonly Option[] = [
  option('-p, --profile <name>', 'use this profile (AUTHCTL_PROFILE)'),
  option('--no-input', 'never ask for anything'),
  option('--no-keychain', 'leave the OS keychain alone'),
  option('-q, --quiet', 'no notices'),
  option('-v, --verbose', 'say where things come from'),
  option('--no-color', 'no colours'),
  {
    ...option('--error-format <format>', 'how errors are printed'),
    choices: ['text', 'json'],
  },
];

/** A flag per field; for a secret also from stdin and from a file. */
export function fieldOptions({ name, fields }: Declaration): readonly Option[] {
  return fields.flatMap((field) => {
    const more = field.description === undefined ? '' : `, ${field.description}`;
    const about = `${field.label}${more} (${variableName(name, field.name)})`;
    return valueOptions(field.name, about, field.secret === true);
  });
}

function valueOptions(field: string, about: string, secret: boolean): readonly Option[] {
  const value = { ...option(`${flagName(field)} <value>`, about), once: true };
  if (!secret) return [value];
  return [
    value,
    option(flagName(field, '-stdin'), 'the same, from stdin'),
    { ...option(`${flagName(field, '-file')} <path>`, 'the same, from a file'), once: true },
  ];
}

export const refreshToken: readonly Option[] = valueOptions(
  'refresh_token',
  'the refresh token, instead of the stored one',
  true,
);

export const noStore = option('--no-store', 'neither use nor keep a session');
export const variable = option('--var <name>', 'the name of the variable that holds the token');
export const allowHttp = option('--allow-http', 'allow plain http to other machines');

/** How the result is printed. */
export const output: readonly Option[] = [
  option('-o, --output <format>', 'token, json, env, dotenv, header, curl, github or azure'),
  option('--export', 'statements for eval, the same as -o env'),
  option('--shell <name>', 'for -o env: bash, zsh, sh, fish, powershell or cmd'),
  variable,
  option('--unset', 'print the statements that unset the variables'),
  option('--step-output', 'for -o github: set outputs of the step instead'),
  option('--out-file <path>', 'write the result to a file that only you can read'),
  noStore,
];

/** Where the server is. */
export function place(provider?: Declaration): readonly Option[] {
  const environments = provider?.environments ?? [];
  const known = environments.map(({ name }) => name).join(', ');
  return [
    option('-e, --environment <name>', known === '' ? 'a named server' : `the server: ${known}`),
    option('--base-url <url>', 'the server, by its URL'),
  ];
}

/** How servers are reached, whichever they are. */
export const transport: readonly Option[] = [
  allowHttp,
  option('--timeout <duration>', 'how long the exchange may take (default: 30s)'),
  option('--retries <n>', 'how often to try again (default: 2)'),
  option('--cacert <file>', 'trust these certificate authorities too'),
  option('--cert <file>', 'client certificate'),
  option('--key <file>', 'its key'),
];

/** Where the server is, and how it is reached. */
export function network(provider?: Declaration): readonly Option[] {
  return [...place(provider), ...transport];
}

/** Shows what would be sent. */
export const dryRun = option(
  '--dry-run',
  'print the request without its secrets, and send nothing',
);

/** How long a token must still live. */
export const minTtl = option(
  '--min-ttl <duration>',
  'renew a token that lives no longer than this',
);

/** Keeps a file up to date. */
export const watch: readonly Option[] = [
  option('--watch', 'stay, and replace the token in --out-file before each expiry'),
  option('--on-renew <command>', 'with --watch: run this in a shell after each'),
];

/** How a list or a record is printed. */
export const listing = option('-o, --output <format>', 'text or json');
