/** Checks the keychain: a secret is stored, found and removed. */
import { keychainAccounts } from '../config/document.ts';
import { insteadOfKeychain } from '../credentials/keychain/entries.ts';
import type { Keychain, KeychainAnswer } from '../credentials/keychain/keychain.ts';
import type { Run } from '../run.ts';
import type { Finding } from './finding.ts';

const check = 'keychain';

/** One round trip, under a name that nothing else has. */
export async function checkKeychain(
  run: Pick<Run, 'context' | 'keychain' | 'config'>,
): Promise<Finding> {
  const account = `doctor/${run.context.uuid()}`;
  const secret = run.context.uuid();
  const keychain = await run.keychain();
  const stored = await keychain.set(new Map([[account, secret]]));
  if (stored.state !== 'answered') return trouble(stored, isNeeded(run));
  return tryEntry(keychain, account, secret);
}

async function tryEntry(keychain: Keychain, account: string, secret: string): Promise<Finding> {
  const found = await keychain.get([account]);
  const removed = await keychain.delete([account]);
  if (!removed.value?.has(account)) {
    const why = removed.reason === undefined ? '' : `: ${removed.reason}`;
    const message = `the entry ${account} of the service authctl could not be removed${why}`;
    return { check, state: 'failed', message };
  }
  if (found.state !== 'answered') return trouble(found, true);
  if (found.value?.get(account) !== secret) {
    return { check, state: 'failed', message: 'it lost the secret that was stored in it' };
  }
  return { check, state: 'ok', message: 'it keeps a secret, and gives it back' };
}

/** Most servers and containers have no keychain, which matters only where something was stored in one. */
function trouble({ state, reason }: KeychainAnswer<unknown>, needed: boolean): Finding {
  if (state === 'off') return { check, state: 'skipped', message: 'it is switched off' };
  const absent = state === 'not-installed' || state === 'no-service' || state === 'locked';
  return {
    check,
    state: absent && !needed ? 'warning' : 'failed',
    message: `it cannot be used: ${reason ?? state}`,
    hint: insteadOfKeychain,
  };
}

/** Whether the config lists secrets in it. */
function isNeeded({ config }: Pick<Run, 'config'>): boolean {
  try {
    return keychainAccounts(config()).length > 0;
  } catch {
    // Another check says what is wrong with the config.
    return false;
  }
}
