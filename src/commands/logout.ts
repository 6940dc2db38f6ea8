/** `authctl logout`: removes stored sessions, and with --credentials the secrets in the keychain. */
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import { describeScope, isInScope, type Scope } from '../session/scope.ts';

export interface LogoutOptions {
  /** A provider's name; undefined for every provider, which needs `all`. */
  readonly provider?: string;
  /** Whether to remove the sessions of every profile. */
  readonly all: boolean;
  /** Whether to remove the secrets in the keychain too. */
  readonly credentials: boolean;
}

/**
 * Removes the sessions. No server is told, since no declaration has a logout.
 *
 * @throws AuthctlError `usage` without a provider or `all`; `store`, `keychain`
 */
export async function logout(
  run: Run,
  { provider, all, credentials }: LogoutOptions,
): Promise<void> {
  const { notices, profile } = run;
  if (provider === undefined && !all) {
    throw new AuthctlError('usage', 'logout needs a provider, or --all for every session', {
      hint: 'authctl logout <provider>',
    });
  }
  const store = await run.store();
  const scope: Scope = { ...(provider !== undefined && { provider }), ...(!all && { profile }) };
  const { length: count } = (await store.list()).filter(({ key }) => isInScope(scope, key));
  await store.clear(scope);
  notices.notice(
    count === 0
      ? `no session was stored${describeScope(scope)}`
      : `removed ${count} ${count === 1 ? 'session' : 'sessions'}`,
  );
  if (!credentials) return;
  const { deleteSecrets, notFoundNotice } = await import('../credentials/keychain/entries.ts');
  const prefix = `${provider === undefined ? '' : `${provider}/`}${all ? '' : `${profile}/`}`;
  const deleted = await deleteSecrets(run, prefix);
  const { removed } = deleted;
  notices.notice(`removed ${removed} ${removed === 1 ? 'secret' : 'secrets'} from the keychain`);
  const notFound = notFoundNotice(deleted);
  if (notFound !== undefined) notices.notice(notFound);
}
