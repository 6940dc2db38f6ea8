/** `authctl logout`: removes stored sessions, and with --credentials the secrets in the keychain. */

import type { Declaration } from '../declaration/declaration.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import { openStore } from './stored-session.ts';

/** What is to be removed. */
export interface LogoutOptions {
  /** Undefined: every provider's, which takes `all`. */
  readonly provider?: Declaration;
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
  const { notices, options } = run;
  if (!provider && !all) {
    throw new AuthctlError('usage', 'logout needs a provider, or --all for everything', {
      hint: 'authctl logout <provider>',
    });
  }
  const store = openStore(run, {});
  const scope = {
    ...(provider && { provider: provider.name }),
    ...(!all && { profile: options.profile }),
  };
  const count = store
    .list()
    .filter(({ key }) => scope.provider === undefined || key.provider === scope.provider)
    .filter(({ key }) => scope.profile === undefined || key.profile === scope.profile).length;
  store.clear(scope);
  notices.notice(
    count === 0
      ? 'there was no stored session'
      : `removed ${count} ${count === 1 ? 'session' : 'sessions'}`,
  );
  if (!credentials) return;
  const { forgetSecrets } = await import('./credentials.ts');
  const prefix = `${provider ? `${provider.name}/` : ''}${all ? '' : `${options.profile}/`}`;
  const secrets = await forgetSecrets(run, prefix);
  notices.notice(`removed ${secrets} ${secrets === 1 ? 'secret' : 'secrets'} from the keychain`);
}
