/** Chooses the server of a command: flag → variable → config → the declaration's default. */
import type { SettingServer } from '../config/read.ts';
import type { Server } from '../credentials/gate.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { flagName, variableName } from '../declaration/names.ts';
import type { Outline } from '../declaration/outline.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import { parseBaseUrl } from '../http/base-url.ts';

/** The provider of the server. */
type Provider = Pick<Outline, 'name' | 'environments'>;
type Environment = NonNullable<Outline['environments']>[number];

/** The value of a field in a host, and the variable that gave it, if one did. */
export interface HostValue {
  readonly value: string;
  readonly variable?: string;
}

/** The flags that choose the server. */
export interface ServerFlags {
  /** --base-url. */
  readonly baseUrl?: string | undefined;
  /** --environment. */
  readonly environment?: string | undefined;
  /** Whether plain http is allowed to other machines than this one. */
  readonly allowHttp: boolean;
}

/** Everything that can choose the server. */
export interface ServerSources extends ServerFlags {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The config's setting. */
  readonly setting: { readonly baseUrl: string } | { readonly environment: string } | undefined;
  /** The value of a field, for the host of an environment; undefined if it is not at hand. */
  readonly hostValue: (field: string) => HostValue | undefined;
  /** What a word that is none of the known ones may stand for, in a message; the launcher needs none. */
  readonly suggest?: (word: string, known: readonly string[]) => string;
}

/** A server chosen by a flag, a variable or the config, as opposed to a default. */
export type NamedServer = Server & { readonly chosenBy: 'flag' | 'variable' | 'config' };

/**
 * The server that flags, variables or the config choose, else the declaration's default.
 *
 * @returns undefined if nothing chooses it, and there is no default since customers host it themselves, or
 *   a field in its host has no value
 * @throws AuthctlError `usage` for two at once or an unknown environment, `base_url_refused`,
 *   `credential_missing`
 */
export function resolveServer(declaration: Provider, sources: ServerSources): Server | undefined {
  const named = namedServer(declaration, sources);
  if (named) return named;
  const [first] = declaration.environments ?? [];
  return first && serverOf(first, { chosenBy: 'declaration' }, sources);
}

/** A server, as far as the config's settings depend on it: plain ones are for the configured server. */
export function settingServer(
  declaration: Provider,
  origin: string,
  { setting, hostValue }: Pick<ServerSources, 'setting' | 'hostValue'>,
): SettingServer {
  let configured: string | undefined;
  try {
    const sources = { baseUrl: undefined, environment: undefined, env: {}, allowHttp: true };
    configured = resolveServer(declaration, { ...sources, setting, hostValue })?.origin;
  } catch {
    // A setting that is wrong is reported where it is used.
  }
  return { origin, configured };
}

/**
 * The server that flags, variables or the config choose.
 *
 * @throws AuthctlError as `resolveServer`
 */
export function namedServer(
  declaration: Provider,
  sources: ServerSources,
): NamedServer | undefined {
  const { baseUrl, environment, env, setting } = sources;
  if (baseUrl !== undefined || environment !== undefined) {
    const names = ['--base-url', '--environment'] as const;
    return choose(declaration, sources, [baseUrl, environment], names, { chosenBy: 'flag' });
  }
  const names = [
    variableName(declaration.name, 'base_url'),
    variableName(declaration.name, 'environment'),
  ] as const;
  // Without environments, the variable is none of this provider.
  const named = declaration.environments ? env[names[1]] || undefined : undefined;
  const values = [env[names[0]] || undefined, named] as const;
  if (values[0] !== undefined || values[1] !== undefined) {
    const variable = names[values[0] === undefined ? 1 : 0];
    return choose(declaration, sources, values, names, { chosenBy: 'variable', variable });
  }
  if (setting) {
    const url = 'baseUrl' in setting ? setting.baseUrl : undefined;
    const name = 'baseUrl' in setting ? undefined : setting.environment;
    const by = { chosenBy: 'config' } as const;
    return choose(declaration, sources, [url, name], ['the config', 'the config'], by);
  }
  const [first] = declaration.environments ?? [];
  // A variable that fills the host has chosen the server too.
  const server = first && serverOf(first, { chosenBy: 'declaration' }, sources);
  return server && isNamed(server) ? server : undefined;
}

/** A base URL or the name of an environment; at least one is given. */
type Choice = readonly [baseUrl: string | undefined, environment: string | undefined];

function choose(
  declaration: Provider,
  sources: ServerSources,
  [url, environment]: Choice,
  names: readonly [string, string],
  by: By<NamedServer['chosenBy']>,
): NamedServer {
  if (url !== undefined && environment !== undefined) {
    throw new AuthctlError('usage', `${names[0]} and ${names[1]} cannot be used together`, {
      hint: 'leave out one of them',
    });
  }
  if (url !== undefined) return { ...normalise(url, sources.allowHttp), ...by };
  const found = findEnvironment(declaration, environment ?? '', names[1], sources);
  const server = serverOf(found, by, sources);
  if (server) {
    const says = by.chosenBy === 'flag' && !found.baseUrl.includes('{');
    return says ? { ...server, environment: found.name } : server;
  }
  throw baseUrlMissing(
    { name: declaration.name, title: `${declaration.name} in ${found.name}` },
    lackingIn(found, sources),
  );
}

/** What chose a server. */
interface By<C extends Server['chosenBy']> {
  readonly chosenBy: C;
  readonly variable?: string;
}

/** @returns undefined if a field in the host has no value */
function serverOf<C extends Server['chosenBy']>(
  { baseUrl }: Environment,
  by: By<C>,
  { allowHttp, hostValue }: ServerSources,
): (Server & { readonly chosenBy: C | 'variable' }) | undefined {
  let variable: string | undefined;
  let lacking = false;
  const url = baseUrl.replace(placeholder, (_, field: string) => {
    const found = hostValue(field);
    if (!found) lacking = true;
    variable ??= found?.variable;
    return found ? hostLabel(field, found.value) : '';
  });
  if (lacking) return undefined;
  const place = normalise(url, allowHttp);
  return variable === undefined
    ? { ...place, ...by }
    : { ...place, chosenBy: 'variable', variable };
}

const placeholder = /\{([a-z][a-z0-9_]*)\}/g;

/** One label of a host name: anything else could lead to another host. */
function hostLabel(field: string, value: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(value)) return value.toLowerCase();
  throw new AuthctlError(
    'credential_unsendable',
    `${field} cannot be part of a host name: it takes letters, digits and dashes`,
  );
}

/** The fields that the host of an environment still needs. */
function lackingIn({ baseUrl }: Environment, { hostValue }: Pick<ServerSources, 'hostValue'>) {
  return [...baseUrl.matchAll(placeholder)].flatMap(([, field = '']) =>
    hostValue(field) ? [] : [field],
  );
}

/** The fields that the default server still needs. */
export function lackingFields(
  { environments: [first] = [] }: Provider,
  sources: Pick<ServerSources, 'hostValue'>,
): readonly string[] {
  return first ? lackingIn(first, sources) : [];
}

/** Whether the server was chosen by a flag, a variable or the config. */
export function isNamed(server: Server | undefined): server is NamedServer {
  return server !== undefined && server.chosenBy !== 'declaration' && server.chosenBy !== 'session';
}

/** Whether a server is one of the provider's environments. */
export function isDeclared(provider: Provider, url: string): boolean {
  return environmentAt(provider, url) !== undefined;
}

/** The environment of a base URL. */
export function environmentAt(
  { environments = [] }: Provider,
  url: string,
): Environment | undefined {
  return environments.find(({ baseUrl }) => {
    const parts = baseUrl.replace(/\/+$/, '').split(/\{[^}]*\}/);
    const pattern = parts.map((part) => part.replace(/[.*+?^$()[\]\\|/]/g, '\\$&'));
    return new RegExp(`^${pattern.join('[a-z0-9-]+')}$`).test(url);
  });
}

/** The notice of a token whose server only the current session names. */
export function sessionServerNotice(url: string): string {
  return `notice: the token is for ${url}, a server known only from the last session`;
}

/**
 * The error for a provider without a base URL, or whose default host lacks a field.
 *
 * @param lacking the fields
 */
export function baseUrlMissing(
  { name, title }: Pick<Declaration, 'name' | 'title'>,
  lacking: readonly string[] = [],
): AuthctlError {
  if (lacking.length > 0) {
    const fields = lacking.map(
      (field) => `${field} (${flagName(field)} or ${variableName(name, field)})`,
    );
    return new AuthctlError('credential_missing', `missing for ${title}: ${fields.join(', ')}`, {
      provider: name,
      hint: 'authctl help credentials',
    });
  }
  const variable = variableName(name, 'base_url');
  return new AuthctlError(
    'base_url_missing',
    `missing for ${title}: the base URL of your server (${flagName('base_url')} or ${variable})`,
    { provider: name, hint: 'authctl help credentials' },
  );
}

/** A server without slashes at its end. @throws AuthctlError `base_url_refused` */
export function normalise(url: string, allowHttp: boolean): Pick<Server, 'url' | 'origin'> {
  const { href, origin } = parseBaseUrl(url, { allowHttp });
  return { url: href.replace(/\/+$/, ''), origin };
}

function findEnvironment(
  { name, environments = [] }: Provider,
  environmentName: string,
  by: string,
  { suggest }: Pick<ServerSources, 'suggest'>,
): Environment {
  const found = environments.find((environment) => environment.name === environmentName);
  if (found) return found;
  const known = environments.map((environment) => environment.name);
  const meant = suggest?.(environmentName, known) ?? '';
  throw new AuthctlError('usage', `${by} names an environment that ${name} does not have${meant}`, {
    provider: name,
    hint: known.length === 0 ? 'use --base-url' : hint`it has ${named(...known)}`,
  });
}
