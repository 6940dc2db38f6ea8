/** The account that a set of credentials belongs to, and what stands for secrets where they may not. */
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
 *
 * @param key the store's own random key
 */
export function accountOf(credentials: readonly AccountField[], key: Uint8Array): Account {
  const open = credentials.filter(({ secret }) => !secret);
  if (open.length === 0) return { fingerprint: fingerprint(credentials, key) };
  return { fields: Object.fromEntries(open.map(({ name, value }) => [name, value])) };
}

/**
 * Tells one set of values from another. It is keyed, so that nobody who reads the store can try
 * secrets against it elsewhere.
 */
export function fingerprint(
  values: readonly { readonly name: string; readonly value: string }[],
  key: Uint8Array,
): string {
  const pairs = values.map(({ name, value }) => [name, value]).sort();
  return createHmac('sha256', key).update(JSON.stringify(pairs)).digest('hex').slice(0, 32);
}
