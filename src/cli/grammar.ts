/** Tables of the commands that are not in `verbs.ts`, in help's order; `manual.ts` has more of their help. Implementations load on use. */

import type { ImportOptions } from '../commands/provider/import.ts';
import { keychainAccounts } from '../config/document.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { isProviderName } from '../declaration/names.ts';
import { AuthctlError } from '../errors.ts';
import type { KeyPurpose } from '../fleet/key-file.ts';
import { catalogueEntry } from '../providers/catalogue/catalogue.ts';
import type { BrokenProvider } from '../providers/declared.ts';
import type { Run } from '../run.ts';
import { findProvider } from './find-provider.ts';
import {
  allowHttp,
  fieldOptions,
  listFormat,
  network,
  type Option,
  serverOptions,
  transport,
} from './options.ts';
import {
  isOn,
  portOption,
  type RawOptions,
  sendOptions,
  targetOptions,
  text,
  texts,
  wantsJson,
} from './values.ts';
import type { ProviderVerb } from './verbs.ts';

/** What a command's action receives. */
export interface Input {
  readonly run: Run;
  readonly raw: RawOptions;
  readonly args: readonly string[];
  readonly providers: readonly Declaration[];
  /** The declared providers whose files cannot be used. */
  readonly broken: readonly BrokenProvider[];
}

/** A command without provider subcommands. */
export interface Verb {
  readonly perProvider?: undefined;
  readonly summary: string;
  /** In commander's syntax, each with its description in help. */
  readonly arguments?: readonly (readonly [spelled: string, about?: string])[];
  readonly options?: readonly Option[];
  /** Whether its last arguments are a command to run. */
  readonly takesCommand?: boolean;
  readonly hidden?: boolean;
  /** If it returns a number, that is the exit code. */
  readonly action: (input: Input) => Promise<unknown>;
}

/** A command that only has subcommands. */
export interface Group {
  readonly summary: string;
  readonly commands: Readonly<Record<string, Verb | ProviderVerb>>;
}

const settingKey = ['<key>', 'such as <provider>.base_url'] as const;

/** The commands by name. `completion` needs the tree itself, so it is added in `tree.ts`. */
export const verbs: Readonly<Record<string, Verb>> = {
  status: {
    summary: 'list the stored sessions',
    arguments: [['[provider]']],
    options: [listFormat],
    action: async ({ run, raw, args: [name], providers, broken }) => {
      const { status } = await import('../commands/status.ts');
      noteBroken(run, broken);
      await status(run, providers, {
        ...(name !== undefined && { provider: findProvider(name, providers, broken).name }),
        json: wantsJson(raw),
        noColor: raw['color'] === false,
        bare: (declaration) => targetOptions(run, declaration, {}, []),
      });
    },
  },
  logout: {
    summary: 'end sessions, here and where the server can be told',
    arguments: [['[provider]']],
    options: [
      {
        flags: '--all',
        about: 'remove sessions in every profile; without a provider, of all providers',
      },
      { flags: '--credentials', about: 'remove the secrets in the keychain too' },
      { flags: '--local', about: 'only here: tell no server' },
      ...transport,
    ],
    action: async ({ run, raw, args: [name], providers, broken }) => {
      const { logout } = await import('../commands/logout.ts');
      await logout(run, providers, {
        ...(name !== undefined && { provider: await nameToEnd(run, name, providers, broken) }),
        all: isOn(raw, 'all'),
        credentials: isOn(raw, 'credentials'),
        local: isOn(raw, 'local'),
        transport: sendOptions(raw),
      });
    },
  },
  inspect: {
    summary: 'show the header and claims of a JWT',
    arguments: [['[token]', 'the JWT, or - for stdin']],
    options: [
      { flags: '--provider <name>', about: 'the stored token of this provider' },
      listFormat,
    ],
    action: async ({ run, raw, args: [token], providers, broken }) => {
      const { inspect } = await import('../commands/inspect.ts');
      const name = text(raw, 'provider');
      await inspect(run, {
        ...(token !== undefined && { token }),
        ...(name !== undefined && {
          target: targetOptions(run, findProvider(name, providers, broken), {}, []),
        }),
        providers: providers.map((provider) => provider.name),
        json: wantsJson(raw),
      });
    },
  },
};

/** The fields that can be stored: a one-time code cannot. */
function storable(provider: Declaration | undefined): Declaration['fields'] {
  return provider?.fields.filter(({ once }) => !once) ?? [];
}

/** The groups by name. */
export const groups: Readonly<Record<string, Group>> = {
  credentials: {
    summary: 'store credentials in the OS keychain and the config',
    commands: {
      set: {
        perProvider: true,
        summary: 'store the credentials of a provider',
        options: (provider) => [
          ...fieldOptions(provider, storable(provider)),
          ...serverOptions(provider),
          allowHttp,
        ],
        action: async (run, provider, raw) =>
          (await import('../commands/credentials/set.ts')).setCredentials(
            run,
            targetOptions(run, provider, raw, storable(provider)),
          ),
      },
      list: {
        summary: 'list the stored credentials, without the secrets',
        arguments: [['[provider]']],
        options: [listFormat],
        action: async ({ run, raw, args: [name], providers, broken }) => {
          const { listCredentials } = await import('../commands/credentials/list.ts');
          noteBroken(run, broken);
          const chosen = name === undefined ? providers : [findProvider(name, providers, broken)];
          await listCredentials(run, chosen, { json: wantsJson(raw) });
        },
      },
      delete: {
        perProvider: true,
        summary: 'remove the stored credentials of a provider',
        action: async (run, provider) =>
          (await import('../commands/credentials/delete.ts')).deleteCredentials(run, provider),
      },
    },
  },
  provider: {
    summary: 'declare providers of your own',
    commands: {
      list: {
        summary: 'list the providers, and search the catalogue',
        arguments: [['[word...]', 'what to search for']],
        options: [{ flags: '-a, --all', about: 'with those of the catalogue' }, listFormat],
        action: async ({ run, raw, args: words, providers, broken }) =>
          (await import('../commands/provider/list.ts')).listProviders(run, providers, broken, {
            json: wantsJson(raw),
            noColor: raw['color'] === false,
            all: isOn(raw, 'all'),
            words,
          }),
      },
      show: {
        summary: 'print a provider as a declaration',
        arguments: [['<provider>']],
        action: async ({ run, args: [name = ''], providers, broken }) => {
          const { showEntry, showProvider } = await import('../commands/provider/show.ts');
          const isKnown = [...providers, ...broken].some((each) => each.name === name);
          const entry = isKnown ? undefined : await catalogueEntry(name);
          if (entry) await showEntry(run, entry);
          else await showProvider(run, findProvider(name, providers, broken));
        },
      },
      add: {
        summary: 'add a provider from the catalogue or a file',
        arguments: [['<source>', 'a name in the catalogue, a YAML or JSON file, or - for stdin']],
        options: [
          { flags: '--name <name>', about: "give it another name than the file's" },
          { flags: '--replace', about: 'replace the provider of this name' },
          { flags: '-y, --yes', about: 'add it without a question' },
          {
            flags: '--reads <variable>',
            about: 'with --yes: let it read this variable, which is set now',
            many: true,
          },
        ],
        action: async ({ run, raw, args: [path = ''], providers }) => {
          const { addProvider } = await import('../commands/provider/add.ts');
          const name = text(raw, 'name');
          await addProvider(run, providers, {
            path,
            ...(name !== undefined && { name }),
            yes: isOn(raw, 'yes'),
            reads: texts(raw, 'reads'),
            replace: isOn(raw, 'replace'),
          });
        },
      },
      new: {
        summary: 'make a provider in a conversation',
        options: transport,
        action: async ({ run, raw, providers }) => {
          const { newProvider } = await import('../commands/provider/new.ts');
          await newProvider(run, providers, {
            transport: sendOptions(raw),
            noColor: raw['color'] === false,
          });
        },
      },
      import: {
        summary: 'print a draft of a provider, from a document or a curl command',
        arguments: [['[file]', 'an OpenAPI document, a HAR or a Postman collection']],
        options: [
          {
            flags: '--curl <command>',
            about: 'from a curl command, or - for stdin, which no history keeps',
            once: true,
          },
          {
            flags: '--har <file>',
            about: "from a browser's recording, or - for stdin",
            once: true,
          },
          {
            flags: '--postman <file>',
            about: 'from a Postman collection, or - for stdin',
            once: true,
          },
          {
            flags: '--operation <operation>',
            about: 'the request that is the login, such as POST:/login',
            once: true,
          },
          {
            flags: '--answer <file>',
            about: 'an answer to the login, which says where the token is, or - for stdin',
            once: true,
          },
          { flags: '--name <name>', about: 'the name of the provider', once: true },
          { flags: '--all', about: 'list what was found instead, with reasons' },
          listFormat,
        ],
        action: async ({ run, raw, args: [path], providers }) => {
          const { importProvider } = await import('../commands/provider/import.ts');
          await importProvider(run, providers, importOptions(raw, path));
        },
      },
      remove: {
        summary: 'remove a provider that was added',
        arguments: [['<provider>']],
        options: [{ flags: '--purge', about: 'remove its sessions and keychain entries too' }],
        action: async ({ run, raw, args: [name = ''], providers }) => {
          const { removeProvider } = await import('../commands/provider/remove.ts');
          await removeProvider(run, providers, name, { purge: isOn(raw, 'purge') });
        },
      },
      check: {
        summary: 'say all that is wrong with a declaration',
        arguments: [['<file>', 'YAML or JSON, or - for stdin']],
        action: async ({ run, args: [path = ''], providers }) => {
          const { checkProvider } = await import('../commands/provider/check.ts');
          const builtIn = providers.filter(({ file }) => !file).map(({ name }) => name);
          await checkProvider(run, builtIn, path);
        },
      },
      test: {
        perProvider: true,
        summary: 'try a provider step by step, against a sandbox or its real server',
        options: (provider) => [
          { flags: '--real', about: 'ask the real server, with your credentials' },
          {
            flags: '--save-fixture <file>',
            about: 'write what was sent and answered, without secrets',
          },
          ...fieldOptions(provider),
          ...network(provider),
        ],
        action: async (run, provider, raw) => {
          const { testProvider } = await import('../commands/provider/test.ts');
          const fixture = text(raw, 'saveFixture');
          return testProvider(run, targetOptions(run, provider, raw), {
            real: isOn(raw, 'real'),
            ...(fixture !== undefined && { fixture }),
          });
        },
      },
    },
  },
  store: {
    summary: 'share sessions with other machines',
    commands: {
      status: {
        summary: 'show the shared store, and what it has of the sessions here',
        options: [listFormat, allowHttp],
        action: async ({ run, raw }) =>
          (await import('../commands/store/status.ts')).storeStatus(run, {
            json: wantsJson(raw),
            noColor: raw['color'] === false,
          }),
      },
      key: {
        summary: 'print a key file: a new one, a rotated one, or one for readers',
        arguments: [
          ['<new|rotate|reader>', 'what is printed; nothing is written'],
          ['[step]', 'of rotate: nothing at first, then seal, then drop'],
        ],
        action: async ({ run, args: [action, step] }) =>
          (await import('../commands/store/key.ts')).storeKey(run, keyPurpose(action, step)),
      },
      password: {
        summary: 'store the password of the shared store in the OS keychain',
        options: [allowHttp],
        action: async ({ run }) =>
          (await import('../commands/store/password.ts')).storePassword(run),
      },
    },
  },
  profile: {
    summary: 'see which profiles there are',
    commands: {
      list: {
        summary: 'list the profiles',
        options: [listFormat],
        action: async ({ run, raw }) =>
          (await import('../commands/profile/list.ts')).listProfiles(run, { json: wantsJson(raw) }),
      },
    },
  },
  config: {
    summary: 'read and change settings',
    commands: {
      get: {
        summary: 'print a setting',
        arguments: [settingKey],
        action: async ({ run, args: [key = ''], providers }) =>
          (await import('../commands/config/get.ts')).configGet(run, providers, { key }),
      },
      set: {
        summary: 'change a setting',
        arguments: [settingKey, ['[value...]']],
        options: [
          {
            flags: '--command',
            about:
              'take the value from a command: a shell command line, or a program and arguments after --',
          },
          allowHttp,
        ],
        action: async ({ run, raw, args: [key = '', ...values], providers }) =>
          (await import('../commands/config/set.ts')).configSet(run, providers, {
            key,
            values,
            command: isOn(raw, 'command'),
            allowHttp: isOn(raw, 'allowHttp'),
          }),
      },
      unset: {
        summary: 'remove a setting',
        arguments: [settingKey],
        action: async ({ run, args: [key = ''], providers }) =>
          (await import('../commands/config/unset.ts')).configUnset(run, providers, { key }),
      },
      list: {
        summary: 'print every setting',
        options: [listFormat],
        action: async ({ run, raw, providers, broken }) => {
          noteBroken(run, broken);
          const { configList } = await import('../commands/config/list.ts');
          await configList(run, providers, { json: wantsJson(raw) });
        },
      },
      path: {
        summary: 'print where the config file is',
        action: async ({ run }) => (await import('../commands/config/path.ts')).configPath(run),
      },
    },
  },
};

/** What `store key` is to print. @throws AuthctlError `usage` */
function keyPurpose(action: string | undefined, step: string | undefined): KeyPurpose {
  if (action === 'rotate') {
    if (step === undefined) return 'add';
    if (step === 'seal' || step === 'drop') return step;
    throw new AuthctlError('usage', 'the steps of store key rotate are seal and drop');
  }
  if (step !== undefined) throw new AuthctlError('usage', 'only store key rotate has steps');
  if (action === 'new' || action === 'reader') return action;
  throw new AuthctlError('usage', 'store key takes one of: new, rotate, reader');
}

/** The options of `provider import`. @throws AuthctlError `usage` */
function importOptions(raw: RawOptions, path: string | undefined): ImportOptions {
  const names = ['curl', 'har', 'postman', 'operation', 'answer', 'name'] as const;
  const given = names.flatMap((name) => {
    const value = text(raw, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...(path !== undefined && { path }),
    ...Object.fromEntries(given),
    all: isOn(raw, 'all'),
    json: wantsJson(raw),
    noColor: raw['color'] === false,
  };
}

/** A broken file is worth a notice where providers are listed. */
function noteBroken({ notices }: Run, broken: readonly BrokenProvider[]): void {
  for (const { error } of broken) notices.notice(`notice: ${error.message}`);
}

/** The provider whose sessions are to end: also one that is not declared any more. */
async function nameToEnd(
  run: Run,
  name: string,
  providers: readonly Declaration[],
  broken: readonly BrokenProvider[],
): Promise<string> {
  const isKnown = [...providers, ...broken].some((provider) => provider.name === name);
  if (isKnown || !isProviderName(name)) return isKnown ? name : findProvider(name, providers).name;
  const isStored =
    (await (await run.store()).list()).some(({ key }) => key.provider === name) ||
    keychainAccounts(run.config()).some((account) => account.startsWith(`${name}/`));
  return isStored ? name : findProvider(name, providers).name;
}

/** The commands that help shows last, and hidden ones. */
export const lastVerbs: Readonly<Record<string, Verb>> = {
  doctor: {
    summary: 'check the installation, and the way to the servers',
    arguments: [['[provider...]', 'by default those that are in use']],
    options: [listFormat, ...transport.filter(({ flags }) => !flags.startsWith('--retries'))],
    action: async ({ run, raw, args, providers, broken }) => {
      const { doctor } = await import('../commands/doctor.ts');
      const isBroken = (name: string) => broken.some((each) => each.name === name);
      const named = args
        .filter((name) => !isBroken(name))
        .map((name) => findProvider(name, providers));
      await doctor(run, {
        all: providers,
        ...(args.length > 0 && { named }),
        broken: broken.filter(({ name }) => args.length === 0 || args.includes(name)),
        transport: sendOptions(raw),
        bare: (declaration) => targetOptions(run, declaration, raw, []),
        json: wantsJson(raw),
        noColor: raw['color'] === false,
      });
    },
  },
  __complete: {
    summary: 'names for the completion scripts',
    arguments: [['<what>']],
    hidden: true,
    action: async ({ run, args: [what = ''], providers }) =>
      (await import('../commands/complete.ts')).complete(run, providers, what),
  },
  sandbox: {
    summary: 'serve every provider here, with demo credentials',
    arguments: [['[command...]', 'run this against the sandbox, and stop when it ends']],
    options: [{ flags: '--port <n>', about: 'listen on this port instead of any free one' }],
    takesCommand: true,
    action: async ({ run, raw, args: command, providers }) => {
      const { runSandbox } = await import('../commands/sandbox.ts');
      const port = portOption(raw);
      return runSandbox(run, providers, { command, ...(port !== undefined && { port }) });
    },
  },
};
