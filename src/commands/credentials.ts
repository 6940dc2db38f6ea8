/** `authctl credentials set|list|delete`: secrets in the OS keychain, the other fields in the config. */

import { baseUrlMissing } from '../client/server.ts';
import { keychainAccounts } from '../config/document.ts';
import {
  addKeychainAccounts,
  dropKeychainAccounts,
  dropSetting,
  putSetting,
} from '../config/edit.ts';
import { baseUrlSetting, fieldSetting } from '../config/read.ts';
import { keychainAccount, storedOrigins } from '../credentials/keychain/account.ts';
import { readGiven } from '../credentials/sources/flag.ts';
import type { Declaration, Field } from '../declaration/declaration.ts';
import { findField, flagName } from '../declaration/names.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import { printable, printableJson } from '../terminal/printable.ts';
import { ask, mayAsk, openKeychain } from './find-credentials.ts';
import { fieldFlags, type RawOptions } from './options.ts';
import { configPath, findBaseUrl, loadConfig } from './target.ts';

/**
 * Asks for every field of a way to log in, by flags or at the prompt, and keeps them.
 *
 * @throws AuthctlError `credential_missing` where nobody can be asked, `keychain` where it keeps nothing
 */
export async function setCredentials(
  run: Run,
  declaration: Declaration,
  options: RawOptions,
): Promise<void> {
  const {
    notices,
    secrets,
    options: { profile },
  } = run;
  const baseUrl = findBaseUrl(run, declaration, options);
  if (!baseUrl) throw baseUrlMissing(declaration);
  const given = await readGiven(fieldFlags(options, declaration.fields), run.context.stdin);
  for (const [name, { value }] of given) {
    if (findField(declaration, name)?.secret) secrets.add(value);
  }
  const values = new Map<string, string>();
  for (const field of fieldsToSet(run, declaration, new Set(given.keys()))) {
    const value = given.get(field.name)?.value ?? (await ask(run, field));
    if (value === '') throw new AuthctlError('usage', `${field.name} is empty`);
    if (field.secret) secrets.add(value);
    values.set(field.name, value);
  }

  const isSecret = (name: string) => findField(declaration, name)?.secret === true;
  const entries = new Map(
    [...values]
      .filter(([name]) => isSecret(name))
      .map(([name, value]) => [
        keychainAccount(declaration.name, profile, name, baseUrl.origin),
        value,
      ]),
  );
  if (entries.size > 0) {
    const answer = await (await openKeychain(run)).set(entries);
    if (answer.state !== 'answered') throw keychainFailed(answer.reason ?? answer.state);
  }
  const { updateConfig } = await import('../config/write.ts');
  await updateConfig(configPath(run), run.context.clock, (draft) => {
    if (entries.size > 0) addKeychainAccounts(draft, [...entries.keys()]);
    for (const [name, value] of values) {
      const key = { profile, provider: declaration.name, name };
      // A value of the other place would be found first, or be left over.
      if (profile === 'default') dropSetting(draft, key);
      if (!isSecret(name)) putSetting(draft, placeOf(profile, declaration.name, name), value);
    }
  });
  notices.notice(
    `kept ${[...values.keys()].join(', ')} of ${declaration.name} in the profile ${profile}${entries.size > 0 ? `, for ${baseUrl.origin}` : ''}`,
  );
}

/** Lists what is kept: the fields of the config, and that secrets are there, never a secret. */
export async function listCredentials(
  run: Run,
  providers: readonly Declaration[],
  json: boolean,
): Promise<void> {
  const {
    context,
    options: { profile },
  } = run;
  const config = loadConfig(run);
  const accounts = keychainAccounts(config);
  const rows = providers.flatMap((declaration) =>
    declaration.fields.flatMap((field) => {
      const provider = declaration.name;
      const setting = fieldSetting(config, provider, profile, field);
      const configured = setting && [
        'value' in setting
          ? { provider, field: field.name, source: 'config', value: setting.value }
          : { provider, field: field.name, source: 'command' },
      ];
      const origins = storedOrigins(accounts, provider, profile, field.name);
      return [
        ...(configured ?? []),
        ...origins.map((origin) => ({ provider, field: field.name, source: 'keychain', origin })),
      ];
    }),
  );
  if (json) return context.stdout.write(`${printableJson(JSON.stringify(rows, undefined, 2))}\n`);
  const lines = rows.map((row) => {
    const what =
      'value' in row
        ? row.value
        : 'origin' in row
          ? `(in the keychain, for ${row.origin})`
          : '(a command of the config)';
    return `${row.provider}.${row.field}  ${printable(String(what))}\n`;
  });
  await context.stdout.write(lines.join(''));
}

/**
 * Removes the credentials of a provider in the profile, for every origin.
 *
 * @throws AuthctlError `keychain` where the keychain does not remove them
 */
export async function deleteCredentials(run: Run, declaration: Declaration): Promise<void> {
  const {
    notices,
    options: { profile },
  } = run;
  const { name: provider, fields } = declaration;
  const removed = await forgetSecrets(run, `${provider}/${profile}/`);
  const { updateConfig } = await import('../config/write.ts');
  const dropped = await updateConfig(configPath(run), run.context.clock, (draft) =>
    fields.filter(({ name }) => {
      const inProfile = dropSetting(draft, { profile, provider, name });
      const own = profile === 'default' && dropSetting(draft, { provider, name });
      return inProfile || own;
    }),
  );
  notices.notice(
    removed + dropped.length === 0
      ? `nothing was kept of ${provider} in the profile ${profile}`
      : `removed what was kept of ${provider} in the profile ${profile}`,
  );
}

/**
 * Removes the secrets in the keychain whose accounts begin in some way, by our own list.
 *
 * @returns how many there were
 * @throws AuthctlError `keychain`
 */
export async function forgetSecrets(run: Run, prefix: string): Promise<number> {
  const accounts = keychainAccounts(loadConfig(run)).filter((each) => each.startsWith(prefix));
  if (accounts.length === 0) return 0;
  const answer = await (await openKeychain(run)).delete(accounts);
  if (answer.state !== 'answered') throw keychainFailed(answer.reason ?? answer.state);
  const { updateConfig } = await import('../config/write.ts');
  await updateConfig(configPath(run), run.context.clock, (draft) =>
    dropKeychainAccounts(draft, accounts),
  );
  return accounts.length;
}

/** Says what a provider has configured, for the list that a bare `authctl login` prints. */
export function describeConfigured(run: Run, declaration: Declaration): string {
  const config = loadConfig(run);
  const { profile } = run.options;
  const accounts = keychainAccounts(config);
  const kept = declaration.fields.filter(
    (field) =>
      fieldSetting(config, declaration.name, profile, field) ||
      storedOrigins(accounts, declaration.name, profile, field.name).length > 0,
  );
  const place = baseUrlSetting(config, declaration.name, profile);
  const names = [...kept.map(({ name }) => name), ...(place ? ['base URL'] : [])];
  return names.length === 0 ? 'nothing configured' : `configured: ${names.join(', ')}`;
}

/** The fields to keep: those of the way to log in that the flags mean, else of the first. */
function fieldsToSet(
  run: Run,
  declaration: Declaration,
  given: ReadonlySet<string>,
): readonly Field[] {
  const names = [...given];
  const login = declaration.login.find(({ fields }) => names.every((n) => fields.includes(n)));
  if (!login) {
    const flags = names.map((name) => flagName(name)).join(' and ');
    throw new AuthctlError('usage', `${flags} belong to different ways to log in`);
  }
  const fields = declaration.fields.filter(({ name }) => login.fields.includes(name));
  const missing = fields.filter(({ name }) => !given.has(name));
  // Where nobody can be asked, what is given is what is set: the rest may be kept already.
  if (mayAsk(run)) return fields;
  if (given.size > 0) return fields.filter(({ name }) => given.has(name));
  throw new AuthctlError(
    'credential_missing',
    `missing: ${missing.map(({ name, secret }) => `${name} (${flagName(name, secret ? '-stdin' : '')})`).join(', ')}; nobody can be asked here`,
    { provider: declaration.name },
  );
}

function placeOf(profile: string, provider: string, name: string) {
  return profile === 'default' ? { provider, name } : { profile, provider, name };
}

function keychainFailed(reason: string): AuthctlError {
  return new AuthctlError('keychain', `the keychain cannot be used: ${reason}`, {
    hint: 'without a keychain, use variables, --…-stdin, --…-file, or a command in the config (authctl config set --command)',
  });
}
