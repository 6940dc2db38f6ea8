/**
 * The longer half of the quick way: what a config file, or a variable that names the server, says of
 * the session that is meant. The launcher loads it where there is one of these.
 */

import { resolveBaseUrl } from './client/server.ts';
import { baseUrlSetting, fieldSetting, readConfig } from './config/read.ts';
import { environments } from './providers/environments.ts';

/** What was found. */
export interface WarmSettings {
  readonly baseUrl: string | undefined;
  /** The same, or the declaration's own. */
  readonly serverUrl: string | undefined;
  /** The value of a field; none for a command. */
  readonly setting: (field: {
    readonly name: string;
    readonly secret: boolean;
  }) => string | undefined;
}

/**
 * Reads them.
 *
 * @param file the path of the config
 * @throws AuthctlError for what the program would refuse
 */
export function readWarmSettings(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  { provider, profile }: { readonly provider: string; readonly profile: string },
): WarmSettings {
  const config = readConfig(file);
  const server = resolveBaseUrl(
    { name: provider, environments: environments[provider] ?? [] },
    { env, setting: baseUrlSetting(config, provider, profile), allowHttp: false },
  );
  return {
    baseUrl: server?.given ? server.url : undefined,
    serverUrl: server?.url,
    setting: (field) => {
      const setting = fieldSetting(config, provider, profile, field);
      return setting && 'value' in setting ? setting.value : undefined;
    },
  };
}
