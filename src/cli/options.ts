/** The options that several commands share, as data: flags, and their descriptions in help. */
import type { Declaration } from '../declaration/declaration.ts';
import { flagName, variableName } from '../declaration/names.ts';
import { privateKeyFields } from '../declaration/uses.ts';

/** An option of a command. */
export interface Option {
  /** As in help: `-o, --output <format>`; without a `<value>` it is a switch, and `--no-x` turns x off. */
  readonly flags: string;
  /** Its description in help. */
  readonly about: string;
  /** The values that it accepts, if they are fixed. */
  readonly choices?: readonly string[];
  /** Whether giving it twice is an error: authctl does not guess which of two credentials is meant. */
  readonly once?: boolean;
  /** Whether it may be given several times, and all values count. */
  readonly many?: boolean;
  /** Its heading in help; without one, it is the command's own. */
  readonly group?: OptionGroup;
}

/** The headings of options in help, besides that of a command's own. */
export type OptionGroup = 'Credentials' | 'Server' | 'Output' | 'Connection' | 'Global options';

/** The heading of the options of every command. */
export const globalGroup = 'Global options:';

function inGroup(group: OptionGroup, options: readonly Option[]): readonly Option[] {
  return options.map((each) => ({ ...each, group }));
}

const option = (flags: string, about: string): Option => ({ flags, about });

/** `-o, --output <format>` → `-o` and `--output`. */
export function namesOf({ flags }: Option): readonly string[] {
  return flags.replace(/ <.*/, '').split(', ');
}

/** The options of every command. */
export const globalOptions: readonly Option[] = inGroup('Global options', [
  option('-p, --profile <name>', 'use this profile (AUTHCTL_PROFILE)'),
  option('--no-input', 'never prompt'),
  option('--no-keychain', 'do not use the OS keychain'),
  option('-q, --quiet', 'no notices'),
  option('-v, --verbose', 'print details, such as where each value comes from'),
  option('--no-color', 'no colours'),
  {
    ...option('--error-format <format>', 'how errors are printed'),
    choices: ['text', 'json'],
  },
]);

/** A flag per field; a secret can also be read from stdin or a file. Without a provider there are none. */
export function fieldOptions(
  declaration: Declaration | undefined,
  fields: Declaration['fields'] = declaration?.fields ?? [],
): readonly Option[] {
  if (!declaration) return [];
  const { name } = declaration;
  const privateKeys = privateKeyFields(declaration);
  return fields.flatMap((field) => {
    const more = field.description === undefined ? '' : `, ${field.description}`;
    const spare =
      field.default !== undefined
        ? `, ${field.default} by default`
        : field.optional
          ? ', optional'
          : '';
    const carried = field.carried ? ', which exec hands on' : '';
    const described = `${field.label}${more}${spare}${carried}`;
    const about = `${described} (${variableName(name, field.name)})`;
    if (field.once) return valueOptions(field.name, described, ['value', 'stdin']);
    if (privateKeys.has(field.name)) return valueOptions(field.name, about, ['file', 'stdin']);
    return valueOptions(field.name, about, field.secret ? ['value', 'stdin', 'file'] : ['value']);
  });
}

/** How a flag gives a value: itself, from stdin, or from a file. */
type Form = 'value' | 'stdin' | 'file';

/** An option per form; only the first is described. */
function valueOptions(field: string, about: string, forms: readonly Form[]): readonly Option[] {
  const words = {
    value: { flags: `${flagName(field)} <value>`, from: '' },
    stdin: { flags: flagName(field, '-stdin'), from: ', from stdin' },
    file: { flags: `${flagName(field, '-file')} <path>`, from: ', from a file' },
  };
  return forms.map((form, index) => {
    const { flags, from } = words[form];
    const text = index === 0 ? `${about}${from}` : `the same${from}`;
    const group = 'Credentials';
    return { ...option(flags, text), group, ...(form !== 'stdin' && { once: true }) };
  });
}

export const refreshToken: readonly Option[] = valueOptions(
  'refresh_token',
  'the refresh token, instead of the stored one',
  ['value', 'stdin', 'file'],
);

export const noStore = option('--no-store', 'neither use nor store a session');
export const variable = option(
  '--var <name>',
  'the name of the variable that holds the token, such as MY_TOKEN',
);
export const allowHttp = option('--allow-http', 'allow plain http to other machines');

/** Options for how the result is printed. */
export const output: readonly Option[] = inGroup('Output', [
  option('-o, --output <format>', 'token, json, env, dotenv, header, curl, github or azure'),
  option('--export', 'statements for eval, the same as -o env'),
  option('--shell <name>', 'for -o env: bash, zsh, sh, fish, powershell or cmd'),
  variable,
  option('--unset', 'print the statements that unset the variables'),
  option('--step-output', 'for -o github: set outputs of the step instead'),
  option('--out-file <path>', 'write the result to a file that only you can read'),
  noStore,
]);

/** Options that choose the server. */
export function serverOptions(provider?: Declaration): readonly Option[] {
  const environments = provider?.environments ?? [];
  const known = environments.map(({ name }) => name).join(', ');
  return inGroup('Server', [
    ...(provider && known === ''
      ? []
      : [
          option(
            '-e, --environment <name>',
            known === '' ? 'a named environment' : `the environment: ${known}`,
          ),
        ]),
    option('--base-url <url>', 'the base URL of the server'),
  ]);
}

export const apiUrl: Option = {
  ...option('--api-url <url>', 'where the API is, if that is not the base URL'),
  group: 'Server',
};

/** Options for how a server is reached. */
export const transport: readonly Option[] = inGroup('Connection', [
  allowHttp,
  option(
    '--timeout <duration>',
    'how long to wait for the server, retries included (default: 30s)',
  ),
  option('--retries <n>', 'how many times to retry (default: 2)'),
  option('--cacert <file>', 'trust these certificate authorities too'),
  option('--cert <file>', 'client certificate'),
  option('--key <file>', 'private key of the client certificate'),
]);

/** Options that choose the server, and for how it is reached. */
export function network(provider?: Declaration): readonly Option[] {
  return [...serverOptions(provider), ...transport];
}

export const dryRun = option(
  '--dry-run',
  'print the request without its secrets, and send nothing',
);

export const minTtl = option('--min-ttl <duration>', 'renew a token that expires within this time');

export const rejected = option('--rejected', 'the stored token met a 401: get another one');

export const watch: readonly Option[] = [
  option('--watch', 'keep running, and replace the token in --out-file before it expires'),
  option('--on-renew <command>', 'with --watch: run this in a shell each time the file is written'),
];

/** The output format of commands that print lists or records. */
export const listFormat: Option = {
  ...option('-o, --output <format>', 'text or json'),
  group: 'Output',
};
