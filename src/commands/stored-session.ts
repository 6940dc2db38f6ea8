/** The stored session of a command: the store, whose session is meant, and how it is kept. */

import type { BaseUrl } from '../client/server.ts';
import { fieldSetting } from '../config/read.ts';
import { type Credentials, loginsForFlags } from '../credentials/resolve.ts';
import type { Given } from '../credentials/sources/flag.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { findField } from '../declaration/names.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import { accountOf } from '../session/account.ts';
import type { Account } from '../session/key.ts';
import type { Wanted } from '../session/lookup.ts';
import { meantAccount } from '../session/selector.ts';
import type { Session } from '../session/session.ts';
import { noStore, type SessionStore } from '../session/store.ts';
import { fileStore } from '../store/file/store.ts';
import type { RawOptions } from './options.ts';
import { loadConfig } from './target.ts';

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
    clock: context.clock,
    detail: notices.detail,
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
    clock: context.clock,
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
