/** The store that saves nothing: for --no-store, and if the state directory cannot be determined. */
import type { Store } from '../session/store.ts';

/** Saves nothing, finds nothing, and has no locks. */
export const noStore: Store = {
  read: async () => undefined,
  latest: async () => undefined,
  save: async () => {},
  saveOutline: async () => {},
  fingerprintKey: async () => new Uint8Array(32),
  lock: async () => undefined,
  failure: async () => undefined,
  saveFailure: async () => {},
  removeFailure: async () => {},
  list: async () => [],
  clear: async () => {},
};
