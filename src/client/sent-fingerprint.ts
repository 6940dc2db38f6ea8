/** Identifies what a login or a refresh sends, to tell whether a remembered failure is of the same. */
import type { Declaration } from '../declaration/declaration.ts';
import { fingerprint } from '../session/account.ts';
import type { Store } from '../session/store.ts';

/**
 * A fingerprint of the values, and of the file that says how they are sent: after a correction there, the
 * server is asked again.
 */
export async function sentFingerprint(
  store: Pick<Store, 'fingerprintKey'>,
  { file }: Pick<Declaration, 'file'>,
  values: readonly { readonly name: string; readonly value: string }[],
): Promise<string> {
  // No field has an empty name.
  const how = file ? [{ name: '', value: `${file.modified} ${file.size}` }] : [];
  return fingerprint([...values, ...how], await store.fingerprintKey());
}
