/**
 * `authctl credentials set <provider>`: stores secrets in the OS keychain, and other fields in the config,
 * both for the server that they were given for.
 */
import { askForFields, noteInvisible } from '../../client/credentials.ts';
import { missingAtOnce } from '../../client/missing-server.ts';
import { normalise } from '../../client/server.ts';
import { type Place, sourcesFor, type TargetOptions } from '../../client/target.ts';
import { settingHint } from '../../config/key.ts';
import type { Server } from '../../credentials/gate.ts';
import { keepCredentials } from '../../credentials/keep.ts';
import { whyUnstorable } from '../../credentials/keychain/entries.ts';
import { loginsForFlags } from '../../credentials/resolve.ts';
import type { Declaration, Field } from '../../declaration/declaration.ts';
import { hostFields, privateKeyFields } from '../../declaration/uses.ts';
import { AuthctlError, type Hint } from '../../errors.ts';
import type { Run } from '../../run.ts';

/**
 * Stores every field of a way to log in, from flags or prompts. The keychain is asked before the user is:
 * if it cannot be used, the fields that are not secret are stored all the same.
 *
 * @throws AuthctlError `credential_missing` or `base_url_missing` if prompts are not possible, `keychain`
 *   if it cannot be used
 */
export async function setCredentials(run: Run, named: TargetOptions): Promise<void> {
  const { client, notices, profile } = run;
  const { declaration } = named;
  const place = await client.place(named);
  const fields = fieldsToSet(run, declaration, place);
  const secrets = fields.filter(({ secret }) => secret).map(({ name }) => name);
  const unstorable = await whyUnstorable(run, {
    ...{ provider: declaration.name, profile, names: secrets },
  });
  const failure = unstorable?.with({ hint: commandHint(run, declaration, place, secrets[0]) });
  const kept = failure ? fields.filter(({ secret }) => !secret) : fields;
  if (failure && kept.length === 0) throw failure;
  if (!canSet(run, place)) throw failure ?? missingFields(declaration, place, fields);
  const server = place.server ?? (await askServer(run, named));
  if (failure) {
    notices.notice(`notice: only ${kept.map(({ name }) => name).join(', ')} can be stored here`);
  }
  const values = await valuesOf(run, declaration, { place, server, fields: kept });
  const given = named.server.baseUrl !== undefined || !place.server;
  const stored = await keepCredentials(run, { declaration, profile, server, given, values });
  notices.notice(`stored ${stored}`);
  if (failure) throw failure;
}

async function valuesOf(
  run: Run,
  declaration: Declaration,
  {
    place: { sources },
    server,
    fields,
  }: {
    readonly place: Place;
    readonly server: Pick<Server, 'url' | 'variable'>;
    readonly fields: readonly Field[];
  },
): Promise<ReadonlyMap<string, string>> {
  const { context, secrets } = run;
  const ask = askForFields({ ...context, prompt: context.prompt }, declaration, server);
  const privateKeys = privateKeyFields(declaration);
  const values = new Map<string, string>();
  for (const field of fields) {
    const { name, secret } = field;
    const { value, origin } = sources.given.get(name) ?? {
      value: await ask(field),
      origin: 'the prompt',
    };
    if (secret) secrets.add(value);
    if (!privateKeys.has(name)) noteInvisible(run, name, { value, origin });
    values.set(name, value);
  }
  return values;
}

/** Asks for the base URL of a provider that has none of its own. @throws AuthctlError `base_url_missing` */
async function askServer(
  run: Run,
  { declaration, server: { allowHttp } }: TargetOptions,
): Promise<Server> {
  const { context, interactive } = run;
  if (!interactive || hostFields(declaration).length > 0) {
    throw missingAtOnce(declaration, { fields: hostFields(declaration) });
  }
  await context.prompt.say(declaration.title);
  const answer = await context.prompt.ask('Base URL of your server (base-url): ', {
    secret: false,
  });
  if (answer.trim() === '') throw new AuthctlError('base_url_missing', 'no base URL was entered');
  return { ...normalise(answer.trim(), allowHttp), chosenBy: 'flag' };
}

/** The fields to store: those of the first way to log in that the flags allow. */
function fieldsToSet(run: Run, declaration: Declaration, place: Place): readonly Field[] {
  const { given } = place.sources;
  const [login] = loginsForFlags(declaration, given);
  const fields = declaration.fields.filter(
    ({ name, once }) => !once && login?.fields.includes(name),
  );
  // Without prompts, only the given fields are stored: the others may be stored already.
  const all = run.interactive || !canSet(run, place);
  return all ? fields : fields.filter(({ name }) => given.has(name));
}

/** Whether there is something to store, and a server to store it for, or both can be asked for. */
function canSet({ interactive }: Run, { server, sources: { given } }: Place): boolean {
  return interactive || (given.size > 0 && server !== undefined);
}

function missingFields(
  declaration: Declaration,
  { server, sources: { given } }: Place,
  fields: readonly Field[],
): AuthctlError {
  return missingAtOnce(declaration, {
    lacksServer: !server,
    fields: fields.map(({ name }) => name).filter((name) => !given.has(name)),
  });
}

/** The command that gives a secret without a keychain, for the server that it is for. */
function commandHint(
  { profile, interactive }: Run,
  declaration: Declaration,
  { server, sources }: Place,
  name = '',
): Hint {
  const own = server && sourcesFor(declaration, sources, server.origin).server;
  const key = {
    ...(profile !== 'default' && { profile }),
    provider: declaration.name,
    ...(own && own.origin !== own.configured && { server: own.origin }),
    name,
  };
  // No command runs for a server that a variable chose.
  return settingHint(key, interactive && server?.variable === undefined, true);
}
