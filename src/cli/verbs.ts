/** The commands that have a subcommand per provider, as a table. What they do loads with use. */

import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import {
  dryRun,
  fieldOptions,
  minTtl,
  network,
  noStore,
  type Option,
  output,
  refreshToken,
  transport,
  variable,
  watch,
} from './options.ts';

/** Options as the command line gave them, by commander's names: text, or true or false for a switch. */
export type Options = Record<string, unknown>;

/** What a command does. */
export type Action = (run: Run, options: Options, args: readonly string[]) => Promise<unknown>;

/** A command that has a subcommand per provider. */
export interface ProviderVerb {
  readonly summary: string;
  /** Of a subcommand, besides those of every command. */
  readonly options?: (provider: Declaration) => readonly Option[];
  /** Whether a subcommand takes a command to run, which ends its options. */
  readonly takesCommand?: boolean;
  readonly action: (
    run: Run,
    provider: Declaration,
    options: Options,
    args: readonly string[],
  ) => Promise<unknown>;
  /** Without a provider, or with something else in its place. */
  readonly bare?: Action;
  /** Of the command without a provider. */
  readonly bareOptions?: readonly Option[];
}

/** What the table is made of. */
export interface VerbParts {
  readonly providers: readonly Declaration[];
  /** Takes the exit code of a command that has one of its own. */
  readonly exit: (code: number) => void;
}

/** The table, by the names of the commands. */
export function providerVerbs({ providers, exit }: VerbParts) {
  const table = {
    login: {
      summary: 'log in and print the token',
      options: (provider) => [...fieldOptions(provider), ...output, ...network(provider), dryRun],
      bare: async (run, options, args) => {
        const { listProviders } = await import('../commands/providers.ts');
        if (args.length === 0) await listProviders(run, providers);
        await needsProvider('login', providers)(run, options, args);
      },
      action: async (run, provider, options) =>
        (await import('../commands/login.ts')).login(run, provider, options),
    },
    token: {
      summary: 'print a token that is good: the stored one, or a new one',
      options: (provider) => [
        ...fieldOptions(provider),
        ...output,
        ...network(provider),
        minTtl,
        ...watch,
      ],
      action: async (run, provider, options) =>
        (await import('../commands/token.ts')).token(run, provider, options),
    },
    refresh: {
      summary: 'trade the refresh token for a new access token',
      options: (provider) => [...refreshToken, ...output, ...network(provider), dryRun],
      bareOptions: [...refreshToken, ...output, ...network(), dryRun],
      bare: async (run, options, args) => {
        if (args.length > 0) return needsProvider('refresh', providers)(run, options, args);
        const { onlyRefreshable, refresh } = await import('../commands/refresh.ts');
        return refresh(run, onlyRefreshable(providers), options);
      },
      action: async (run, provider, options) =>
        (await import('../commands/refresh.ts')).refresh(run, provider, options),
    },
    verify: {
      summary: 'ask the server whether it takes the token',
      options: (provider) => [
        ...network(provider),
        dryRun,
        { flags: '--token-stdin', about: 'the token, from stdin' },
      ],
      action: async (run, provider, options) =>
        (await import('../commands/verify.ts')).verify(run, provider, options),
    },
    exec: {
      summary: 'run a command with tokens in its environment',
      options: (provider) => [
        ...fieldOptions(provider),
        ...network(provider),
        minTtl,
        variable,
        noStore,
      ],
      takesCommand: true,
      bareOptions: [noStore, ...transport, minTtl],
      bare: async (run, options, [names = '', ...command]) => {
        if (names === '') await needsProvider('exec', providers)(run, options, []);
        const chosen = names.split(',').map((name) => findProvider(name, providers));
        const { exec } = await import('../commands/exec.ts');
        exit(await exec(run, chosen, options, command));
      },
      action: async (run, provider, options, command) => {
        const { exec } = await import('../commands/exec.ts');
        exit(await exec(run, [provider], options, command));
      },
    },
  } as const satisfies Record<string, ProviderVerb>;
  return table;
}

/** Says that a command needs a provider. */
export function needsProvider(name: string, providers: readonly Declaration[]): Action {
  return async (_run, _options, [given]) => {
    if (given !== undefined) findProvider(given, providers);
    const names = providers.map((provider) => provider.name).join(', ');
    throw new AuthctlError('usage', `${name} needs a provider`, { hint: `there are ${names}` });
  };
}

/** @throws AuthctlError `unknown_provider` */
export function findProvider(name: string, providers: readonly Declaration[]): Declaration {
  const found = providers.find((provider) => provider.name === name);
  if (found) return found;
  throw new AuthctlError('unknown_provider', `there is no provider ${JSON.stringify(name)}`, {
    hint: `there are ${providers.map((provider) => provider.name).join(', ')}`,
  });
}
