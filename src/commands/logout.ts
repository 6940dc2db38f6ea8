/** `authctl logout`: removes stored sessions, and with --credentials the secrets in the keychain. */
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';

/** What is to be removed. */
export interface LogoutOptions {
  /** A provider's name. Undefined: every provider's, which takes `all`. */
  readonly provider?: string;
  /** In every profile. */
  readonly all: boolean;
  /** The secrets in the keychain too. */
  readonly credentials: boolean;
}

/**
 * Removes the sessions. No server is asked: none of these has an endpoint that ends a token.
 *
 * @throws AuthctlError `usage` where nothing says what; `store` or `keychain` where it cannot
 */
export async function logout(
  run: Run,
  { provider, all, credentials }: LogoutOptions,
): Promise<void> {
  const { notices, profile } = run;
  if (provider === undefined && !all) {
    throw new AuthctlError('usage', 'logout needs a provider, or --all for everything', {
      hint: 'authctl logout <provider>',
    });
  }
  const store = await run.store();
  const scope = { ...(provider !== undefined && { provider }), ...(!all && { profile }) };
  const { length: count } = (await store.list())
    .filter(({ key }) => provider === undefined || key.provider === provider)
    .filter(({ key }) => all || key.profile === profile);
  await store.clear(scope);
  notices.notice(
    count === 0
      ? 'there was no stored session'
      : `removed ${count} ${count === 1 ? 'session' : 'sessions'}`,
  );
  if (!credentials) return;
  const { forgetSecrets } = await import('../credentials/keychain/entries.ts');
  const prefix = `${provider === undefined ? '' : `${provider}/`}${all ? '' : `${profile}/`}`;
  const secrets = await forgetSecrets(run, prefix);
  notices.notice(`removed ${secrets} ${secrets === 1 ? 'secret' : 'secrets'} from the keychain`);
}
