/** `authctl credentials set <provider>`: stores secrets in the OS keychain, and other fields in the config. */

import { askForFields, noteInvisible } from '../../client/credentials.ts';
import { baseUrlMissing } from '../../client/server.ts';
import type { TargetOptions } from '../../client/target.ts';
import { keepCredentials } from '../../credentials/keep.ts';
import { loginsForFlags } from '../../credentials/resolve.ts';
import type { Declaration, Field, Login } from '../../declaration/declaration.ts';
import { flagName } from '../../declaration/names.ts';
import { privateKeyFields } from '../../declaration/uses.ts';
import { AuthctlError } from '../../errors.ts';
import type { Run } from '../../run.ts';

/**
 * Stores every field of a way to log in, from flags or prompts.
 *
 * @throws AuthctlError `credential_missing` if prompts are not possible, `keychain` if it cannot be used
 */
export async function setCredentials(run: Run, named: TargetOptions): Promise<void> {
  const { client, context, notices, profile, secrets } = run;
  const { declaration } = named;
  const { server, sources } = await client.place(named);
  const logins = loginsForFlags(declaration, sources.given);
  if (!server) throw baseUrlMissing(declaration);
  const ask = askForFields({ ...run.context, prompt: context.prompt }, declaration, server);
  const privateKeys = privateKeyFields(declaration);
  const values = new Map<string, string>();
  for (const field of fieldsToSet(run, declaration, logins, sources.given)) {
    const given = sources.given.get(field.name)?.value;
    const value = given ?? (await ask(field));
    if (field.secret) secrets.add(value);
    const origin = sources.given.get(field.name)?.origin ?? 'the prompt';
    if (!privateKeys.has(field.name)) noteInvisible(run, field.name, { value, origin });
    values.set(field.name, value);
  }

  const { origin } = server;
  notices.notice(`stored ${await keepCredentials(run, { declaration, profile, origin, values })}`);
}

/** The fields to store: those of the first way to log in that the flags allow. */
function fieldsToSet(
  { interactive }: Run,
  declaration: Declaration,
  [login]: readonly Login[],
  given: ReadonlyMap<string, unknown>,
): readonly Field[] {
  const fields = declaration.fields.filter(
    ({ name, once }) => !once && login?.fields.includes(name),
  );
  // Without prompts, only the given fields are stored: the others may be stored already.
  if (interactive) return fields;
  if (given.size > 0) return fields.filter(({ name }) => given.has(name));
  const missing = fields.map(
    ({ name, secret }) => `${name} (${flagName(name, secret ? '-stdin' : '')})`,
  );
  throw new AuthctlError(
    'credential_missing',
    `missing for ${declaration.title}: ${missing.join(', ')}; authctl cannot prompt here`,
    { provider: declaration.name },
  );
}
