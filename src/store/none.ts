/** Stores that save nothing: for --no-store, and if the state directory cannot be used. */
import { AuthctlError } from '../errors.ts';
import type { Store } from '../session/store.ts';

/**
 * A store for when sessions cannot be stored: it saves nothing and says why, once. Listing and clearing
 * fail, since commands that ask for these are about the store.
 *
 * @param reason a clause
 */
export function unusableStore(reason: string, notice: (text: string) => void): Store {
  let noticed = false;
  const explain = async (): Promise<undefined> => {
    if (!noticed) notice(`notice: sessions are not stored: ${reason}`);
    noticed = true;
  };
  const fail = async () => {
    throw new AuthctlError('store', `the session store cannot be used: ${reason}`);
  };
  return {
    ...noStore,
    read: explain,
    latest: explain,
    save: explain,
    saveOutline: explain,
    list: fail,
    clear: fail,
  };
}

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
  claim: async () => true,
  remove: async () => {},
  list: async () => [],
  clear: async () => {},
};
