/** Lists what is stored for a provider in a profile, in the config and, by its list, in the keychain. */
import { type Config, keychainAccounts } from '../config/document.ts';
import { baseUrlSetting, fieldSetting, serversIn } from '../config/read.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { fileVariable, findField, variableName } from '../declaration/names.ts';
import { requiredFields } from '../declaration/uses.ts';
import { storedOrigins } from './keychain/account.ts';
import type { Environment } from './sources/environment.ts';

/** A stored field, without the value of a secret. */
export type StoredField = {
  readonly provider: string;
  readonly field: string;
} & (
  | { readonly source: 'config'; readonly value: string; readonly origin?: string }
  | { readonly source: 'command'; readonly origin?: string }
  | { readonly source: 'keychain'; readonly origin: string }
);

/** The fields that are stored, in the declaration's order. @throws AuthctlError `config_broken` */
export function storedFields(
  { name: provider, fields }: Declaration,
  config: Config,
  profile: string,
): readonly StoredField[] {
  const accounts = keychainAccounts(config);
  const origins = serversIn(config, provider, profile);
  return fields.flatMap((field): StoredField[] => {
    const place = { provider, field: field.name };
    const inConfig = [undefined, ...origins].flatMap((origin): StoredField[] => {
      // Of a server's own settings, and not what counts for it beside them.
      const server = origin === undefined ? undefined : { origin, configured: undefined };
      const setting = fieldSetting(config, provider, profile, field, server);
      if (!setting) return [];
      const limit = origin === undefined ? {} : { origin };
      return 'value' in setting
        ? [{ ...place, source: 'config', value: setting.value, ...limit }]
        : [{ ...place, source: 'command', ...limit }];
    });
    const inKeychain = storedOrigins(accounts, provider, profile, field.name).map(
      (origin): StoredField => ({ ...place, source: 'keychain', origin }),
    );
    return [...inConfig, ...inKeychain];
  });
}

/**
 * A one-line summary of what is stored, and of what a login lacks besides, which variables do not give.
 *
 * @throws AuthctlError `config_broken`
 */
export function describeConfigured(
  declaration: Declaration,
  { config, env }: { readonly config: Config; readonly env: Environment },
  profile: string,
): string {
  const stored = storedFields(declaration, config, profile).map(({ field }) => field);
  const server = baseUrlSetting(config, declaration.name, profile);
  const names = [...new Set(stored), ...(server ? ['base URL'] : [])];
  if (names.length === 0) return 'nothing configured';
  const isThere = (name: string) =>
    stored.includes(name) ||
    [variableName, fileVariable].some((variable) => env[variable(declaration.name, name)]) ||
    findField(declaration, name)?.default !== undefined ||
    findField(declaration, name)?.once === true;
  const lacking = declaration.login
    .map((login) => requiredFields(declaration, login).filter((name) => !isThere(name)))
    .reduce((least, each) => (each.length < least.length ? each : least));
  const configured = `configured: ${names.join(', ')}`;
  if (lacking.length === 0) return configured;
  return `${configured}; missing: ${lacking.join(', ')} (authctl credentials set ${declaration.name})`;
}
