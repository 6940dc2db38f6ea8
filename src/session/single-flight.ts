/**
 * Single flight across processes: of all that need the same session at once, one asks the server, and
 * the others wait for its result and use it, errors included.
 */
import type { Clock } from '../clock.ts';
import { AuthctlError } from '../errors.ts';
import { type Asking, askAsOne } from './ask-as-one.ts';
import { type Failure, remembered } from './failure.ts';
import type { Session } from './session.ts';
import type { Lock, SaveOptions } from './store.ts';

/** What the wait for another process is called. */
export const otherProcess = 'waiting for another authctl that is getting this token';

/** The session that is needed, and how to get it. Aborting its signal also releases the lock, if it is held. */
export interface Flight extends Asking {
  /** The error that the stored session makes certain: then the server is not asked. */
  readonly knownError?: (stored: Session | undefined) => AuthctlError | undefined;
  /** Whether the user can be asked for a one-time code, for want of which a login of before failed. */
  readonly canAskCode?: boolean;
  /** How the session that the server gave is stored. */
  readonly save: SaveOptions;
  /** Milliseconds that waiting and asking may take together. */
  readonly timeout: number;
  readonly clock: Clock;
  /** Called when it has to wait for another process, and its result when that is over. */
  readonly onWaiting?: () => () => void;
}

/** The session, and how it was obtained. */
export interface FlightResult {
  readonly session: Session;
  /** Whether this process asked the server. */
  readonly asked: boolean;
  /** Why the new session could not be stored: its token is usable all the same. */
  readonly saveError?: AuthctlError;
}

/**
 * @throws AuthctlError what asking threw, in this process or in the one that it waited for; `timeout`
 */
export async function singleFlight(flight: Flight): Promise<FlightResult> {
  let endWait: (() => void) | undefined;
  const wait = () => {
    endWait ??= flight.onWaiting?.();
  };
  const isOver = () => endWait?.();
  try {
    return await fly(flight, { wait, isOver });
  } finally {
    isOver();
  }
}

async function fly(
  flight: Flight,
  waiting: { readonly wait: () => void; readonly isOver: () => void },
): Promise<FlightResult> {
  const { store, key, timeout, isGood, clock, signal } = flight;
  const start = clock.monotonic();
  const remaining = () => timeout - (clock.monotonic() - start);
  const before = await store.read(key);
  if (before && isGood(before)) return { session: before, asked: false };
  const attempts = await store.lock(key);
  if (!attempts) return askServer(flight, before, undefined, remaining());

  for (let pause = 5; ; pause = Math.min(pause * 1.5, 100)) {
    signal.throwIfAborted();
    let lock: Lock | undefined;
    try {
      lock = await attempts.take();
    } catch {
      // The directory is not writable: get the token without sharing it.
      return askServer(flight, before, undefined, remaining());
    }
    // The previous holder of the lock may have stored the session.
    const stored = await store.read(key);
    if (stored && (isGood(stored) || stored.tokenSet.receivedAt !== before?.tokenSet.receivedAt)) {
      lock?.release();
      return { session: stored, asked: false };
    }
    const failure = await store.failure(key);
    const repeated = failure && toRepeat(flight, failure, attempts.waitedFor(failure.holder));
    const error = repeated ?? flight.knownError?.(stored);
    if (error) {
      lock?.release();
      throw error;
    }
    if (lock) {
      waiting.isOver();
      return askServerLocked(flight, stored, lock, remaining());
    }
    waiting.wait();
    if (remaining() <= 0) {
      throw new AuthctlError(
        'timeout',
        `another authctl process is getting this token, and has not finished after ${timeout / 1000} s`,
      );
    }
    // Jitter, so that the waiting processes do not all check at the same moment.
    await clock.sleep(Math.min(pause * (0.5 + Math.random()), Math.max(remaining(), 1)));
  }
}

async function askServerLocked(
  flight: Flight,
  stored: Session | undefined,
  lock: Lock,
  remaining: number,
): Promise<FlightResult> {
  const { signal } = flight;
  signal.addEventListener('abort', lock.release);
  try {
    return await askServer(flight, stored, lock, remaining);
  } finally {
    signal.removeEventListener('abort', lock.release);
    lock.release();
  }
}

async function askServer(
  flight: Flight,
  stored: Session | undefined,
  lock: Lock | undefined,
  remaining: number,
): Promise<FlightResult> {
  const { store, key, fingerprint, clock, timeout } = flight;
  if (remaining <= 0) {
    throw new AuthctlError(
      'timeout',
      `timed out after ${timeout / 1000} s, before the server was asked`,
    );
  }
  try {
    const { session, asked } = await askAsOne(flight, stored, remaining);
    const saveError = await store.save(session, flight.save).catch(asStoreError);
    await store.removeFailure(key);
    return { session, asked, ...(saveError && { saveError }) };
  } catch (error) {
    // That this user gave up is nothing to others.
    if (error instanceof AuthctlError && lock && error.code !== 'interrupted') {
      await store.saveFailure(key, { holder: lock.id, fingerprint, at: clock.now(), error });
    }
    throw error;
  }
}

function asStoreError(cause: unknown): AuthctlError {
  if (cause instanceof AuthctlError) return cause;
  return new AuthctlError('store', cause instanceof Error ? cause.message : 'unknown error', {
    cause,
  });
}

/** The error of the process that this one waited for, or a remembered one. */
function toRepeat(
  { fingerprint, clock, canAskCode }: Flight,
  failure: Failure,
  waitedFor: boolean,
): AuthctlError | undefined {
  if (canAskCode && failure.error.details.asks !== undefined) return undefined;
  if (waitedFor && failure.fingerprint === fingerprint) return failure.error;
  return remembered(failure, fingerprint, clock.now());
}
