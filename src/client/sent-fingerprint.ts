/** Identifies what a login or a refresh sends, to tell whether a remembered failure is of the same. */
import type { Declaration } from '../declaration/declaration.ts';
import { fingerprint } from '../session/account.ts';
import type { Store } from '../session/store.ts';

/**
 * A fingerprint of the values, and of what a file declares of how they are sent: after a correction there, the
 * server is asked again. It is the same on all machines that have the same declaration.
 */
export async function sentFingerprint(
  store: Pick<Store, 'fingerprintKey'>,
  { file, ...declared }: Declaration,
  values: readonly { readonly name: string; readonly value: string }[],
): Promise<string> {
  // No field has an empty name.
  const how = file ? [{ name: '', value: JSON.stringify(declared) }] : [];
  return fingerprint([...values, ...how], await store.fingerprintKey());
}
