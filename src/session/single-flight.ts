/**
 * Single flight across processes: of those that want one session at once, one asks the server and
 * the others take over what came of it, an error included.
 */
import type { Clock } from '../clock.ts';
import { AuthctlError } from '../errors.ts';
import { type Failure, remembered } from './failure.ts';
import type { SessionKey } from './key.ts';
import type { Session } from './session.ts';
import type { Lock, SaveOptions, Store } from './store.ts';

/** What is wanted, and how it can be had. */
export interface Flight {
  readonly store: Store;
  readonly key: SessionKey;
  /** Of the credentials that would be sent. */
  readonly fingerprint: string;
  /** Whether a session that was stored before will do. */
  readonly isGood: (session: Session) => boolean;
  /** The error that is certain by what is stored now: then the server is not asked. */
  readonly hopeless?: (stored: Session | undefined) => AuthctlError | undefined;
  /**
   * Asks the server. The session that it returns is kept. An error that it throws may be kept too, so
   * no secret may be in it.
   *
   * @param stored the session as it is stored now
   * @param remaining milliseconds that are left of the time-out
   */
  readonly ask: (stored: Session | undefined, remaining: number) => Promise<Session>;
  /** How a session that was asked for is kept. */
  readonly save: SaveOptions;
  /** Milliseconds that waiting and asking may take together. */
  readonly timeout: number;
  readonly clock: Clock;
  /** When it is aborted, the wait for others ends, and a lock that is held is given up. */
  readonly signal: AbortSignal;
}

/** A session, and whether it was asked for just now. */
export interface Landed {
  readonly session: Session;
  readonly asked: boolean;
  /** Why a session that was asked for cannot be kept: the token is good all the same. */
  readonly unkept?: AuthctlError;
}

/**
 * @throws AuthctlError what asking threw, here or in the process that we waited for; `timeout`
 */
export async function singleFlight(flight: Flight): Promise<Landed> {
  const { store, key, timeout, isGood, clock, signal } = flight;
  const start = clock.monotonic();
  const remaining = () => timeout - (clock.monotonic() - start);
  const before = await store.read(key);
  if (before && isGood(before)) return { session: before, asked: false };
  const attempts = await store.lock(key);
  if (!attempts) return fly(flight, before, undefined, remaining());

  for (let pause = 5; ; pause = Math.min(pause * 1.5, 100)) {
    signal.throwIfAborted();
    let lock: Lock | undefined;
    try {
      lock = await attempts.take();
    } catch {
      // A directory that cannot be written to: the token is worth more than its being shared.
      return fly(flight, before, undefined, remaining());
    }
    // Whoever held the lock until now may have brought what we want.
    const stored = await store.read(key);
    if (stored && (isGood(stored) || stored.tokenSet.receivedAt !== before?.tokenSet.receivedAt)) {
      lock?.release();
      return { session: stored, asked: false };
    }
    const failure = await store.failure(key);
    const repeated = failure && toRepeat(flight, failure, attempts.waitedFor(failure.holder));
    const error = repeated ?? flight.hopeless?.(stored);
    if (error) {
      lock?.release();
      throw error;
    }
    if (lock) return flyLocked(flight, stored, lock, remaining());
    if (remaining() <= 0) throw waitedTooLong(timeout);
    // Those that wait must not all look at once.
    await clock.sleep(Math.min(pause * (0.5 + Math.random()), Math.max(remaining(), 1)));
  }
}

async function flyLocked(
  flight: Flight,
  stored: Session | undefined,
  lock: Lock,
  remaining: number,
): Promise<Landed> {
  const { signal } = flight;
  signal.addEventListener('abort', lock.release);
  try {
    return await fly(flight, stored, lock, remaining);
  } finally {
    signal.removeEventListener('abort', lock.release);
    lock.release();
  }
}

async function fly(
  flight: Flight,
  stored: Session | undefined,
  lock: Lock | undefined,
  remaining: number,
): Promise<Landed> {
  const { store, key, fingerprint, clock } = flight;
  if (remaining <= 0) throw waitedTooLong(flight.timeout);
  try {
    const session = await flight.ask(stored, remaining);
    const unkept = await store.save(session, flight.save).catch(asStoreError);
    await store.forgetFailure(key);
    return { session, asked: true, ...(unkept && { unkept }) };
  } catch (error) {
    if (error instanceof AuthctlError && lock) {
      await store.keepFailure(key, { holder: lock.id, fingerprint, at: clock.now(), error });
    }
    throw error;
  }
}

function asStoreError(cause: unknown): AuthctlError {
  if (cause instanceof AuthctlError) return cause;
  return new AuthctlError('store', cause instanceof Error ? cause.message : 'an error', { cause });
}

/** The error of the process that we waited for, or one that is remembered. */
function toRepeat(
  { fingerprint, clock }: Flight,
  failure: Failure,
  wasInTheWay: boolean,
): AuthctlError | undefined {
  const waitedFor = wasInTheWay && failure.fingerprint === fingerprint;
  return waitedFor ? failure.error : remembered(failure, fingerprint, clock.now());
}

function waitedTooLong(timeout: number): AuthctlError {
  return new AuthctlError(
    'timeout',
    `another authctl is asking for this token, and has no answer after ${timeout / 1000} s`,
  );
}
