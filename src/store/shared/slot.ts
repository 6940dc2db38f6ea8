/** Where a session is in a shared store. */
import type { SessionKey } from '../../session/key.ts';
import type { KeyRing } from './key-ring.ts';
import { nameOf } from './seal.ts';

/** A place in the store, and whose it is if the account does not say. */
export interface Slot {
  readonly sid: string;
  readonly owner?: string;
}

/**
 * The place of a session. Profiles share it. Only where no field tells the account, the profile's name
 * stands for it, so that a reader without any secret finds the session.
 */
export function slotOf(ring: KeyRing, { provider, profile, baseUrl, account }: SessionKey): Slot {
  const name = (told: unknown) => nameOf(ring, provider, baseUrl, told);
  const fields = 'fields' in account ? Object.entries(account.fields) : [];
  if (fields.length > 0) return { sid: name(fields.sort(([a], [b]) => (a < b ? -1 : 1))) };
  const sid = name(['profile', profile]);
  return 'fingerprint' in account ? { sid, owner: account.fingerprint } : { sid };
}

/** The place of a session whose profile's place has another credential's: its own. */
export function ownSlotOf(
  ring: KeyRing,
  { provider, profile, baseUrl }: SessionKey,
  owner: string,
): Slot {
  return { sid: nameOf(ring, provider, baseUrl, ['profile', profile, owner]), owner };
}
