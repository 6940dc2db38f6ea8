/** Tables of the commands that are not in `verbs.ts`, in help's order. Implementations load on use. */
import type { Declaration } from '../declaration/declaration.ts';
import type { Run } from '../run.ts';
import { allowHttp, fieldOptions, listFormat, type Option, serverOptions } from './options.ts';
import { isOn, portOption, type RawOptions, targetOptions, text, wantsJson } from './values.ts';
import { findProvider, type ProviderVerb } from './verbs.ts';

/** What a command's action receives. */
export interface Input {
  readonly run: Run;
  readonly raw: RawOptions;
  readonly args: readonly string[];
  readonly providers: readonly Declaration[];
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
    action: async ({ run, raw, args: [name], providers }) => {
      const { status } = await import('../commands/status.ts');
      await status(run, providers, {
        ...(name !== undefined && { provider: findProvider(name, providers).name }),
        json: wantsJson(raw),
        noColor: raw['color'] === false,
      });
    },
  },
  logout: {
    summary: 'remove stored sessions',
    arguments: [['[provider]']],
    options: [
      {
        flags: '--all',
        about: 'remove sessions in every profile; without a provider, of all providers',
      },
      { flags: '--credentials', about: 'remove the secrets in the keychain too' },
    ],
    action: async ({ run, raw, args: [name], providers }) => {
      const { logout } = await import('../commands/logout.ts');
      await logout(run, {
        ...(name !== undefined && { provider: findProvider(name, providers).name }),
        all: isOn(raw, 'all'),
        credentials: isOn(raw, 'credentials'),
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
    action: async ({ run, raw, args: [token], providers }) => {
      const { inspect } = await import('../commands/inspect.ts');
      const name = text(raw, 'provider');
      await inspect(run, {
        ...(token !== undefined && { token }),
        ...(name !== undefined && {
          target: targetOptions(run, findProvider(name, providers), {}, []),
        }),
        json: wantsJson(raw),
      });
    },
  },
};

/** The groups by name. */
export const groups: Readonly<Record<string, Group>> = {
  credentials: {
    summary: 'store credentials in the OS keychain and the config',
    commands: {
      set: {
        perProvider: true,
        summary: 'store the credentials of a provider',
        options: (provider) => [...fieldOptions(provider), ...serverOptions(provider), allowHttp],
        action: async (run, provider, raw) =>
          (await import('../commands/credentials/set.ts')).setCredentials(
            run,
            targetOptions(run, provider, raw),
          ),
      },
      list: {
        summary: 'list the stored credentials, without the secrets',
        arguments: [['[provider]']],
        options: [listFormat],
        action: async ({ run, raw, args: [name], providers }) => {
          const { listCredentials } = await import('../commands/credentials/list.ts');
          const chosen = name === undefined ? providers : [findProvider(name, providers)];
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
        arguments: [settingKey, ['<value...>']],
        options: [
          {
            flags: '--command',
            about:
              'take the value from a command: a shell command line, or a program and arguments after --',
          },
        ],
        action: async ({ run, raw, args: [key = '', ...values], providers }) =>
          (await import('../commands/config/set.ts')).configSet(run, providers, {
            key,
            values,
            command: isOn(raw, 'command'),
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
        action: async ({ run, raw, providers }) =>
          (await import('../commands/config/list.ts')).configList(run, providers, {
            json: wantsJson(raw),
          }),
      },
      path: {
        summary: 'print where the config file is',
        action: async ({ run }) => (await import('../commands/config/path.ts')).configPath(run),
      },
    },
  },
};

/** The commands that help shows last, and hidden ones. */
export const lastVerbs: Readonly<Record<string, Verb>> = {
  __complete: {
    summary: 'names for the completion scripts',
    arguments: [['<what>']],
    hidden: true,
    action: async ({ run, args: [what = ''], providers }) =>
      (await import('../commands/complete.ts')).complete(run, providers, what),
  },
  sandbox: {
    summary: 'serve every provider on loopback, with demo credentials',
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
