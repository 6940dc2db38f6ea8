/** What `token` and `exec` have in common: a good token for a provider, by the options of the command. */

import { type Obtained, obtain } from '../client/obtain.ts';
import { baseUrlMissing } from '../client/server.ts';
import { readGiven } from '../credentials/sources/flag.ts';
import type { Declaration } from '../declaration/declaration.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import { describeAccount } from '../session/key.ts';
import { completeKey } from '../session/lookup.ts';
import { findCredentials } from './find-credentials.ts';
import { fieldFlags, type RawOptions, sendOptions } from './options.ts';
import { accountOfCredentials, flightOptions, openStore, wantedSession } from './stored-session.ts';
import { findBaseUrl, openLine } from './target.ts';

/** Obtains a token again and again: stdin and files are read once. */
export interface Source {
  /** @param isGood whether a stored token will do */
  obtain(isGood: (tokenSet: TokenSet) => boolean): Promise<Obtained>;
}

/** @throws AuthctlError for options that make no sense */
export async function tokenSource(
  run: Run,
  declaration: Declaration,
  options: RawOptions,
): Promise<Source> {
  const { timeout } = sendOptions(options);
  const given = await readGiven(fieldFlags(options, declaration.fields), run.context.stdin);
  const store = openStore(run, options);
  return {
    async obtain(isGood) {
      const found = findBaseUrl(run, declaration, options);
      const wanted = await wantedSession(run, declaration, found, given, store);
      const obtained = await obtain({
        declaration,
        store,
        wanted,
        isGood,
        timeout,
        line: (baseUrl, remaining) => {
          const line = openLine(run, declaration, baseUrl, options);
          return { ...line, options: { ...line.options, timeout: remaining } };
        },
        findLogin,
        detail: run.notices.detail,
        ...flightOptions(run, store),
      });
      const { key } = obtained.session;
      run.notices.detail(`the account is ${describeAccount(key.account)}, at ${key.baseUrl}`);
      return obtained;
    },
  };

  async function findLogin() {
    const found = findBaseUrl(run, declaration, options);
    // What the command leaves out is taken from the session written last, the server too.
    const provider = declaration.name;
    const { profile } = run.options;
    const latest = found?.given ? undefined : completeKey(store, { provider, profile });
    const url = latest?.baseUrl ?? found?.url;
    if (url === undefined) throw baseUrlMissing(declaration);
    const baseUrl = { given: false, ...found, url, origin: new URL(url).origin };
    const sessionUrl = url === found?.url ? undefined : url;
    const credentials = await findCredentials(run, declaration, baseUrl, given, sessionUrl);
    const account = await accountOfCredentials(declaration, credentials, store);
    return { credentials, key: { provider, profile, baseUrl: url, account } };
  }
}

/** Says that a token lives less long than was asked for. */
export function warnIfShort({ notices }: Run, left: number | null, needed: number): void {
  if (left === null || needed === 0 || left > needed) return;
  const seconds = Math.max(0, Math.floor(left / 1000));
  notices.notice(`notice: the token lives ${seconds} s more, which is less than --min-ttl`);
}

/** Ends the wait for a token where a signal comes. @throws AuthctlError `interrupted`, `terminated` */
export async function interruptible<T>({ context }: Run, work: () => Promise<T>): Promise<T> {
  let stop = () => {};
  const signalled = new Promise<never>((_, reject) => {
    stop = context.onSignal((signal) => {
      const code = signal === 'SIGINT' ? 'interrupted' : 'terminated';
      reject(new AuthctlError(code, code));
    });
  });
  try {
    return await Promise.race([work(), signalled]);
  } finally {
    stop();
  }
}
