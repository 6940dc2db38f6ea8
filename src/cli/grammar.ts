/** The commands besides those in `verbs.ts`, as tables, in the order that help shows them. What they do loads with use. */
import type { Declaration } from '../declaration/declaration.ts';
import type { Run } from '../run.ts';
import { allowHttp, fieldOptions, listing, type Option, place } from './options.ts';
import { isOn, portOption, type RawOptions, targetOptions, text, wantsJson } from './values.ts';
import { findProvider, type ProviderVerb } from './verbs.ts';

/** What a command is given. */
export interface Input {
  readonly run: Run;
  readonly raw: RawOptions;
  readonly args: readonly string[];
  readonly providers: readonly Declaration[];
}

/** A command. */
export interface Verb {
  readonly perProvider?: undefined;
  readonly summary: string;
  /** As commander spells them, with what help says of each. */
  readonly arguments?: readonly (readonly [spelled: string, about?: string])[];
  readonly options?: readonly Option[];
  /** Whether it ends with another program and its arguments. */
  readonly takesCommand?: boolean;
  readonly hidden?: boolean;
  /** A number that it gives is the exit code. */
  readonly action: (input: Input) => Promise<unknown>;
}

/** Commands under one name. */
export interface Group {
  readonly summary: string;
  readonly commands: Readonly<Record<string, Verb | ProviderVerb>>;
}

const settingKey = ['<key>', 'such as <provider>.base_url'] as const;

/** The commands, by their names. `completion` needs the tree itself, and is added there. */
export const verbs: Readonly<Record<string, Verb>> = {
  status: {
    summary: 'list the stored sessions',
    arguments: [['[provider]']],
    options: [listing],
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
      { flags: '--all', about: 'in every profile; without a provider, everything' },
      { flags: '--credentials', about: 'the secrets in the keychain too' },
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
    summary: 'show what a JWT says about itself',
    arguments: [['[token]', 'the JWT, or - for stdin']],
    options: [{ flags: '--provider <name>', about: 'the stored token of this provider' }, listing],
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

/** The groups, by their names. */
export const groups: Readonly<Record<string, Group>> = {
  credentials: {
    summary: 'keep credentials in the OS keychain and the config',
    commands: {
      set: {
        perProvider: true,
        summary: 'keep every field of a provider',
        options: (provider) => [...fieldOptions(provider), ...place(provider), allowHttp],
        action: async (run, provider, raw) =>
          (await import('../commands/credentials/set.ts')).setCredentials(
            run,
            targetOptions(run, provider, raw),
          ),
      },
      list: {
        summary: 'list what is kept, without the secrets',
        arguments: [['[provider]']],
        options: [listing],
        action: async ({ run, raw, args: [name], providers }) => {
          const { listCredentials } = await import('../commands/credentials/list.ts');
          const chosen = name === undefined ? providers : [findProvider(name, providers)];
          await listCredentials(run, chosen, { json: wantsJson(raw) });
        },
      },
      delete: {
        perProvider: true,
        summary: 'remove what is kept of a provider',
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
              'a command prints the value: a line for the shell, or a program and arguments after --',
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
        options: [listing],
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

/** The commands that help shows last, or not at all. */
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
    arguments: [['[command...]', 'run this against the sandbox, and end with it']],
    options: [{ flags: '--port <n>', about: 'listen there, instead of on any free port' }],
    takesCommand: true,
    action: async ({ run, raw, args: command, providers }) => {
      const { runSandbox } = await import('../commands/sandbox.ts');
      const port = portOption(raw);
      return runSandbox(run, providers, { command, ...(port !== undefined && { port }) });
    },
  },
};
