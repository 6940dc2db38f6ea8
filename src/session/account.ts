/** The account that a set of credentials belongs to, and the fingerprint that identifies a secret. */
import { createHmac } from 'node:crypto';
import type { Account } from './key.ts';

/** A credential, for working out its account. */
export interface AccountField {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
}

/**
 * The non-secret fields; if there are none, a fingerprint of the secret ones.
 *
 * @param key the store's own random key
 */
export function accountOf(credentials: readonly AccountField[], key: Uint8Array): Account {
  const open = credentials.filter(({ secret }) => !secret);
  if (open.length === 0) return { fingerprint: fingerprint(credentials, key) };
  return { fields: Object.fromEntries(open.map(({ name, value }) => [name, value])) };
}

/**
 * A fingerprint of a set of values. It is keyed, so that guessed secrets cannot be checked against a
 * stolen session file.
 */
export function fingerprint(
  values: readonly { readonly name: string; readonly value: string }[],
  key: Uint8Array,
): string {
  const pairs = values.map(({ name, value }) => [name, value]).sort();
  return createHmac('sha256', key).update(JSON.stringify(pairs)).digest('hex').slice(0, 32);
}
