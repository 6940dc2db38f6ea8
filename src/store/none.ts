/** The store that keeps nothing: for --no-store, and where there is no place to keep anything. */
import type { Store } from '../session/store.ts';

/** Keeps nothing, finds nothing, and makes nobody wait. */
export const noStore: Store = {
  read: async () => undefined,
  latest: async () => undefined,
  save: async () => {},
  keepOutline: async () => {},
  fingerprintKey: async () => new Uint8Array(32),
  lock: async () => undefined,
  failure: async () => undefined,
  keepFailure: async () => {},
  forgetFailure: async () => {},
  list: async () => [],
  clear: async () => {},
};
