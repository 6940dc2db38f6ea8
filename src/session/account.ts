/** The account that a set of credentials belongs to. */
import { createHmac } from 'node:crypto';
import type { Account } from './key.ts';

/** A credential as far as the account depends on it. */
export interface AccountField {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
}

/**
 * The non-secret fields; where there are none, a fingerprint of the secret ones.
 * The fingerprint is keyed, so that nobody who reads the store can try secrets against it elsewhere.
 *
 * @param fingerprintKey the store's own random key, asked for only if it is needed
 */
export async function accountOf(
  credentials: readonly AccountField[],
  fingerprintKey: () => Promise<Uint8Array>,
): Promise<Account> {
  const open = credentials.filter(({ secret }) => !secret);
  if (open.length > 0) {
    return { fields: Object.fromEntries(open.map(({ name, value }) => [name, value])) };
  }
  const hmac = createHmac('sha256', await fingerprintKey());
  hmac.update(JSON.stringify(credentials.map(({ name, value }) => [name, value]).sort()));
  return { fingerprint: hmac.digest('hex').slice(0, 32) };
}
