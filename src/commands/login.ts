/** `authctl login <provider>`: always asks the server, keeps the session, prints the token. */

import { exchange, type Line } from '../client/exchange.ts';
import { baseUrlMissing } from '../client/server.ts';
import type { Credential, Credentials } from '../credentials/resolve.ts';
import { readGiven } from '../credentials/sources/flag.ts';
import type { Declaration } from '../declaration/declaration.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import { findCredentials } from './find-credentials.ts';
import { fieldFlags, isOn, type RawOptions } from './options.ts';
import { preparePrint } from './print.ts';
import { accountOfCredentials, keepSession, openStore } from './stored-session.ts';
import { findBaseUrl, openLine } from './target.ts';

/** Runs the command. @throws AuthctlError whatever goes wrong on the way to a token */
export async function login(
  run: Run,
  declaration: Declaration,
  options: RawOptions,
): Promise<void> {
  if (isOn(options, 'unset')) {
    const { printUnset } = await import('./unset.ts');
    return printUnset(run, declaration, options);
  }
  const dryRun = isOn(options, 'dryRun') ? await import('./dry-run.ts') : undefined;
  dryRun?.checkDryRun(options);
  const print = await preparePrint(run, declaration, options);
  const baseUrl = findBaseUrl(run, declaration, options);
  if (!baseUrl) throw baseUrlMissing(declaration);
  const line = openLine(run, declaration, baseUrl.url, options);
  const given = await readGiven(fieldFlags(options, declaration.fields), run.context.stdin);
  const credentials = await findCredentials(run, declaration, baseUrl, given);
  if (dryRun) {
    const secrets = new Set(
      declaration.fields.filter(({ secret }) => secret).map(({ name }) => name),
    );
    const { request } = credentials.login;
    return dryRun.printRequest(run, line, request, plainValues(credentials), secrets);
  }
  const tokenSet = await sendLogin(line, credentials);
  const store = openStore(run, options);
  const account = await accountOfCredentials(declaration, credentials, store);
  const key = {
    provider: declaration.name,
    profile: run.options.profile,
    baseUrl: baseUrl.url,
    account,
  };
  await keepSession(run, store, { key, tokenSet });
  await print({ key, tokenSet }, 'login');
}

/** Sends the login. A refusal says where the refused secrets came from. */
async function sendLogin(line: Line, credentials: Credentials): Promise<TokenSet> {
  try {
    const { request } = credentials.login;
    return await exchange(line, request, plainValues(credentials), 'credentials');
  } catch (error) {
    if (!(error instanceof AuthctlError) || error.code !== 'refused') throw error;
    throw error.with({ hint: `check ${[...credentials.values].map(describe).join(', ')}` });
  }
}

function plainValues({ values }: Credentials): ReadonlyMap<string, string> {
  return new Map([...values].map(([name, { value }]) => [name, value]));
}

function describe([name, { origin }]: [string, Credential]): string {
  return `${name} from ${origin}`;
}
