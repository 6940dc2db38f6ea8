/** The settings of the shared store, from variables and the config. Secrets among them are not read yet. */
import { type Command, type Config, settingAt } from '../config/document.ts';
import { storeProvider } from '../config/store-names.ts';
import type { StoreSetting } from '../config/store-settings.ts';
import type { Environment } from '../credentials/sources/environment.ts';
import { AuthctlError, hint } from '../errors.ts';
import { isLoopback } from '../http/base-url.ts';
import { type Address, parseAddress, requireSafe } from '../store/shared/address.ts';

/** A value that is read when it is needed: itself, a file, or a command of the config. */
export type Given = { readonly from: string } & (
  | { readonly value: string }
  | { readonly file: string }
  | { readonly command: Command }
);

/** The settings of a store that is configured. */
export interface StoreSettings {
  readonly address: Address;
  /** The variable that chose the store, if one did. */
  readonly variable?: string;
  readonly password?: Given;
  readonly key: Given;
  readonly cacert?: string;
  /** Undefined: by the key. */
  readonly role?: 'renewer' | 'reader';
  /** Milliseconds. */
  readonly lease: number;
  readonly fallback: boolean;
}

/** What the settings are read from. */
export interface SettingsSources {
  readonly env: Environment;
  readonly config: Config;
  /** The variable that chose the config's place, if that is not the user's own. */
  readonly configVariable: string | undefined;
}

/** @throws AuthctlError `base_url_refused` for plain text to another machine, unless that is allowed */
export function requireSafeStore(address: Address, allowHttp: boolean): void {
  const isNear = (host: string) =>
    isLoopback(host.includes(':') ? `[${host}]` : host.toLowerCase());
  requireSafe(address, { allowHttp, isNear });
}

/** The variable that names the store. */
export const storeVariable = 'AUTHCTL_STORE';

/** Milliseconds. A shorter lease would pass to another machine for a pause of no matter. */
const leases = { usual: 10_000, least: 1000, most: 300_000 };

/** The address, and the variable that chose it; undefined if no store is configured. */
export function storeUrl({
  env,
  config,
  configVariable,
}: Omit<SettingsSources, 'allowHttp'>):
  | { readonly url: string; readonly variable?: string }
  | undefined {
  const fromEnv = env[storeVariable];
  if (fromEnv) return { url: fromEnv, variable: storeVariable };
  const url = plain(config, 'url');
  if (url === undefined) return undefined;
  return configVariable === undefined ? { url } : { url, variable: configVariable };
}

/**
 * Reads the settings.
 *
 * @returns undefined if no store is configured
 * @throws AuthctlError `usage`, `config_broken`; `setting_missing` without a key
 */
export function readSettings(sources: SettingsSources): StoreSettings | undefined {
  const { env, config } = sources;
  const found = storeUrl(sources);
  if (!found) return undefined;
  const { url } = found;
  const address = parseAddress(url);
  const key = requireKey(sources, found.variable !== undefined);
  const cacert = cacertOf(sources, found.variable !== undefined);
  // Who says which key seals, or whom to trust, has chosen the store as well.
  const variable = found.variable ?? key.variable ?? cacert?.variable;
  const { password: inUrl } = address;
  const ownPassword = command(config, 'password');
  // The config's is meant for the config's store.
  const password =
    ofEnvironment(env, 'AUTHCTL_STORE_PASSWORD') ??
    (inUrl === undefined ? undefined : { from: 'the address of the store', value: inUrl }) ??
    (variable === undefined ? ownPassword : undefined);
  const role = roleOf(env['AUTHCTL_STORE_ROLE'] || plain(config, 'role'));
  return {
    address,
    ...(variable !== undefined && { variable }),
    ...(password && { password }),
    key: key.given,
    ...(cacert && { cacert: cacert.path }),
    ...(role && { role }),
    lease: leaseOf(plain(config, 'lease')),
    fallback: fallbackOf(plain(config, 'fallback')),
  };
}

/**
 * Where the key is. For a store of the config, the config's own comes first: a project's variable must not
 * seal what goes there.
 *
 * @returns the variable that gave it for a store that no variable chose
 * @throws AuthctlError `setting_missing`, `usage`, `config_broken`
 */
export function requireKey(
  { env, config }: Pick<SettingsSources, 'env' | 'config'>,
  isOfVariable: boolean,
): { readonly given: Given; readonly variable?: string } {
  const fromEnv = ofEnvironment(env, 'AUTHCTL_STORE_KEY');
  const own = file(config, 'key_file') ?? command(config, 'key');
  if (own && !(isOfVariable && fromEnv)) return { given: own };
  if (fromEnv) return { given: fromEnv, ...(!isOfVariable && { variable: fromEnv.from }) };
  throw new AuthctlError(
    'setting_missing',
    'missing for the shared store: its key (AUTHCTL_STORE_KEY, AUTHCTL_STORE_KEY_FILE or store.key_file)',
    { hint: hint`authctl store key new` },
  );
}

const cacertVariable = 'AUTHCTL_STORE_CACERT';

/** The file of the authorities that are trusted, in the same order as the key. */
function cacertOf(
  { env, config }: Pick<SettingsSources, 'env' | 'config'>,
  isOfVariable: boolean,
): { readonly path: string; readonly variable?: string } | undefined {
  const fromEnv = env[cacertVariable];
  const own = plain(config, 'cacert');
  if (own !== undefined && !(isOfVariable && fromEnv)) return { path: own };
  return fromEnv
    ? { path: fromEnv, ...(!isOfVariable && { variable: cacertVariable }) }
    : undefined;
}

/** A value of a variable, or of the file that another one names. @throws AuthctlError `usage` for both */
function ofEnvironment(env: Environment, variable: string): Given | undefined {
  const [value, path] = [env[variable], env[`${variable}_FILE`]];
  if (value && path) {
    throw new AuthctlError('usage', `${variable} and ${variable}_FILE cannot be used together`);
  }
  if (value) return { from: variable, value };
  return path ? { from: `${variable}_FILE`, file: path } : undefined;
}

function plain(config: Config, name: StoreSetting): string | undefined {
  const found = settingAt(config, { provider: storeProvider, name });
  if (found === undefined || typeof found === 'string') return found;
  throw new AuthctlError('config_broken', `store.${name} cannot be a command`, {
    hint: hint`authctl config list`,
  });
}

function file(config: Config, name: StoreSetting): Given | undefined {
  const path = plain(config, name);
  return path === undefined ? undefined : { from: `store.${name}`, file: path };
}

function command(config: Config, name: StoreSetting): Given | undefined {
  const found = settingAt(config, { provider: storeProvider, name });
  if (found === undefined) return undefined;
  if (typeof found !== 'string') return { from: `store.${name}`, ...found };
  throw new AuthctlError(
    'config_broken',
    `the config holds the secret store.${name} in plain text`,
    {
      hint:
        name === 'key'
          ? hint`authctl config unset store.key`
          : hint`authctl config unset store.password`,
    },
  );
}

function roleOf(text: string | undefined): 'renewer' | 'reader' | undefined {
  if (text === undefined || text === 'renewer' || text === 'reader') return text;
  throw new AuthctlError('usage', 'the role of the shared store is renewer or reader', {
    hint: 'see AUTHCTL_STORE_ROLE and store.role',
  });
}

/** @throws AuthctlError `usage` */
function leaseOf(text: string | undefined): number {
  if (text === undefined) return leases.usual;
  const [, digits, unit] = /^(\d{1,6})(ms|s|m)?$/.exec(text) ?? [];
  const scale = { ms: 1, s: 1000, m: 60_000 }[unit ?? 's'] ?? NaN;
  const milliseconds = Number(digits) * scale;
  if (milliseconds >= leases.least && milliseconds <= leases.most) return milliseconds;
  throw new AuthctlError('usage', 'store.lease takes a duration from 1s to 5m');
}

/** @throws AuthctlError `usage` */
function fallbackOf(text: string | undefined): boolean {
  if (text === undefined || text === 'none') return false;
  if (text === 'login') return true;
  throw new AuthctlError('usage', 'store.fallback takes login or none');
}

/** Checks a setting's value before it is stored. @throws AuthctlError `usage`, `base_url_refused` */
export function requireStoreValue(
  name: string,
  value: string,
  { allowHttp }: { readonly allowHttp: boolean },
): void {
  if (name === 'role') roleOf(value);
  if (name === 'lease') leaseOf(value);
  if (name === 'fallback') fallbackOf(value);
  if (name !== 'url') return;
  const address = parseAddress(value);
  requireSafeStore(address, allowHttp);
  if (address.password === undefined) return;
  throw new AuthctlError(
    'usage',
    'the address has a password, which does not belong in the config',
    {
      hint: hint`authctl store password`,
    },
  );
}
