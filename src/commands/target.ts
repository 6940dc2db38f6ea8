/** Where a command goes: the config, the base URL, and the line to the server. */
import { join } from 'node:path';
import type { Config } from '../config/document.ts';
import { baseUrlSetting, readConfig } from '../config/read.ts';
import type { Declaration } from '../provider/declaration.ts';
import type { Run } from '../run.ts';
import { type BaseUrl, resolveBaseUrl } from '../session/base-url.ts';
import type { Line } from '../session/exchange.ts';
import { isOn, type RawOptions, sendOptions, text } from './options.ts';

/** The path of the config file, whether or not it is there. */
export function configPath({ context }: Run): string {
  return join(context.directories().config, 'config.json');
}

/** The config of a run. @throws AuthctlError `config_broken` */
export function loadConfig(run: Run): Config {
  return readConfig(configPath(run));
}

/** The base URL that flags, variables, config or the declaration name. */
export function findBaseUrl(
  run: Run,
  declaration: Declaration,
  options: RawOptions,
): BaseUrl | undefined {
  return resolveBaseUrl(declaration, {
    baseUrl: text(options, 'baseUrl'),
    environment: text(options, 'environment'),
    env: run.context.env,
    setting: baseUrlSetting(loadConfig(run), declaration.name, run.options.profile),
    allowHttp: isOn(options, 'allowHttp'),
  });
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
    options: sendOptions(options),
    now: context.now,
    uuid: context.uuid,
    keepSecret: secrets.add,
  };
}
