/**
 * A connection to Redis or Valkey, by iovalkey with everything off that it does on its own: it neither
 * reconnects nor queues, and sends no command but ours. Each operation has one deadline over all tries.
 */
import type { ConnectionOptions } from 'node:tls';
import { Redis, ReplyError } from 'iovalkey';
import { after, type Clock } from '../../clock.ts';
import { AuthctlError } from '../../errors.ts';
import type { Address } from './address.ts';
import { isCertain, isPassing, ServerError, unreachable } from './connection-errors.ts';

/** An answer of the server. */
export type Reply = string | number | null | readonly Reply[];

/** How the store is reached. */
export interface Reach {
  readonly address: Address;
  /** Called before anything is sent. @throws AuthctlError if nothing may be sent there */
  readonly permit: () => void;
  /** Asked for before the first connection; undefined if there is none. @throws AuthctlError */
  readonly password: () => Promise<string | undefined>;
  /** Read for the first connection with TLS. @throws AuthctlError `usage` */
  readonly tls: () => Promise<ConnectionOptions>;
  readonly clock: Clock;
}

/** How a command is sent. */
export interface How {
  /** Milliseconds that the server may hold the answer back. */
  readonly wait?: number;
  /** Whether to fail if the connection was lost, instead of making another. */
  readonly steady?: boolean;
}

/** Sends commands, and connects for the first one and after a loss. */
export interface Connection {
  /** @throws AuthctlError `store`; ServerError for an answer that is an error */
  call(command: readonly (string | number)[], how?: How): Promise<Reply>;
  /** Ends the connection until the next command. */
  rest(): void;
  /** Ends the connection; nothing connects after it. */
  close(): void;
}

/** Milliseconds that it may take to connect, over all tries. */
const reachTime = 2000;
/** Milliseconds that a command may take. */
const commandTime = 3000;

/** @param reach how the store is reached */
export function openConnection(reach: Reach): Connection {
  const { address, clock } = reach;
  const ready = { ...reach, password: once(reach.password), tls: once(reach.tls) };
  let current: Redis | undefined;
  let closed = false;

  async function connected(end: number, steady: boolean): Promise<Redis> {
    if (current?.status === 'ready') return current;
    if (steady && current) throw new Error('ended the connection');
    const client = await connect(ready, Math.max(1, end - clock.monotonic()));
    if (closed) client.disconnect();
    current = client;
    return client;
  }

  async function perform(
    command: readonly (string | number)[],
    { wait = 0, steady = false }: How,
    end: number,
  ): Promise<Reply> {
    const client = await connected(end, steady);
    try {
      return await within(send(client, command), wait + commandTime, 'does not answer');
    } catch (error) {
      // Whatever comes later belongs to no command.
      if (!(error instanceof ServerError)) client.disconnect();
      throw error;
    }
  }

  return {
    rest() {
      current?.disconnect();
      current = undefined;
    },
    close() {
      closed = true;
      current?.disconnect();
    },
    async call(command, how = {}) {
      const end = clock.monotonic() + reachTime;
      for (let pause = 50; ; pause *= 2) {
        if (closed) throw new AuthctlError('store', 'the shared store was closed');
        try {
          return await perform(command, how, end);
        } catch (error) {
          const isServers = error instanceof ServerError;
          if (isServers && !isPassing(error)) throw error;
          if (closed || how.steady || clock.monotonic() + pause >= end || isCertain(error)) {
            throw unreachable(address, error);
          }
          await clock.sleep(pause * (0.75 + Math.random() / 2));
        }
      }
    },
  };
}

/** The result of the first call, for all. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function connect({ address, permit, password, tls }: Reach, left: number): Promise<Redis> {
  permit();
  const secret = await password();
  const { host, port, database, user = 'default' } = address;
  const client = new Redis({
    host,
    port,
    ...(address.tls && { tls: { ...(await tls()), servername: serverName(host) } }),
    lazyConnect: true,
    // Ours is the one that counts.
    connectTimeout: left * 10,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    reconnectOnError: () => false,
  });
  // The commands that were sent get the error; without a listener it would be printed.
  let lost: Error | undefined;
  client.on('error', (error: Error) => {
    lost = error;
  });
  // Before anything that has arrived is read.
  client.on('connect', () => guardReader(client));
  const log = async () => {
    await client.connect();
    if (secret !== undefined) await send(client, ['AUTH', user, secret]);
    if (database !== 0) await send(client, ['SELECT', database]);
  };
  try {
    await within(log(), left, 'does not answer');
    return client;
  } catch (error) {
    client.disconnect();
    throw lost ?? error;
  }
}

/**
 * Ends the connection where reading an answer throws, as it does for lists that no server sends: thrown to the
 * socket, it would end the process.
 */
function guardReader({ stream }: Redis): void {
  for (const read of stream.listeners('data')) {
    stream.on('data', (data) => {
      try {
        read.call(stream, data);
      } catch (error) {
        stream.destroy(error instanceof Error ? error : new Error('unreadable'));
      }
    });
    stream.off('data', read as (data: unknown) => void);
  }
}

/** No name for an address: TLS has none for these. */
function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}

async function send(
  client: Redis,
  [name = '', ...rest]: readonly (string | number)[],
): Promise<Reply> {
  try {
    return asReply(await client.call(String(name), rest));
  } catch (error) {
    throw isReply(error) ? new ServerError(error.message) : error;
  }
}

function isReply(error: unknown): error is Error {
  return error instanceof ReplyError;
}

function asReply(value: unknown): Reply {
  if (Array.isArray(value)) return value.map(asReply);
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

/** Milliseconds of one step of a time-out. */
const step = 100;

/**
 * Limits a wait. It is counted in steps, between which Node reads what has arrived: on a machine that has no
 * time for this process, an answer that is there must not count as late.
 */
async function within<T>(work: Promise<T>, milliseconds: number, problem: string): Promise<T> {
  let stop = () => {};
  const late = new Promise<never>((_, reject) => {
    const next = (left: number) => {
      if (left <= 0) reject(new Error(problem));
      else stop = after(Math.min(step, left), () => next(left - step));
    };
    next(milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    stop();
  }
}
