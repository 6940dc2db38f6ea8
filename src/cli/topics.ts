/** The texts of `authctl help <topic>`, made of the tables that the program works with. */
import { Help } from 'commander';
import type { Declaration } from '../declaration/declaration.ts';
import { flagName, secretWords, variableName } from '../declaration/names.ts';
import { privateKeyFields } from '../declaration/uses.ts';
import { variablesRead } from '../declaration/variables.ts';
import { formatFlags, formats } from '../output/formats.ts';
import { shells } from '../output/shells.ts';
import { catalogueNames } from '../providers/catalogue/catalogue.ts';
import { durationWords } from '../terminal/duration.ts';
import { exitMeanings, exitNumbers } from './exit-meanings.ts';
import { documentation, wrap } from './layout.ts';
import { manual } from './manual.ts';
import { type TopicName, topicAbouts } from './topic-names.ts';

/** A paragraph, or lines of two columns. */
type Block = string | readonly (readonly [term: string, about: string])[];

interface Topic {
  readonly blocks: (providers: readonly Declaration[]) => readonly Block[];
  /** A page of the documentation. */
  readonly page: string;
}

/** The variables that do not belong to a provider, and what they do. */
export const variables: Readonly<Record<string, string>> = {
  AUTHCTL_PROFILE: 'the profile, as -p does',
  AUTHCTL_NO_KEYCHAIN: 'with 1, the keychain is not used, as with --no-keychain',
  AUTHCTL_CONFIG_DIR: 'the directory of the config file and of your own providers',
  AUTHCTL_STATE_DIR: 'the directory of the sessions',
  XDG_CONFIG_HOME: 'the config is in its authctl/; else in ~/.config/authctl/',
  XDG_STATE_HOME: 'sessions are in its authctl/; else in ~/.local/state/authctl/',
  HOME: 'your home directory',
  'APPDATA, LOCALAPPDATA, USERPROFILE': 'the same places on Windows',
  CREDENTIALS_DIRECTORY: 'where systemd puts secrets: a file <provider>_<field> for each',
  CI: 'if it is set, and neither false nor 0, nothing is asked',
  COLUMNS: 'the width of help; else that of the terminal, else 80',
  'NO_COLOR, FORCE_COLOR, TERM': 'whether there are colours; a dumb terminal has none',
  'HTTPS_PROXY, HTTP_PROXY, NO_PROXY': 'the proxy; never for a server on this machine',
  NODE_EXTRA_CA_CERTS: 'a file of more certificate authorities',
  'SSL_CERT_FILE, SSL_CERT_DIR': 'where the authorities of the system are',
  NODE_TLS_REJECT_UNAUTHORIZED: 'has no effect: certificates are always checked',
  DEBUG: 'has no effect: it would show secrets',
  'GITHUB_ENV, GITHUB_OUTPUT': 'the files that -o github appends to',
  'DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR': 'the session bus of the keychain on Linux',
  'SHELL, FPATH': 'where doctor looks for the completion script',
  AUTHCTL_STORE: 'the store that is shared with other machines: rediss://user@host:port/0',
  'AUTHCTL_STORE_PASSWORD, AUTHCTL_STORE_PASSWORD_FILE': 'its password, or a file with it',
  'AUTHCTL_STORE_KEY, AUTHCTL_STORE_KEY_FILE':
    'the key that seals what is shared, or a file with it',
  AUTHCTL_STORE_CACERT: 'the authorities that sign its certificate',
  AUTHCTL_STORE_ROLE: 'renewer or reader: a reader never logs in',
  AUTHCTL_SANDBOX: 'set in a sandbox: its address',
  'LC_ALL, LC_CTYPE, LANG, TERM_PROGRAM, WT_SESSION': 'which signs the terminal can show',
  'TMPDIR, TEMP': 'where a sandbox keeps its own config and sessions',
};

export const topics: Readonly<Record<TopicName, Topic>> = {
  credentials: {
    blocks: (providers) => {
      const sample = sampleOf(providers);
      const { name, field } = sample;
      return [
        `Each field, such as ${field} of ${name}, can come from five sources. They are tried in this order, and the first that has a value wins:`,
        [
          ['option', flagsOf(sample).join(', ')],
          [
            'variable',
            `${variableName(name, field)}; for a secret, ${variableName(name, field)}_FILE with a path`,
          ],
          ['config', `${name}.${field}; for a secret, a command that prints it`],
          ['keychain', `what authctl credentials set ${name} stored; secrets only`],
          ['prompt', 'on a terminal; not with --no-input, or if CI is set'],
        ],
        'From stdin and from files, one newline at the end is removed. An empty variable counts as not given. With -v, a line says where each field came from, and never shows its value.',
        'A one-time code is asked for or given by an option, and never stored. A private key is given by a file, by stdin, a variable or a command, and never as an option that holds it.',
        `The server is that of --base-url or --environment; else of ${variableName(name, 'base_url')} or ${variableName(name, 'environment')}; else of the config; else the first environment of the provider. In the config, ${name}.servers.<origin>.${field} is for one server; ${name}.${field} is for the one that the config names or that is the default, and for those without settings of their own. A secret in the keychain belongs to the server that it was stored for.`,
        'A profile (-p, AUTHCTL_PROFILE) is a separate set of credentials and sessions.',
      ];
    },
    page: 'README.md#credentials',
  },
  environment: {
    blocks: (providers) => [
      'Read by all commands that need them:',
      Object.entries(variables),
      'Read for a provider:',
      providers.map((provider) => [provider.name, variablesRead(provider).join(', ')]),
      `Set by exec, and by the formats env, dotenv, github and azure: <PROVIDER>_TOKEN, <PROVIDER>_TOKEN_EXPIRES_AT if that is known and, but for exec, <PROVIDER>_REFRESH_TOKEN if there is one. --var renames the first; the last word of its name must be ${orList(secretWords)}.`,
    ],
    page: 'README.md#credentials',
  },
  formats: {
    blocks: () => [
      Object.entries(formats).map(([name, { summary, takes }]) => [
        name,
        `${summary}${optionsOf(takes)}`,
      ]),
      `--export is -o env. Its statements are for the shell that runs authctl; --shell chooses another: ${Object.keys(shells).join(', ')}.`,
      'Where a format cannot represent a token exactly, nothing is printed, and the exit code is 7. The other commands take text or json.',
    ],
    page: 'README.md#use',
  },
  'exit-codes': {
    blocks: () => [
      exitNumbers.map((code) => [String(code), exitMeanings[code][1]]),
      'exec and sandbox end with the exit code of their command; 126 if that cannot be run, 127 if there is none. A command that fails prints nothing on stdout. With --error-format json, the error on stderr is an object with a code that says more.',
    ],
    page: 'README.md#exit-codes',
  },
  security: {
    blocks: (providers) => {
      const sample = sampleOf(providers);
      return [
        `An option such as ${flagName(sample.field)} shows its value in the list of processes. Prefer ${orList(flagsOf(sample).filter((flag) => /-stdin|-file/.test(flag)))}, a variable or the keychain.`,
        'A secret goes only to the server that it is meant for: one in the keychain to that which it was stored for, and a config command does not run while a variable chooses the server.',
        'Connections are https, except to this machine or with --allow-http. Certificates are always checked, and no redirect is followed.',
        'Sessions are files that only you can read. A config that others could write to is not read. Secrets and tokens are left out of all messages.',
        `exec is the safest way to pass a token on: only the command gets it, and not the secret behind it. eval "$(authctl …)" hides a failure; write env=$(authctl token ${sample.name} --export) && eval "$env".`,
      ];
    },
    page: 'SECURITY.md',
  },
  providers: {
    blocks: (providers) => [
      ...providers.flatMap((provider) => [`${provider.name}: ${provider.title}`, facts(provider)]),
      `For an API that is not among them, look into the catalogue, which has ${catalogueNames.length}: authctl provider list --all. Or describe its login in a file: authctl provider add.`,
    ],
    page: 'docs/your-api.md',
  },
};

/** The text of a topic, for a width. */
export function topicText(
  name: TopicName,
  providers: readonly Declaration[],
  columns: number,
): string {
  const helper = new Help();
  helper.helpWidth = columns;
  const { blocks, page } = topics[name];
  const sections = blocks(providers).map((block) => {
    if (typeof block === 'string') return wrap(helper, block);
    const wide = Math.max(...block.map(([term]) => term.length));
    // Beside a long name there is no room for its description.
    const term = Math.min(wide, Math.floor(columns / 3));
    return block.flatMap(([left, right]) =>
      left.length > term
        ? [`  ${left}`, helper.formatItem('', term, right, helper)]
        : [helper.formatItem(left, term, right, helper)],
    );
  });
  const commands = Object.entries(manual)
    .filter(([path, entry]) => path !== '' && entry.topics.includes(name))
    .map(([path]) => path);
  const readOn = [
    ...(commands.length > 0
      ? wrap(helper, `Commands, each with --help: ${commands.join(', ')}`)
      : []),
    `Read on: ${documentation}${page}`,
  ];
  return `${[[topicAbouts[name]], ...sections, readOn].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** A secret field for examples. */
interface Sample {
  readonly name: string;
  readonly field: string;
}

function sampleOf(providers: readonly Declaration[]): Sample {
  for (const provider of providers) {
    const keys = privateKeyFields(provider);
    const field = provider.fields.find(
      ({ name, secret, once }) => secret && !once && !keys.has(name),
    );
    if (field) return { name: provider.name, field: field.name };
  }
  throw new Error('no provider has a secret');
}

function flagsOf({ field }: Sample): readonly string[] {
  return [
    `${flagName(field, '-stdin')}`,
    `${flagName(field, '-file')} <path>`,
    `${flagName(field)} <value>`,
  ];
}

function facts({ name, login, fields, environments, answer, refresh, verify }: Declaration): Block {
  const seconds = answer.lifetime?.documented;
  const ways = login.map((way) =>
    way.fields
      .filter((each) => fields.some((field) => field.name === each && !field.once))
      .map((each) => variableName(name, each))
      .join(' and '),
  );
  return [
    ['credentials', ways.join(', or ') || 'none'],
    ['environments', environments?.map((each) => each.name).join(', ') ?? 'none: give --base-url'],
    ['lifetime', seconds === undefined ? 'not documented' : durationWords(seconds * 1000)],
    ['refresh', refresh ? `authctl refresh ${name}` : 'no: a new token takes a login'],
    ['verify', verify ? `authctl verify ${name}` : 'no: the API has no request for it'],
  ];
}

function optionsOf(takes: readonly (keyof typeof formatFlags)[]): string {
  return ` (${takes.map((each) => formatFlags[each]).join(', ')})`;
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
