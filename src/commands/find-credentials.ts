/** The credentials of a command: from its flags, the environment, the config, the keychain, or a person. */

import type { BaseUrl } from '../client/server.ts';
import { keychainAccounts } from '../config/document.ts';
import { fieldSetting } from '../config/read.ts';
import type { Keychain } from '../credentials/keychain/keychain.ts';
import { type Credentials, resolveCredentials } from '../credentials/resolve.ts';
import type { Given } from '../credentials/sources/flag.ts';
import type { Declaration, Field } from '../declaration/declaration.ts';
import { findField, flagName, variableName } from '../declaration/names.ts';
import type { Run } from '../run.ts';
import { loadConfig, noticeOverride } from './target.ts';

/**
 * The credentials for a login at a base URL.
 *
 * @param sessionUrl the base URL, where nothing but the session written last names it
 */
export async function findCredentials(
  run: Run,
  declaration: Declaration,
  baseUrl: BaseUrl,
  given: ReadonlyMap<string, Given>,
  sessionUrl?: string,
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
    ...(sessionUrl !== undefined && { sessionUrl }),
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
        clock: context.clock,
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
    noticeOverride(run, origin);
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
  if (options.noKeychain) return (await import('../credentials/keychain/client.ts')).offKeychain;
  return context.keychain({
    interactive: mayAsk(run),
    onWaiting: () => notices.notice('waiting for the keychain to be unlocked (Ctrl-C to give up)'),
  });
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
