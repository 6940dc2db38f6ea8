/** Opens machines of a fleet in the process of a test: each is a store of its own in front of a server. */
import { systemClock } from '../../../src/cli/context.ts';
import { AuthctlError } from '../../../src/errors.ts';
import type { SharedStore } from '../../../src/session/shared-store.ts';
import { parseAddress } from '../../../src/store/shared/address.ts';
import { openConnection } from '../../../src/store/shared/connection.ts';
import { newKeyText, parseKeyRing, readerKeyText } from '../../../src/store/shared/key-ring.ts';
import { redisStore } from '../../../src/store/shared/redis.ts';
import type { SharedWorld } from '../../../src/store/shared/world.ts';
import { passwords, type RedisServer, type User } from './server.ts';

/** A key text that all tests of a file share. */
export const keyText = newKeyText();

/** The port to a server, as a user. */
export function openPort(server: RedisServer, user: User = 'renewer'): SharedStore {
  const address = parseAddress(server.url(user, 'plain'));
  const connection = openConnection({
    address,
    clock: systemClock,
    permit: () => {},
    password: async () => passwords[user],
    tls: async () => ({}),
  });
  return redisStore(connection, address);
}

/** A machine's view of a shared store, with the notices that it printed. */
export function machine(store: SharedStore, parts: Partial<SharedWorld> = {}) {
  const notices: string[] = [];
  let names = 0;
  const own = `${process.pid}-${Math.random()}`;
  const world: SharedWorld = {
    store,
    ring: parseKeyRing(parts.readsOnly ? readerKeyText(keyText, 'test') : keyText, 'test'),
    id: 'store',
    readsOnly: false,
    lease: 1000,
    fallback: false,
    clock: systemClock,
    uuid: () => `${own}-${++names}`,
    keepSecret: () => {},
    notice: (text) => notices.push(text),
    detail: () => {},
    ...parts,
  };
  return { world, notices };
}

/** The code of the error that a promise fails with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (error instanceof AuthctlError) return error.code;
    throw error;
  }
}
