/** The store that keeps nothing: for --no-store, and where there is no place to keep anything. */
import { AuthctlError } from '../errors.ts';
import type { Store } from '../session/store.ts';

/**
 * The store where sessions cannot be stored: keeps nothing and says why, once. Listing and clearing
 * fail, since a command that asks for these is about the store.
 *
 * @param reason a clause
 */
export function unusableStore(reason: string, notice: (text: string) => void): Store {
  let told = false;
  const tell = async (): Promise<undefined> => {
    if (!told) notice(`notice: sessions are not stored: ${reason}`);
    told = true;
  };
  const fail = async () => {
    throw new AuthctlError('store', `the session store cannot be used: ${reason}`);
  };
  return {
    ...noStore,
    read: tell,
    latest: tell,
    save: tell,
    keepOutline: tell,
    list: fail,
    clear: fail,
  };
}

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
