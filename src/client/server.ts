/** Chooses the server of a command: flag → variable → config → the declaration's default. */
import type { Server } from '../credentials/gate.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { flagName, variableName } from '../declaration/names.ts';
import type { Outline } from '../declaration/outline.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import { parseBaseUrl } from '../http/base-url.ts';

/** The provider of the server. */
type Provider = Pick<Outline, 'name' | 'environments'>;

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
}

/** A server chosen by a flag, a variable or the config, as opposed to a default. */
export type NamedServer = Server & { readonly chosenBy: 'flag' | 'variable' | 'config' };

/**
 * The server that flags, variables or the config choose, else the declaration's default.
 *
 * @returns undefined if nothing chooses it, and there is no default since customers host it themselves
 * @throws AuthctlError `usage` for two at once or an unknown environment, `base_url_refused`
 */
export function resolveServer(declaration: Provider, sources: ServerSources): Server | undefined {
  const named = namedServer(declaration, sources);
  if (named) return named;
  const [first] = declaration.environments ?? [];
  return first && { ...normalise(first.baseUrl, sources.allowHttp), chosenBy: 'declaration' };
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
    return { ...choose(declaration, sources, [baseUrl, environment], names), chosenBy: 'flag' };
  }
  const names = [
    variableName(declaration.name, 'base_url'),
    variableName(declaration.name, 'environment'),
  ] as const;
  const values = [env[names[0]] || undefined, env[names[1]] || undefined] as const;
  if (values[0] !== undefined || values[1] !== undefined) {
    const variable = names[values[0] === undefined ? 1 : 0];
    return { ...choose(declaration, sources, values, names), chosenBy: 'variable', variable };
  }
  return setting && configured(declaration, setting, sources);
}

/** A base URL or the name of an environment; at least one is given. */
type Choice = readonly [baseUrl: string | undefined, environment: string | undefined];

function choose(
  declaration: Provider,
  { allowHttp }: ServerSources,
  [url, environment]: Choice,
  names: readonly [string, string],
): Pick<Server, 'url' | 'origin'> {
  if (url === undefined) {
    return normalise(environmentUrl(declaration, environment ?? '', names[1]), allowHttp);
  }
  if (environment === undefined) return normalise(url, allowHttp);
  throw new AuthctlError('usage', `${names[0]} and ${names[1]} cannot be used together`);
}

function configured(
  declaration: Provider,
  setting: NonNullable<ServerSources['setting']>,
  { allowHttp }: ServerSources,
): NamedServer {
  const url =
    'baseUrl' in setting
      ? setting.baseUrl
      : environmentUrl(declaration, setting.environment, 'the config');
  return { ...normalise(url, allowHttp), chosenBy: 'config' };
}

/** Whether the server was chosen by a flag, a variable or the config. */
export function isNamed(server: Server | undefined): server is NamedServer {
  return server !== undefined && server.chosenBy !== 'declaration' && server.chosenBy !== 'session';
}

/** Whether a server is one of the provider's environments. */
export function isDeclared({ environments = [] }: Provider, url: string): boolean {
  return environments.some(({ baseUrl }) => baseUrl.replace(/\/+$/, '') === url);
}

/** The notice of a token whose server only the current session names. */
export function sessionServerNotice(url: string): string {
  return `notice: the token is for ${url}, a server known only from the last session`;
}

/** The error for a provider without a base URL. */
export function baseUrlMissing({ name, title }: Pick<Declaration, 'name' | 'title'>): AuthctlError {
  const variable = variableName(name, 'base_url');
  return new AuthctlError(
    'base_url_missing',
    `missing for ${title}: the base URL of your server (${flagName('base_url')} or ${variable})`,
    { provider: name, hint: hint`authctl config set ${named(name)}.base_url https://…` },
  );
}

function normalise(url: string, allowHttp: boolean): Pick<Server, 'url' | 'origin'> {
  const { href, origin } = parseBaseUrl(url, { allowHttp });
  return { url: href.replace(/\/+$/, ''), origin };
}

function environmentUrl(
  { name, environments = [] }: Provider,
  environmentName: string,
  by: string,
): string {
  const found = environments.find((environment) => environment.name === environmentName);
  if (found) return found.baseUrl;
  const known = environments.map((environment) => environment.name);
  throw new AuthctlError('usage', `${by} names an environment that ${name} does not have`, {
    provider: name,
    hint: known.length === 0 ? 'use --base-url' : hint`it has ${named(...known)}`,
  });
}
