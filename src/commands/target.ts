/** What the commands that talk to a provider have in common: config, base URL, line and store. */
import { join } from 'node:path';
import { keychainAccounts } from '../config/document.ts';
import { baseUrlSetting, fieldSetting, readConfig } from '../config/read.ts';
import type { Given } from '../credentials/given.ts';
import type { Keychain } from '../credentials/keychain.ts';
import { type Credentials, resolveCredentials } from '../credentials/resolve.ts';
import type { Declaration, Field } from '../provider/declaration.ts';
import { findField, flagName, variableName } from '../provider/names.ts';
import type { Run } from '../run.ts';
import { accountOf } from '../session/account.ts';
import { type BaseUrl, resolveBaseUrl } from '../session/base-url.ts';
import type { Line } from '../session/exchange.ts';
import type { Wanted } from '../session/lookup.ts';
import type { Session } from '../session/session.ts';
import { noStore, type SessionStore } from '../session/store.ts';
import { fileStore } from '../session/store-file.ts';
import { isOn, type RawOptions, sendOptions, text } from './options.ts';

/** The config of a run. */
export function loadConfig({ context }: Run) {
  return readConfig(join(context.directories().config, 'config.json'));
}

/** The base URL that flags, variables, config or the declaration name. */
export function findBaseUrl(
  run: Run,
  declaration: Declaration,
  options: RawOptions,
): BaseUrl | undefined {
  return resolveBaseUrl(declaration, {
    baseUrl: text(options, 'baseUrl'),
    environment: text(options, 'environment'),
    env: run.context.env,
    setting: baseUrlSetting(loadConfig(run), declaration.name, run.options.profile),
    allowHttp: isOn(options, 'allowHttp'),
  });
}

/** The store that a command keeps sessions in: none with --no-store, or without a home. */
export function openStore(run: Run, options: RawOptions): SessionStore {
  if (options['store'] === false) return noStore;
  const { context, notices } = run;
  return fileStore({
    state: context.directories().state,
    uid: context.uid,
    detail: notices.detail,
  });
}

/** The line to a provider's server. */
export function openLine(
  run: Run,
  declaration: Declaration,
  baseUrl: string,
  options: RawOptions,
): Line {
  const { context, secrets, notices } = run;
  return {
    declaration,
    baseUrl,
    send: async (makeRequest, how) => {
      const { method, url } = makeRequest();
      notices.detail(`${method} ${url}`);
      const response = await context.send(makeRequest, how);
      notices.detail(`answered ${response.status}`);
      return response;
    },
    options: sendOptions(options),
    now: context.now,
    uuid: context.uuid,
    keepSecret: secrets.add,
  };
}

/** The credentials for a login at a base URL. */
export async function findCredentials(
  run: Run,
  declaration: Declaration,
  baseUrl: BaseUrl,
  given: ReadonlyMap<string, Given>,
): Promise<Credentials> {
  const { context, notices, options, secrets } = run;
  const config = loadConfig(run);
  for (const [field, { exposed, origin, value }] of given) {
    if (!findField(declaration, field)?.secret) continue;
    secrets.add(value);
    if (!exposed) continue;
    notices.notice(
      `notice: ${origin} shows the secret to whoever lists processes; ${origin}-stdin, ${origin}-file and ${variableName(declaration.name, field)} do not`,
    );
  }
  const interactive = mayAsk(run);
  const credentials = await resolveCredentials({
    declaration,
    profile: options.profile,
    origin: baseUrl.origin,
    ...(baseUrl.variable !== undefined && { baseUrlVariable: baseUrl.variable }),
    given,
    env: context.env,
    setting: (field) => fieldSetting(config, declaration.name, options.profile, field),
    runCommand: async (command, key) => {
      const { runCredentialCommand } = await import('../config/command.ts');
      return runCredentialCommand(command, {
        config,
        key,
        env: context.env,
        platform: context.platform,
      });
    },
    keychain: () => openKeychain(run),
    keychainAccounts: keychainAccounts(config),
    ask: interactive ? (field) => ask(run, field) : undefined,
    keepSecret: secrets.add,
    detail: notices.detail,
  });
  for (const { kind, origin } of credentials.values.values()) {
    if (kind !== 'environment' || !options.profileGiven) continue;
    notices.notice(`notice: ${origin} is used, whatever the profile ${options.profile} holds`);
  }
  return credentials;
}

/** The keychain of a run: the one of the system, unless it is switched off. */
export async function openKeychain(run: Run): Promise<Keychain> {
  const { context, notices, options } = run;
  if (options.noKeychain) return (await import('../credentials/keychain-client.ts')).offKeychain;
  return context.keychain({
    interactive: mayAsk(run),
    onWaiting: () => notices.notice('waiting for the keychain to be unlocked (Ctrl-C to give up)'),
  });
}

/** Keeps a session; one that cannot be kept is no reason to lose the token. */
export async function keepSession(run: Run, store: SessionStore, session: Session): Promise<void> {
  try {
    await store.save(session);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'an error';
    run.notices.notice(`notice: the session cannot be kept: ${reason}`);
  }
}

/** The account that credentials belong to. */
export function accountOfCredentials(
  declaration: Declaration,
  { login, values }: Credentials,
  store: SessionStore,
) {
  const fields = login.fields.map((name) => ({
    name,
    value: values.get(name)?.value ?? '',
    secret: findField(declaration, name)?.secret ?? true,
  }));
  return accountOf(fields, () => store.fingerprintKey());
}

/** Whether a person may be asked: there is a terminal on both sides, and nobody said no. */
export function mayAsk({ context, options }: Run): boolean {
  const ci = context.env['CI'];
  const inCi = ci !== undefined && ci !== '' && ci !== 'false' && ci !== '0';
  return context.stdin.isTTY && context.stderr.isTTY && !inCi && !options.noInput;
}

/** Asks a person for a field. */
export function ask({ context }: Run, { label, name, secret }: Field): Promise<string> {
  return context.prompt.ask(`${label} (${flagName(name).slice(2)}): `, { secret });
}

/**
 * The stored session that a command means, as far as flags, variables and config tell: what they
 * leave out is taken from the session written last.
 */
export function wantedSession(
  run: Run,
  declaration: Declaration,
  baseUrl: BaseUrl | undefined,
): Wanted {
  const { context, options } = run;
  const config = loadConfig(run);
  const fields: Record<string, string> = {};
  for (const field of declaration.fields) {
    if (field.secret) continue;
    const setting = fieldSetting(config, declaration.name, options.profile, field);
    const value =
      context.env[variableName(declaration.name, field.name)] ||
      (setting && 'value' in setting ? setting.value : undefined);
    if (value !== undefined) fields[field.name] = value;
  }
  return {
    provider: declaration.name,
    profile: options.profile,
    ...(baseUrl?.given && { baseUrl: baseUrl.url }),
    ...namedAccount(declaration, fields),
  };
}

/** The account that non-secret fields name: whole where they are all that a login has, else in part. */
function namedAccount(declaration: Declaration, fields: Readonly<Record<string, string>>) {
  for (const login of declaration.login) {
    const open = login.fields.filter((name) => !findField(declaration, name)?.secret);
    const values = open.map((name) => [name, fields[name]] as const);
    if (open.length === 0 || values.some(([, value]) => value === undefined)) continue;
    return { account: { fields: Object.fromEntries(values) as Record<string, string> } };
  }
  return { fields };
}
