/** Which server a command talks to: flag → variable → config → the declaration's default. */

import type { Declaration } from '../declaration/declaration.ts';
import { flagName, variableName } from '../declaration/names.ts';
import { AuthctlError } from '../errors.ts';
import { parseBaseUrl } from '../http/base-url.ts';

/** A base URL, and who said so. */
export interface BaseUrl {
  /** Normalised, without a trailing slash. */
  readonly url: string;
  readonly origin: string;
  /** Whether the command, its environment or the config named it; else it is the default. */
  readonly given: boolean;
  /** The variable that it stood in as a URL, if it did. */
  readonly variable?: string;
}

/** Whose server it is. */
type Served = Pick<Declaration, 'name' | 'environments'>;

/** Where to look. */
export interface BaseUrlSources {
  readonly baseUrl?: string | undefined;
  readonly environment?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly setting: { readonly baseUrl: string } | { readonly environment: string } | undefined;
  readonly allowHttp: boolean;
}

/**
 * The base URL that flags, variables or the config name, else the declaration's default.
 *
 * @returns undefined where nothing says it: the host is the customer's own
 * @throws AuthctlError `usage` for two at once or an unknown environment, `base_url_refused`
 */
export function resolveBaseUrl(declaration: Served, sources: BaseUrlSources): BaseUrl | undefined {
  const given = givenBaseUrl(declaration, sources);
  if (given) return given;
  const [first] = declaration.environments ?? [];
  return first && { ...normalise(first.baseUrl, sources), given: false };
}

/**
 * The base URL that flags, variables or the config name.
 *
 * @throws AuthctlError as `resolveBaseUrl`
 */
export function givenBaseUrl(declaration: Served, sources: BaseUrlSources): BaseUrl | undefined {
  const { env, setting } = sources;
  const choose = (
    url: string | undefined,
    environment: string | undefined,
    names: readonly [string, string],
  ) => {
    if (url !== undefined && environment !== undefined) {
      throw new AuthctlError('usage', `${names[0]} and ${names[1]} both say where the server is`);
    }
    if (url !== undefined) return normalise(url, sources);
    if (environment === undefined) return undefined;
    return normalise(environmentUrl(declaration, environment, names[1]), sources);
  };

  const flagged = choose(sources.baseUrl, sources.environment, ['--base-url', '--environment']);
  if (flagged) return { ...flagged, given: true };

  const variables = [
    variableName(declaration.name, 'base_url'),
    variableName(declaration.name, 'environment'),
  ] as const;
  const url = env[variables[0]] || undefined;
  const fromEnv = choose(url, env[variables[1]] || undefined, variables);
  if (fromEnv) {
    return { ...fromEnv, given: true, ...(url !== undefined && { variable: variables[0] }) };
  }
  if (!setting) return undefined;
  if ('baseUrl' in setting) return { ...normalise(setting.baseUrl, sources), given: true };
  const configured = environmentUrl(declaration, setting.environment, 'the config');
  return { ...normalise(configured, sources), given: true };
}

function normalise(url: string, { allowHttp }: Pick<BaseUrlSources, 'allowHttp'>) {
  const { href, origin } = parseBaseUrl(url, { allowHttp });
  return { url: href.replace(/\/+$/, ''), origin };
}

/** The error for a provider whose server nobody named. */
export function baseUrlMissing({ name, title }: Declaration): AuthctlError {
  const variable = variableName(name, 'base_url');
  return new AuthctlError(
    'base_url_missing',
    `missing for ${title}: the base URL of your server (${flagName('base_url')} or ${variable})`,
    { provider: name, hint: `authctl config set ${name}.base_url https://…` },
  );
}

function environmentUrl({ name, environments = [] }: Served, wanted: string, by: string) {
  const found = environments.find((environment) => environment.name === wanted);
  if (found) return found.baseUrl;
  const known = environments.map((environment) => environment.name).join(', ');
  throw new AuthctlError('usage', `${by} names an environment that ${name} does not have`, {
    provider: name,
    hint: known === '' ? 'use --base-url' : `it has ${known}`,
  });
}
