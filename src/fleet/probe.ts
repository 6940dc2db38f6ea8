/** Tries the shared store: what it is, and whether it does what the protocol takes. */
import { AuthctlError } from '../errors.ts';
import { ServerError } from '../store/shared/connection-errors.ts';
import type { Fleet } from './open.ts';
import { testName } from './survey.ts';

/** What the server says of itself; undefined where the user may not ask. Numbers are what they say. */
export interface Facts {
  readonly product?: string;
  readonly version?: string;
  readonly policy?: string;
  readonly replicas?: number;
  /** Milliseconds that its clock is ahead of this machine's. */
  readonly ahead: number;
  /** Milliseconds that a look takes. */
  readonly took: number;
}

/** Asks the server about itself. @throws AuthctlError `store` */
export async function factsOf(fleet: Fleet): Promise<Facts> {
  const { store, clock } = fleet.world;
  const sid = testName(fleet);
  await store.look(sid);
  const start = clock.monotonic();
  const { now } = await store.look(sid);
  const took = clock.monotonic() - start;
  const ahead = now + took / 2 - clock.now();
  const hello = await ask(fleet, ['HELLO']);
  const memory = await ask(fleet, ['INFO', 'memory']);
  const replication = await ask(fleet, ['INFO', 'replication']);
  const [product, version] = [after(hello, 'server'), after(hello, 'version')];
  const policy = line(memory, 'maxmemory_policy');
  const replicas = line(replication, 'connected_slaves');
  return {
    ...(product !== undefined && { product }),
    ...(version !== undefined && { version }),
    ...(policy !== undefined && { policy }),
    ...(replicas !== undefined && { replicas: Number(replicas) }),
    ahead,
    took,
  };
}

/** Takes a lease, waits at it, and gives it back. @throws AuthctlError `store` */
export async function tryLease(fleet: Fleet): Promise<void> {
  const { store, uuid, readsOnly } = fleet.world;
  const sid = testName(fleet);
  const holder = uuid();
  if (!readsOnly) {
    const taken = await store.take(sid, {
      ...{ holder, lease: 1000, fingerprint: '', need: 0, atLeast: 0 },
      ...{ ahead: true, force: false, steady: false },
    });
    if (taken.status !== 'granted') throw new AuthctlError('store', 'it grants no lease');
    await store.leave(sid, holder, taken.n, {});
  }
  const { event } = await store.look(sid);
  await store.wait(sid, event, 1);
}

/** The answer; undefined if the user may not ask. @throws AuthctlError `store` */
async function ask({ connection }: Fleet, command: readonly string[]): Promise<unknown> {
  try {
    return await connection.call(command);
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}

/** The element of a flat list of names and values that follows a name. */
function after(list: unknown, name: string): string | undefined {
  if (!Array.isArray(list)) return undefined;
  const value: unknown = list[list.indexOf(name) + 1];
  return list.includes(name) && typeof value === 'string' ? value : undefined;
}

/** The value in a line of INFO. */
function line(info: unknown, name: string): string | undefined {
  if (typeof info !== 'string') return undefined;
  return new RegExp(`^${name}:([^\\r\\n]*)`, 'm').exec(info)?.[1];
}
