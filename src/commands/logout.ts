/** `authctl logout`: ends stored sessions, and with --credentials removes the secrets in the keychain. */
import type { TargetOptions } from '../client/target.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { isEndless } from '../declaration/lifetime.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { Run } from '../run.ts';
import { describeScope, isInScope, type Scope } from '../session/scope.ts';
import type { Session } from '../session/session.ts';
import type { Store } from '../session/store.ts';

export interface LogoutOptions {
  /** A provider's name; undefined for every provider, which needs `all`. */
  readonly provider?: string;
  /** Whether to remove the sessions of every profile. */
  readonly all: boolean;
  /** Whether to remove the secrets in the keychain too. */
  readonly credentials: boolean;
  /** Whether to tell no server. */
  readonly local: boolean;
  /** How a server is reached. */
  readonly transport?: TargetOptions['transport'];
}

/**
 * Ends the sessions: tells the servers of providers that declare a logout, and removes what is stored
 * in any case.
 *
 * @throws AuthctlError `usage` without a provider or `all`; `store`, `keychain`; the first failure to
 *   tell a server
 */
export async function logout(
  run: Run,
  providers: readonly Declaration[],
  { provider, all, credentials, local, transport }: LogoutOptions,
): Promise<void> {
  const { notices, profile } = run;
  if (provider === undefined && !all) {
    throw new AuthctlError('usage', 'logout needs a provider, or --all for every session', {
      hint: 'authctl status',
    });
  }
  const store = await run.store();
  const scope: Scope = { ...(provider !== undefined && { provider }), ...(!all && { profile }) };
  const sessions = (await store.list()).filter(({ key }) => isInScope(scope, key));
  const failures: AuthctlError[] = [];
  for (const stored of local ? [] : sessions) {
    const { session, failure: unshared } = await endForAll(run, store, stored);
    const failure = await tell(run, providers, session, transport);
    for (const each of [unshared, failure]) if (each) failures.push(each);
  }
  await store.clear(scope);
  const { length: count } = sessions;
  notices.notice(
    count === 0
      ? `no session was stored${describeScope(scope)}`
      : `removed ${count} ${count === 1 ? 'session' : 'sessions'}`,
  );
  if (credentials)
    await removeSecrets(
      run,
      `${provider === undefined ? '' : `${provider}/`}${all ? '' : `${profile}/`}`,
    );
  const [first] = failures;
  if (first?.code === 'store') throw stillShared(first);
  if (first) throw stillTaken(first);
}

/**
 * Ends a session for all machines that share it.
 *
 * @returns it as the shared store had it, with the refresh token; what went wrong
 */
async function endForAll(
  { notices }: Run,
  { together }: Store,
  session: Session,
): Promise<{ readonly session: Session; readonly failure?: AuthctlError }> {
  if (!together?.isOwn(session)) return { session };
  try {
    if (together.readsOnly) throw onlyHere(session.key.provider);
    const ended = await together.end(session);
    notices.notice(`ended the session of ${session.key.provider} for all machines that share it`);
    return { session: ended };
  } catch (error) {
    if (error instanceof AuthctlError) return { session, failure: error };
    throw error;
  }
}

function onlyHere(provider: string): AuthctlError {
  return new AuthctlError(
    'store',
    'this machine only reads the shared store, and ends nothing there',
    {
      hint: hint`authctl logout ${named(provider)} --local`,
    },
  );
}

/** Tells the server of a session. @returns what went wrong */
async function tell(
  { client, notices, profileGiven }: Run,
  providers: readonly Declaration[],
  session: Session,
  transport: TargetOptions['transport'] = { timeout: 30_000, retries: 2 },
): Promise<AuthctlError | undefined> {
  const { provider, profile, baseUrl } = session.key;
  const declaration = providers.find(({ name }) => name === provider);
  if (!declaration?.logout) return undefined;
  try {
    const target = await client.target({
      declaration,
      profile,
      profileGiven,
      server: { allowHttp: transport.allowHttp === true },
      transport,
      flags: new Map(),
    });
    const ended = await client.logout(target, session);
    if (ended === 'token')
      notices.detail(`${declaration.title} has ended the session at ${baseUrl}`);
    if (ended === 'refresh' || ended === 'nothing') {
      const kept = ended === 'refresh' ? 'only the refresh token' : 'nothing';
      const left = isEndless(declaration.answer, session.tokenSet.lifetime)
        ? 'goes on taking the access token, which does not expire'
        : 'takes the access token until that expires';
      notices.notice(`notice: ${declaration.title} ends ${kept}: it ${left}`);
    }
    return undefined;
  } catch (error) {
    if (error instanceof AuthctlError) return error;
    throw error;
  }
}

function stillShared({ message, details }: AuthctlError): AuthctlError {
  const what = `removed here; other machines still have the session: ${message}`;
  return new AuthctlError('store', what, details);
}

/** The session is gone here in any case. */
function stillTaken({ code, message, details }: AuthctlError): AuthctlError {
  return new AuthctlError(
    // A refusal of the logout is not one of the credentials.
    code === 'refused' ? 'bad_answer' : code,
    `removed here; the server still takes the token: ${message}`,
    details,
  );
}

async function removeSecrets(run: Run, prefix: string): Promise<void> {
  const { deleteSecrets, notFoundNotice } = await import('../credentials/keychain/entries.ts');
  const deleted = await deleteSecrets(run, prefix);
  const { removed } = deleted;
  run.notices.notice(
    `removed ${removed} ${removed === 1 ? 'secret' : 'secrets'} from the keychain`,
  );
  const notFound = notFoundNotice(deleted);
  if (notFound !== undefined) run.notices.notice(notFound);
}
