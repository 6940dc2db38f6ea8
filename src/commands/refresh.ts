/** `authctl refresh [provider]`: trades the refresh token for a new access token, and never logs in. */

import { exchange } from '../client/exchange.ts';
import { renewSession } from '../client/obtain.ts';
import { baseUrlMissing } from '../client/server.ts';
import { type Given, readGiven } from '../credentials/sources/flag.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { variableName } from '../declaration/names.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import { findSession } from '../session/lookup.ts';
import type { Session } from '../session/session.ts';
import { noticeExposure } from './find-credentials.ts';
import { interruptible } from './obtain.ts';
import { fieldFlags, isOn, type RawOptions } from './options.ts';
import { preparePrint } from './print.ts';
import { flightOptions, openStore, wantedSession } from './stored-session.ts';
import { findBaseUrl, openLine } from './target.ts';

const field = 'refresh_token';

/**
 * The only provider that declares a refresh.
 *
 * @throws AuthctlError `usage` where there are several, or none
 */
export function onlyRefreshable(providers: readonly Declaration[]): Declaration {
  const able = providers.filter(({ refresh }) => refresh);
  const [only, ...others] = able;
  if (only && others.length === 0) return only;
  const names = able.map(({ name }) => name).join(', ');
  throw new AuthctlError(
    'usage',
    able.length === 0 ? 'no provider can refresh' : `several providers can refresh: ${names}`,
    { hint: 'authctl refresh <provider>' },
  );
}

/** Runs the command. @throws AuthctlError whatever goes wrong on the way to a token */
export async function refresh(
  run: Run,
  declaration: Declaration,
  options: RawOptions,
): Promise<void> {
  const { context, secrets } = run;
  const template = declaration.refresh;
  if (!template) throw notRefreshable(declaration);
  if (isOn(options, 'unset')) {
    const { printUnset } = await import('./unset.ts');
    return printUnset(run, declaration, options);
  }
  const dryRun = isOn(options, 'dryRun') ? await import('./dry-run.ts') : undefined;
  dryRun?.checkDryRun(options);
  const print = await preparePrint(run, declaration, options);
  const given = await readGiven(fieldFlags(options, [{ name: field }]), context.stdin);
  const found = findBaseUrl(run, declaration, options);
  const store = openStore(run, options);
  const session = findSession(
    store,
    await wantedSession(run, declaration, found, new Map(), store),
  );
  const baseUrl = found?.given ? found.url : (session?.key.baseUrl ?? found?.url);
  if (baseUrl === undefined) throw baseUrlMissing(declaration);
  const flagged = given.get(field);
  if (flagged) noticeExposure(run, declaration, field, flagged);
  const chosen = chooseToken(run, declaration, flagged, session);
  secrets.add(chosen.token);
  run.notices.detail(`${field} comes from ${chosen.origin}`);

  const line = openLine(run, declaration, baseUrl, options);
  const values = new Map([[field, chosen.token]]);
  if (dryRun) {
    return dryRun.printRequest(run, line, template, values, new Set([field]));
  }
  const refused = (error: AuthctlError) => error.with({ hint: chosen.hint });
  if (session && session.tokenSet.refreshToken === chosen.token) {
    const { timeout } = line.options;
    const renewed = await interruptible(run, () =>
      renewSession(
        {
          declaration,
          store,
          timeout,
          isGood: () => false,
          line: (_, remaining) => ({ ...line, options: { ...line.options, timeout: remaining } }),
          ...flightOptions(run, store),
        },
        session,
      ),
    );
    if ('refused' in renewed) throw refused(renewed.refused);
    return print(renewed.session, 'refresh');
  }
  try {
    const fresh = await exchange(line, template, values, 'refresh token');
    const key = {
      provider: declaration.name,
      profile: run.options.profile,
      baseUrl,
      account: { fields: {} },
    };
    return await print({ key, tokenSet: { refreshToken: chosen.token, ...fresh } }, 'refresh');
  } catch (error) {
    if (error instanceof AuthctlError && error.code === 'refused') throw refused(error);
    throw error;
  }
}

interface Chosen {
  readonly token: string;
  readonly origin: string;
  /** What to do where the server refuses it. */
  readonly hint: string;
}

function chooseToken(
  { context, options }: Run,
  { name, title }: Declaration,
  given: Given | undefined,
  session: Session | undefined,
): Chosen {
  const profile = options.profile === 'default' ? '' : ` --profile ${options.profile}`;
  const login = `authctl login ${name}${profile}`;
  if (given) return { token: given.value, origin: given.origin, hint: login };
  const variable = variableName(name, field);
  const fromEnv = context.env[variable];
  if (fromEnv) {
    const hint = `${variable} is set, and is used before the stored session: unset it, or ${login}`;
    return { token: fromEnv, origin: variable, hint };
  }
  const stored = session?.tokenSet.refreshToken;
  if (stored !== undefined) return { token: stored, origin: 'the stored session', hint: login };
  throw new AuthctlError(
    'session_missing',
    session
      ? `the stored session of ${title} has no refresh token`
      : `there is no stored session of ${title}, and no refresh token was given (--refresh-token-stdin or ${variable})`,
    { provider: name, hint: login },
  );
}

function notRefreshable({ name, title }: Declaration): AuthctlError {
  return new AuthctlError(
    'usage',
    `${title} has no refresh tokens: a new token takes authctl login ${name}`,
    {
      provider: name,
      hint: `authctl login ${name}`,
    },
  );
}
