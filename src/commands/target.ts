/** Where a command goes: the config, the base URL, and the line to the server. */
import { join } from 'node:path';
import type { Line } from '../client/exchange.ts';
import { type BaseUrl, resolveBaseUrl } from '../client/server.ts';
import type { Config } from '../config/document.ts';
import { baseUrlSetting, readConfig } from '../config/read.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { variableName } from '../declaration/names.ts';
import { configName } from '../directories.ts';
import type { Run } from '../run.ts';
import { isOn, type RawOptions, sendOptions, text } from './options.ts';

/** The path of the config file, whether or not it is there. */
export function configPath({ context }: Run): string {
  return join(context.directories().config, configName);
}

/** The config of a run; without a home there is none. @throws AuthctlError `config_broken` */
export function loadConfig(run: Run): Config {
  let path: string;
  try {
    path = configPath(run);
  } catch {
    // Whoever has no home can have no config, and needs none for a token.
    return { path: 'config.json', settings: {} };
  }
  return readConfig(path);
}

/** The base URL that flags, variables, config or the declaration name. */
export function findBaseUrl(
  run: Run,
  declaration: Declaration,
  options: RawOptions,
): BaseUrl | undefined {
  const { env } = run.context;
  const { profile, profileGiven } = run.options;
  const baseUrl = text(options, 'baseUrl');
  const environment = text(options, 'environment');
  const flagged = baseUrl !== undefined || environment !== undefined;
  for (const name of flagged || !profileGiven ? [] : ['base_url', 'environment']) {
    const variable = variableName(declaration.name, name);
    if (env[variable]) noticeOverride(run, variable);
  }
  return resolveBaseUrl(declaration, {
    baseUrl,
    environment,
    env,
    setting: baseUrlSetting(loadConfig(run), declaration.name, profile),
    allowHttp: isOn(options, 'allowHttp'),
  });
}

/** Says that a variable goes before the profile that was named. */
export function noticeOverride({ notices, options }: Run, variable: string): void {
  notices.noticeOnce(`notice: ${variable} is used, whatever the profile ${options.profile} holds`);
}

/** The line to a provider's server. */
export function openLine(
  run: Run,
  declaration: Declaration,
  baseUrl: string,
  options: RawOptions,
): Line {
  const { context, secrets, notices } = run;
  return {
    declaration,
    baseUrl,
    send: async (makeRequest, how) => {
      const { method, url } = makeRequest();
      notices.detail(`${method} ${url}`);
      const response = await context.send(makeRequest, how);
      notices.detail(`answered ${response.status}`);
      return response;
    },
    options: { ...sendOptions(options), keepSecret: secrets.add },
    now: context.now,
    uuid: context.uuid,
    keepSecret: secrets.add,
  };
}
