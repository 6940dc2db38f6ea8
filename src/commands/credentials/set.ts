/** `authctl credentials set <provider>`: secrets into the OS keychain, the other fields into the config. */

import { baseUrlMissing } from '../../client/server.ts';
import type { TargetOptions } from '../../client/target.ts';
import { dropSetting, putSetting } from '../../config/edit.ts';
import { keychainAccount } from '../../credentials/keychain/account.ts';
import { keepSecrets } from '../../credentials/keychain/entries.ts';
import { loginsForFlags } from '../../credentials/resolve.ts';
import { fromPrompt } from '../../credentials/sources/prompt.ts';
import type { Declaration, Field, Login } from '../../declaration/declaration.ts';
import { findField, flagName } from '../../declaration/names.ts';
import { AuthctlError } from '../../errors.ts';
import type { Run } from '../../run.ts';

/**
 * Asks for every field of a way to log in, by flags or at the prompt, and keeps them.
 *
 * @throws AuthctlError `credential_missing` where nobody can be asked, `keychain` where it keeps nothing
 */
export async function setCredentials(run: Run, named: TargetOptions): Promise<void> {
  const { client, context, notices, profile, secrets } = run;
  const { declaration } = named;
  const { server, sources } = await client.place(named);
  const logins = loginsForFlags(declaration, sources.given);
  if (!server) throw baseUrlMissing(declaration);
  const ask = fromPrompt(context.prompt, declaration.title, server);
  const values = new Map<string, string>();
  for (const field of fieldsToSet(run, declaration, logins, sources.given)) {
    const given = sources.given.get(field.name)?.value;
    const value = given ?? (await ask(field));
    if (field.secret) secrets.add(value);
    values.set(field.name, value);
  }

  const isSecret = (name: string) => findField(declaration, name)?.secret === true;
  const entries = [...values]
    .filter(([name]) => isSecret(name))
    .map(([name, value]): [string, string] => [
      keychainAccount(declaration.name, profile, name, server.origin),
      value,
    ]);
  await keepSecrets(run, new Map(entries), (draft) => {
    for (const [name, value] of values) {
      const provider = declaration.name;
      const key = { profile, provider, name };
      // A value of the other place would be found first, or be left over.
      if (profile === 'default') dropSetting(draft, key);
      if (!isSecret(name))
        putSetting(draft, profile === 'default' ? { provider, name } : key, value);
    }
  });
  notices.notice(
    `kept ${[...values.keys()].join(', ')} of ${declaration.name} in the profile ${profile}${entries.length > 0 ? `, for ${server.origin}` : ''}`,
  );
}

/** The fields to keep: those of the way to log in that the flags mean, else of the first. */
function fieldsToSet(
  { interactive }: Run,
  declaration: Declaration,
  [login]: readonly Login[],
  given: ReadonlyMap<string, unknown>,
): readonly Field[] {
  const fields = declaration.fields.filter(({ name }) => login?.fields.includes(name));
  // Where nobody can be asked, what is given is what is set: the rest may be kept already.
  if (interactive) return fields;
  if (given.size > 0) return fields.filter(({ name }) => given.has(name));
  const missing = fields.map(
    ({ name, secret }) => `${name} (${flagName(name, secret ? '-stdin' : '')})`,
  );
  throw new AuthctlError(
    'credential_missing',
    `missing: ${missing.join(', ')}; nobody can be asked here`,
    { provider: declaration.name },
  );
}
