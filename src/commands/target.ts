/** What the commands that talk to a provider have in common: config, base URL, line and store. */
import { join } from 'node:path';
import { keychainAccounts } from '../config/document.ts';
import { baseUrlSetting, fieldSetting, readConfig } from '../config/read.ts';
import type { Given } from '../credentials/given.ts';
import type { Keychain } from '../credentials/keychain.ts';
import { type Credentials, loginsForFlags, resolveCredentials } from '../credentials/resolve.ts';
import { AuthctlError } from '../errors.ts';
import type { Declaration, Field } from '../provider/declaration.ts';
import { findField, flagName, variableName } from '../provider/names.ts';
import type { Run } from '../run.ts';
import { accountOf } from '../session/account.ts';
import { type BaseUrl, resolveBaseUrl } from '../session/base-url.ts';
import type { Line } from '../session/exchange.ts';
import type { Account } from '../session/key.ts';
import type { Wanted } from '../session/lookup.ts';
import type { Session } from '../session/session.ts';
import { noStore, type SessionStore } from '../session/store.ts';
import { fileStore } from '../session/store-file.ts';
import { meantAccount } from '../session/wanted.ts';
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
  let state: string;
  try {
    state = context.directories().state;
  } catch (error) {
    notices.notice(
      `notice: no session is kept: ${error instanceof Error ? error.message : 'an error'}`,
    );
    return noStore;
  }
  return fileStore({
    state,
    uid: context.uid,
    pid: context.pid,
    isAlive: context.isAlive,
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
  for (const [field, secret] of given) {
    if (!findField(declaration, field)?.secret) continue;
    secrets.add(secret.value);
    noticeExposure(run, declaration, field, secret);
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
        uid: context.uid,
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

/** Tells who gave a secret as the value of a flag that others can read it there. */
export function noticeExposure(
  { notices }: Run,
  { name }: Declaration,
  field: string,
  { exposed, origin }: Given,
): void {
  if (!exposed) return;
  notices.notice(
    `notice: ${origin} shows the secret to whoever lists processes; ${origin}-stdin, ${origin}-file and ${variableName(name, field)} do not`,
  );
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
export async function accountOfCredentials(
  declaration: Declaration,
  { login, values }: Credentials,
  store: SessionStore,
): Promise<Account> {
  const fields = login.fields.map((name) => ({
    name,
    value: values.get(name)?.value ?? '',
    secret: findField(declaration, name)?.secret ?? true,
  }));
  // The key is a file: it is not made where no fingerprint is needed.
  const key = fields.every(({ secret }) => secret)
    ? await store.fingerprintKey()
    : new Uint8Array();
  return accountOf(fields, key);
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
export async function wantedSession(
  run: Run,
  declaration: Declaration,
  baseUrl: BaseUrl | undefined,
  given: ReadonlyMap<string, Given>,
  store: SessionStore,
): Promise<Wanted> {
  const { context, options } = run;
  const config = loadConfig(run);
  const meant = meantAccount({
    declaration,
    logins: loginsForFlags(declaration, given),
    given: (field) => given.get(field)?.value,
    env: context.env,
    setting: (field) => {
      const setting = fieldSetting(config, declaration.name, options.profile, field);
      return setting && 'value' in setting ? setting.value : undefined;
    },
  });
  const where = {
    provider: declaration.name,
    profile: options.profile,
    ...(baseUrl?.given && { baseUrl: baseUrl.url }),
  };
  if (!('secrets' in meant)) return { ...where, ...meant };
  const secrets = meant.secrets.map((each) => ({ ...each, secret: true }));
  return { ...where, account: accountOf(secrets, await store.fingerprintKey()) };
}

/** What a single flight needs of a run. */
export function flightOptions(run: Run, store: SessionStore) {
  const { context, secrets } = run;
  return {
    now: context.now,
    keep: (session: Session) => keepSession(run, store, session),
    guard: (release: () => void) => context.onSignal(release),
    redact: ({ code, message, details }: AuthctlError) => {
      const { serverWords, cause: _, ...rest } = details;
      return new AuthctlError(code, secrets.redact(message), {
        ...rest,
        ...(serverWords !== undefined && { serverWords: secrets.redact(serverWords, 1) }),
      });
    },
  };
}
