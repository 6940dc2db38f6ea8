/** The table of commands that have a subcommand per provider. Implementations load on use. */
import type { Declaration } from '../declaration/declaration.ts';
import { fieldsUsed, templatesInRequest, templatesInVerify } from '../declaration/uses.ts';
import type { BrokenProvider } from '../providers/declared.ts';
import type { Run } from '../run.ts';
import {
  apiUrl,
  dryRun,
  fieldOptions,
  globalOptions,
  listFormat,
  minTtl,
  network,
  noStore,
  type Option,
  output,
  refreshToken,
  rejected,
  serverOptions,
  transport,
  variable,
  watch,
} from './options.ts';
import { ownOptions, rawOf } from './several.ts';
import {
  execOptions,
  isOn,
  loginOptions,
  printOptions,
  type RawOptions,
  targetOptions,
  tokenOptions,
  wantsJson,
} from './values.ts';

/** Runs a command. If it returns a number, that is the exit code. */
export type Action = (run: Run, raw: RawOptions, args: readonly string[]) => Promise<unknown>;

/** Runs a subcommand for its provider. */
export type ProviderAction = (
  run: Run,
  provider: Declaration,
  raw: RawOptions,
  args: readonly string[],
) => Promise<unknown>;

/** A command that has a subcommand per provider. */
export interface ProviderVerb {
  readonly perProvider: true;
  readonly summary: string;
  /** The subcommand's options, besides the global ones; without a provider those that all have. */
  readonly options?: (provider?: Declaration) => readonly Option[];
  /** Whether a subcommand takes a command to run, which its options must precede. */
  readonly takesCommand?: boolean;
  readonly action: ProviderAction;
  /** Runs the command with several providers, which are separated by commas. */
  readonly several?: (
    run: Run,
    providers: readonly Declaration[],
    raw: RawOptions,
    args: readonly string[],
  ) => Promise<unknown>;
  /** The options of the command with several providers. */
  readonly severalOptions?: (providers: readonly Declaration[]) => readonly Option[];
  /** Runs the command without a provider, or with another first argument; without it, that is an error. */
  readonly bare?: (
    run: Run,
    providers: readonly Declaration[],
    raw: RawOptions,
    args: readonly string[],
    broken: readonly BrokenProvider[],
  ) => Promise<unknown>;
}

/** The options of `exec` that do not belong to one of several providers. */
const commonOfExec: readonly Option[] = [...transport, minTtl, noStore, dryRun];

/** The commands by name. */
export const providerVerbs = {
  login: {
    perProvider: true,
    summary: 'log in and print the token',
    options: (provider) => [...fieldOptions(provider), ...output, ...network(provider), dryRun],
    action: withUnset(async (run, provider, raw) =>
      (await import('../commands/login.ts')).login(run, loginOptions(run, provider, raw)),
    ),
    bare: async (run, providers, _raw, args, broken) => {
      for (const { error } of broken) run.notices.notice(`notice: ${error.message}`);
      if (args.length === 0) await (await import('../commands/login.ts')).overview(run, providers);
      const { providerMissing } = await import('./find-provider.ts');
      throw providerMissing('login', providers, args);
    },
  },
  token: {
    perProvider: true,
    summary: 'print a valid token: the stored one, or a new one',
    options: (provider) => [
      ...fieldOptions(provider),
      ...output,
      ...network(provider),
      minTtl,
      rejected,
      dryRun,
      ...watch,
    ],
    action: withUnset(async (run, provider, raw) =>
      (await import('../commands/token.ts')).token(run, tokenOptions(run, provider, raw)),
    ),
  },
  refresh: {
    perProvider: true,
    summary: 'exchange the refresh token for a new access token',
    options: (provider) => [
      ...refreshToken,
      ...fieldOptions(provider, fieldsOfRefresh(provider)),
      ...output,
      ...network(provider),
      dryRun,
    ],
    action: refreshAction(),
    bare: async (run, providers, raw, args) => {
      if (args.length > 0) {
        const { providerMissing } = await import('./find-provider.ts');
        throw providerMissing('refresh', providers, args);
      }
      const { onlyRefreshable } = await import('../commands/refresh.ts');
      return refreshAction()(run, onlyRefreshable(providers), raw, args);
    },
  },
  verify: {
    perProvider: true,
    summary: 'ask the server whether it accepts the token',
    options: (provider) => [
      ...fieldOptions(provider, fieldsOfVerify(provider)),
      ...network(provider),
      apiUrl,
      dryRun,
      { flags: '--token-stdin', about: 'the token, from stdin' },
      listFormat,
    ],
    action: async (run, provider, raw) =>
      (await import('../commands/verify.ts')).verify(run, {
        target: targetOptions(run, provider, raw, [{ name: 'token' }, ...fieldsOfVerify(provider)]),
        dryRun: isOn(raw, 'dryRun'),
        json: wantsJson(raw),
      }),
  },
  exec: {
    perProvider: true,
    summary: 'run a command with tokens in its environment',
    options: (provider) => [
      ...fieldOptions(provider),
      ...serverOptions(provider),
      variable,
      ...commonOfExec,
    ],
    takesCommand: true,
    action: (run, provider, raw, command) => execute(run, [provider], raw, command),
    several: execute,
    severalOptions: (chosen) => [
      ...ownOptions(chosen, [...globalOptions, ...commonOfExec]),
      ...commonOfExec,
    ],
    bare: async (_run, providers, _raw, [names = ''], broken) => {
      const { findProvider, providerMissing } = await import('./find-provider.ts');
      if (names === '') throw providerMissing('exec', providers, []);
      for (const name of names.split(',')) findProvider(name, providers, broken);
      throw providerMissing('exec', providers, []);
    },
  },
} as const satisfies Record<string, ProviderVerb>;

async function execute(
  run: Run,
  chosen: readonly Declaration[],
  raw: RawOptions,
  command: readonly string[],
): Promise<number> {
  const { exec, hintNotStarted } = await import('../commands/exec.ts');
  const providers = chosen.map((declaration) => ({
    declaration,
    raw: chosen.length > 1 ? rawOf(declaration, raw) : raw,
  }));
  return hintNotStarted(async () => exec(run, execOptions(run, providers, raw, command)));
}

function refreshAction(): ProviderAction {
  const action = withUnset(async (run, provider, raw) =>
    (await import('../commands/refresh.ts')).refresh(
      run,
      loginOptions(run, provider, raw, [{ name: 'refresh_token' }, ...fieldsOfRefresh(provider)]),
    ),
  );
  return async (run, provider, raw, args) => {
    // Before anything else, even --unset.
    const { requireRefresh } = await import('../commands/refresh.ts');
    requireRefresh(run, provider, targetOptions(run, provider, raw, []).server);
    return action(run, provider, raw, args);
  };
}

/** The fields that a refresh sends beside the tokens. */
function fieldsOfRefresh(provider: Declaration | undefined): Declaration['fields'] {
  const { refresh } = provider ?? {};
  return provider && refresh ? fieldsUsed(provider, templatesInRequest(refresh.request)) : [];
}

/** The fields that a check sends beside the token. */
function fieldsOfVerify(provider: Declaration | undefined): Declaration['fields'] {
  return provider ? fieldsUsed(provider, templatesInVerify(provider)) : [];
}

/** With --unset, prints the statements that unset the variables instead of running the action. */
function withUnset(action: ProviderAction): ProviderAction {
  return async (run, provider, raw, args) => {
    if (!isOn(raw, 'unset')) return action(run, provider, raw, args);
    const { printUnset } = await import('../output/unset.ts');
    return printUnset(run.context, provider, printOptions(raw));
  };
}
