/** `authctl store password`: stores the password of the shared store in the OS keychain. */
import { saveSecrets } from '../../credentials/keychain/entries.ts';
import { AuthctlError, hint } from '../../errors.ts';
import { requireFleet } from '../../fleet/open.ts';
import { passwordAccount } from '../../fleet/secrets.ts';
import type { Run } from '../../run.ts';

/**
 * Asks for the password, which is bound to the address of the store.
 *
 * @throws AuthctlError `setting_missing` without a store; `usage` for one that a variable chose;
 *   `credential_missing` where nobody can be asked; `keychain`
 */
export async function storePassword(run: Run): Promise<void> {
  const { context, interactive, notices, secrets } = run;
  const { settings } = requireFleet(await run.fleet());
  const { shown } = settings.address;
  if (settings.variable !== undefined) {
    const what = `${settings.variable} chose the store, and the keychain gives a password only to that of the config`;
    throw new AuthctlError('usage', what, { hint: hint`authctl config set store.url` });
  }
  if (!interactive) {
    throw new AuthctlError(
      'credential_missing',
      `the password for ${shown} has to be typed on a terminal`,
      {
        hint: 'use AUTHCTL_STORE_PASSWORD_FILE, or a command in store.password',
      },
    );
  }
  const secret = await context.prompt.ask(`Password for ${shown}: `, { secret: true });
  secrets.add(secret);
  await saveSecrets(run, new Map([[passwordAccount(settings), secret]]), () => {});
  notices.notice(`stored the password for ${shown} in the keychain`);
}
