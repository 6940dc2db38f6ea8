/** Finds the credentials for a login, and works out the key of its session. */
import { keychainAccounts } from '../config/document.ts';
import type { Server } from '../credentials/gate.ts';
import { type Credentials, resolveCredentials } from '../credentials/resolve.ts';
import { fromPrompt } from '../credentials/sources/prompt.ts';
import { findField } from '../declaration/names.ts';
import { accountOf } from '../session/account.ts';
import type { SessionKey } from '../session/key.ts';
import { noteOverride, noteVariableServer, type Target } from './target.ts';
import type { ClientWorld } from './world.ts';

/** Everything that a login needs. */
export interface PreparedLogin {
  readonly key: SessionKey;
  readonly credentials: Credentials;
  /** The values of the request's placeholders, by field. */
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Finds the credentials for a login at a server.
 *
 * @throws AuthctlError `credential_missing`, `credential_command_failed`, `usage`, `config_broken`
 */
export async function prepareLogin(
  world: ClientWorld,
  target: Target,
  server: Server,
): Promise<PreparedLogin> {
  const { env, clock, secrets, notices, prompt } = world;
  const { declaration, profile, profileGiven, sources } = target;
  const config = world.config();
  const credentials = await resolveCredentials({
    declaration,
    server,
    sources,
    keychainAccounts: keychainAccounts(config),
    runCommand: async (command, key) => {
      const { runCredentialCommand } = await import('../config/command.ts');
      return runCredentialCommand(command, { key, env, clock });
    },
    keychain: world.keychain,
    ask: prompt && fromPrompt(prompt, declaration.title, server),
    keepSecret: secrets.add,
    detail: notices.detail,
  });
  for (const [name, { kind, origin }] of credentials.values) {
    if (kind === 'environment' && profileGiven) noteOverride(world, origin, profile);
    const isSecret = findField(declaration, name)?.secret === true;
    if (kind === 'flag' && isSecret) noteVariableServer(world, target.outline, server, origin);
  }
  const account = await accountOfCredentials(world, target, credentials);
  const values = new Map([...credentials.values].map(([name, { value }]) => [name, value]));
  const key = { provider: declaration.name, profile, baseUrl: server.url, account };
  return { key, credentials, values };
}

async function accountOfCredentials(
  world: ClientWorld,
  { declaration }: Target,
  { login, values }: Credentials,
) {
  const fields = login.fields.map((name) => ({
    name,
    value: values.get(name)?.value ?? '',
    secret: findField(declaration, name)?.secret ?? true,
  }));
  // The store's key is a file, which is only created if a fingerprint is needed.
  const key = fields.every(({ secret }) => secret)
    ? await (await world.store()).fingerprintKey()
    : new Uint8Array();
  return accountOf(fields, key);
}
