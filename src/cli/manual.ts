/** What help says about each command beyond its options: a sentence, examples, exit codes, where to read on. */
import type { Declaration } from '../declaration/declaration.ts';
import { flagName, variableName } from '../declaration/names.ts';
import type { ExitCode } from './exit-meanings.ts';
import type { TopicName } from './topic-names.ts';

/** The providers that examples are about. */
interface Cast {
  /** The command's provider, or one for which it works. */
  readonly provider: Declaration;
  /** Another one. */
  readonly other: Declaration;
}

export interface Entry {
  /** One sentence. */
  readonly about: string;
  /** Command lines that run in a sandbox as they stand, where every provider has a session. */
  readonly examples: (cast: Cast) => readonly string[];
  /** Whether it works for a provider; of those for which it does, examples name the first. */
  readonly suits?: (provider: Declaration) => boolean;
  readonly exits: readonly ExitCode[];
  readonly topics: readonly TopicName[];
  /** A page of the documentation, from the top of the repository. */
  readonly page: string;
}

/** 3 where there is no home directory, too. */
const local: readonly ExitCode[] = [0, 1, 2, 3, 9];
const online: readonly ExitCode[] = [0, 1, 2, 3, 4, 5, 6, 7, 9, 130, 143];

/** By the words of the command; the program itself is the empty string. */
export const manual: Readonly<Record<string, Entry>> = {
  '': {
    about: 'Gets access tokens from login APIs that have no OAuth.',
    examples: ({ provider: { name } }) => [
      `authctl sandbox -- authctl login ${name}`,
      `authctl token ${name}`,
    ],
    exits: [],
    topics: [],
    page: 'README.md#quick-start',
  },
  login: {
    about: 'Logs in, always, keeps the session, and prints the token.',
    examples: ({ provider }) => [`authctl login ${provider.name}`, fromStdin('login', provider)],
    exits: online,
    topics: ['credentials', 'formats'],
    page: 'README.md#credentials',
  },
  token: {
    about:
      'Prints a valid token: the stored one while it is good, else a refreshed one, else that of a new login.',
    examples: ({ provider: { name } }) => [
      `authctl token ${name}`,
      `env=$(authctl token ${name} --export) && eval "$env"`,
    ],
    exits: online,
    topics: ['credentials', 'formats'],
    page: 'README.md#use',
  },
  refresh: {
    about: 'Trades the refresh token for a new access token, and never logs in.',
    examples: ({ provider: { name } }) => [
      `authctl refresh ${name}`,
      `authctl refresh ${name} -o json`,
    ],
    suits: ({ refresh }) => refresh !== undefined,
    exits: online,
    topics: ['formats'],
    page: 'README.md#look-at-what-you-have',
  },
  verify: {
    about: 'Asks the server whether it accepts the stored token, and renews nothing.',
    examples: ({ provider: { name } }) => [
      `authctl verify ${name}`,
      `authctl token ${name} | authctl verify ${name} --token-stdin`,
    ],
    suits: ({ verify }) => verify !== undefined,
    exits: online,
    topics: [],
    page: 'README.md#look-at-what-you-have',
  },
  exec: {
    about:
      'Runs a command with a token in its environment, and without the secret that the token was got with. With several providers, an option of one begins with its name.',
    examples: ({ provider, other }) => [
      `authctl exec ${provider.name} -- printenv ${variableName(provider.name, 'token_expires_at')}`,
      `authctl exec ${provider.name},${other.name} --${other.name}-var MY_TOKEN -- printenv MY_TOKEN`,
    ],
    exits: online,
    topics: ['credentials', 'environment'],
    page: 'README.md#for-one-command',
  },
  status: {
    about: 'Lists the stored sessions, and never prints a token.',
    examples: () => ['authctl status', 'authctl status -o json'],
    exits: [...local, 8],
    topics: [],
    page: 'README.md#look-at-what-you-have',
  },
  logout: {
    about:
      'Ends sessions: tells the server, where it can be told, and removes what is stored here.',
    examples: ({ provider: { name } }) => [`authctl logout ${name}`, 'authctl logout --all'],
    exits: [...local, 5, 7, 8, 130, 143],
    topics: ['security'],
    page: 'README.md#look-at-what-you-have',
  },
  inspect: {
    about: 'Decodes a JWT on this machine, without checking its signature.',
    examples: ({ provider: { name } }) => [
      `authctl token ${name} | authctl inspect -`,
      `authctl inspect --provider ${name} -o json`,
    ],
    exits: [...local, 7],
    topics: [],
    page: 'README.md#look-at-what-you-have',
  },
  credentials: {
    about: 'Stores credentials: secrets in the keychain, the rest in the config.',
    examples: ({ provider: { name } }) => [
      'authctl credentials list',
      `authctl credentials delete ${name}`,
    ],
    exits: [...local, 8],
    topics: ['credentials', 'security'],
    page: 'README.md#credentials',
  },
  'credentials set': {
    about: 'Stores the credentials of a provider, and asks for those that no option gives.',
    examples: ({ provider }) => [
      `authctl credentials set ${provider.name}`,
      fromStdin('credentials set', provider, plainFields(provider)),
    ],
    exits: [...local, 8, 130],
    topics: ['credentials', 'security'],
    page: 'README.md#credentials',
  },
  'credentials list': {
    about: 'Lists the stored credentials, without the secrets.',
    examples: ({ provider: { name } }) => [
      'authctl credentials list',
      `authctl credentials list ${name} -o json`,
    ],
    exits: [...local, 8],
    topics: ['credentials'],
    page: 'README.md#the-keychain',
  },
  'credentials delete': {
    about: 'Removes the stored credentials of a provider from the keychain and the config.',
    examples: ({ provider: { name } }) => [
      `authctl credentials delete ${name}`,
      `authctl credentials delete ${name} -p customer-b`,
    ],
    exits: [...local, 8],
    topics: ['credentials'],
    page: 'README.md#the-keychain',
  },
  provider: {
    about: 'Manages the providers that you add, from the catalogue or from files of your own.',
    examples: () => ['authctl provider list --all', 'authctl provider add grafana --yes'],
    exits: local,
    topics: ['providers'],
    page: 'docs/your-api.md',
  },
  'provider list': {
    about:
      'Lists the providers: the built-in ones, your own, and with --all those of the catalogue.',
    examples: () => ['authctl provider list --all', 'authctl provider list --all dashboards'],
    exits: local,
    topics: ['providers'],
    page: 'docs/your-api.md',
  },
  'provider show': {
    about:
      'Prints a provider, or one of the catalogue, as a declaration: a pattern for one of your own.',
    examples: ({ provider: { name } }) => [
      `authctl provider show ${name} > mine.json`,
      'authctl provider show grafana',
    ],
    exits: local,
    topics: ['providers'],
    page: 'docs/vocabulary.md',
  },
  'provider add': {
    about: 'Adds a provider from the catalogue or a file, after saying what it sends where.',
    examples: ({ provider: { name } }) => [
      'authctl provider add grafana --yes',
      `authctl provider show ${name} | authctl provider add - --name mine --yes --replace`,
    ],
    exits: [...local, 130],
    topics: ['providers', 'security'],
    page: 'docs/your-api.md',
  },
  'provider remove': {
    about: 'Removes a provider that was added.',
    examples: ({ provider: { name } }) => [
      `authctl provider show ${name} | authctl provider add - --name mine --yes`,
      'authctl provider remove mine',
    ],
    exits: [...local, 8],
    topics: ['providers'],
    page: 'docs/your-api.md',
  },
  'provider check': {
    about: 'Says all that is wrong with a declaration, with line numbers.',
    examples: ({ provider: { name } }) => {
      const renamed = `authctl provider show ${name} | sed 's/"${name}"/"mine"/'`;
      return [
        `${renamed} | authctl provider check -`,
        `${renamed} > mine.json && authctl provider check mine.json`,
      ];
    },
    exits: local,
    topics: ['providers'],
    page: 'docs/vocabulary.md',
  },
  'provider test': {
    about: 'Tries a provider step by step: against a sandbox, or with --real its own server.',
    examples: ({ provider: { name } }) => [
      `authctl provider test ${name}`,
      `authctl provider test ${name} --save-fixture ${name}.fixture.json`,
    ],
    exits: online,
    topics: ['providers'],
    page: 'docs/your-api.md',
  },
  'provider import': {
    about:
      'Prints a draft of a provider, made of a curl command, an OpenAPI document, a HAR or a Postman collection.',
    examples: () => {
      const curl = 'curl https://api.example.com/login -d user=ada -d password=secret';
      return [
        `authctl provider import --curl '${curl}' > mine.yaml`,
        `echo '${curl}' | authctl provider import --curl - --name mine`,
      ];
    },
    exits: local,
    topics: ['providers'],
    page: 'docs/import.md',
  },
  'provider new': {
    about: 'Makes a provider in a conversation, and can try its login before anything is kept.',
    examples: () => ['authctl provider new', 'authctl provider new && authctl provider list'],
    exits: online,
    topics: ['providers'],
    page: 'docs/import.md',
  },
  profile: {
    about: 'Shows the profiles, each of which is a separate set of credentials and sessions.',
    examples: () => ['authctl profile list', 'authctl profile list -o json'],
    exits: [...local, 8],
    topics: ['credentials'],
    page: 'README.md#profiles',
  },
  'profile list': {
    about: 'Lists the profiles that settings, the keychain or sessions know, and the one in use.',
    examples: () => ['authctl profile list', 'authctl profile list -o json'],
    exits: [...local, 8],
    topics: ['credentials'],
    page: 'README.md#profiles',
  },
  store: {
    about: 'Shares sessions with other machines, so that one login serves them all.',
    examples: () => ['authctl store key new > key', 'authctl store key --help'],
    exits: [...local, 8],
    topics: ['environment', 'security'],
    page: 'docs/fleet.md',
  },
  'store status': {
    about: 'Shows the shared store, and what it has of the sessions on this machine.',
    examples: () => ['authctl store status', 'authctl store status -o json'],
    exits: [...local, 8],
    topics: ['environment'],
    page: 'docs/fleet.md#when-something-is-wrong',
  },
  'store key': {
    about:
      'Prints the text of a key file, and writes nothing: where it is kept is yours to choose.',
    examples: () => [
      'authctl store key new > key',
      'AUTHCTL_STORE_KEY=$(authctl store key new) authctl store key reader > reader-key',
    ],
    exits: local,
    topics: ['environment', 'security'],
    page: 'docs/fleet.md#roles-and-keys',
  },
  'store password': {
    about:
      'Asks for the password of the store that the config names, and keeps it in the OS keychain.',
    examples: () => [
      'authctl config set store.url rediss://renewer@store.example:6380/0',
      'authctl store password',
    ],
    exits: [...local, 8],
    topics: ['security'],
    page: 'docs/fleet.md#roles-and-keys',
  },
  config: {
    about: 'Reads and changes settings, such as a base URL or a user name.',
    examples: ({ provider }) => [
      `authctl config set ${settingOf(provider)}`,
      'authctl config list',
    ],
    exits: local,
    topics: ['credentials'],
    page: 'README.md#the-config',
  },
  'config get': {
    about: 'Prints a setting.',
    examples: ({ provider }) => {
      const [key = ''] = settingOf(provider).split(' ');
      return [`authctl config get ${key}`, `value=$(authctl config get ${key})`];
    },
    exits: local,
    topics: ['credentials'],
    page: 'README.md#the-config',
  },
  'config set': {
    about: 'Changes a setting; a secret can only be a command that prints it.',
    examples: ({ provider }) => {
      const secret = storableSecret(provider);
      return [
        `authctl config set ${settingOf(provider)}`,
        secret
          ? `authctl config set ${provider.name}.${secret} --command -- pass show ${provider.name}`
          : `authctl config set ${settingOf(provider)} -p customer-b`,
      ];
    },
    exits: local,
    topics: ['credentials', 'security'],
    page: 'README.md#the-config',
  },
  'config unset': {
    about: 'Removes a setting.',
    examples: ({ provider }) => {
      const [key = ''] = settingOf(provider).split(' ');
      return [
        `authctl config unset ${key}`,
        `authctl config set -p customer-b ${settingOf(provider)} && authctl config unset -p customer-b ${key}`,
      ];
    },
    exits: local,
    topics: ['credentials'],
    page: 'README.md#the-config',
  },
  'config list': {
    about: 'Prints every setting.',
    examples: () => ['authctl config list', 'authctl config list -o json'],
    exits: local,
    topics: ['credentials'],
    page: 'README.md#the-config',
  },
  'config path': {
    about: 'Prints where the config file is, whether or not it exists.',
    examples: () => ['authctl config path', 'cat "$(authctl config path)"'],
    exits: local,
    topics: ['environment'],
    page: 'README.md#the-config',
  },
  completion: {
    about: 'Prints the completion script of a shell.',
    examples: () => [
      'authctl completion bash > authctl.bash',
      'authctl completion fish > authctl.fish',
    ],
    exits: local,
    topics: [],
    page: 'README.md#completions',
  },
  doctor: {
    about: 'Checks the installation and the way to the servers, and sends no credential.',
    examples: ({ provider: { name } }) => [`authctl doctor ${name}`, 'authctl doctor -o json'],
    exits: [...local, 130, 143],
    topics: ['environment'],
    page: 'README.md#when-something-is-wrong',
  },
  sandbox: {
    about:
      'Serves the login of every provider on this machine, with demo credentials; with a command, runs it there and ends with it.',
    examples: ({ provider: { name } }) => [
      `authctl sandbox -- authctl token ${name}`,
      `authctl sandbox -- sh -c 'authctl login ${name} && authctl status'`,
    ],
    exits: [...local, 130, 143],
    topics: ['providers'],
    page: 'README.md#try-it',
  },
  help: {
    about: 'Shows the help of a command, of a command for a provider, or of a topic.',
    examples: ({ provider: { name } }) => [`authctl help token ${name}`, 'authctl help exit-codes'],
    exits: [0, 1, 2],
    topics: [],
    page: 'README.md',
  },
};

/** The providers for the examples of a command, which may be about a given one. */
export function castFor(
  { suits = () => true }: Entry,
  given: Declaration | undefined,
  all: readonly Declaration[],
): Cast | undefined {
  const provider = given ?? all.find(suits);
  const other = all.find((each) => each !== provider);
  return provider && other && { provider, other };
}

/** The examples of a command that does not work for a provider: others that do. */
export function instead({ name }: Declaration): readonly string[] {
  return [`authctl token ${name}`, `authctl login ${name}`];
}

function fromStdin(command: string, provider: Declaration, more = ''): string {
  const secret = storableSecret(provider);
  if (secret === undefined) return `authctl ${command} ${provider.name}${more} --no-input`;
  const variable = variableName(provider.name, secret);
  const flag = flagName(secret, '-stdin');
  return `printf %s "$${variable}" | authctl ${command} ${provider.name}${more} ${flag}`;
}

/** The options for the fields of the first way to log in that are not secret. */
function plainFields({ name, login, fields }: Declaration): string {
  const plain = fields.filter((field) => !field.secret && login[0]?.fields.includes(field.name));
  return plain
    .map((field) => ` ${flagName(field.name)} "$${variableName(name, field.name)}"`)
    .join('');
}

/** The first secret of the first way to log in that is not a one-time code. */
function storableSecret({ login, fields }: Declaration): string | undefined {
  const names = login[0]?.fields ?? [];
  return names.find((name) =>
    fields.some((field) => field.name === name && field.secret && !field.once),
  );
}

/** A setting and its value, for `config set`. */
function settingOf({ name, fields }: Declaration): string {
  const field = fields.find(({ secret, default: value }) => !secret && value === undefined);
  return field ? `${name}.${field.name} 12345` : `${name}.base_url https://api.example.com`;
}
