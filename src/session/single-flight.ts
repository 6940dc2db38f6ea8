/**
 * Single flight across processes: of those that want one session at once, one asks the server and
 * the others take over what came of it, an error included.
 */

import type { Clock } from '../clock.ts';
import { AuthctlError } from '../errors.ts';
import type { Lock } from '../files/lock.ts';
import { type Failure, remembered } from './failure.ts';
import type { SessionKey } from './key.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './store.ts';

/** What is wanted, and how it can be had. */
export interface Flight {
  readonly store: SessionStore;
  readonly key: SessionKey;
  /** Of the credentials that would be sent. */
  readonly fingerprint: string;
  /** Whether a session that was stored before will do. */
  readonly isGood: (session: Session) => boolean;
  /** The error that is certain by what is stored now: then nobody is asked. */
  readonly hopeless?: (stored: Session | undefined) => AuthctlError | undefined;
  /**
   * Asks the server. The session that it returns is kept.
   *
   * @param stored the session as it is stored now
   * @param remaining milliseconds that are left of the time-out
   */
  readonly ask: (stored: Session | undefined, remaining: number) => Promise<Session>;
  /** Milliseconds that waiting and asking may take together. */
  readonly timeout: number;
  readonly clock: Clock;
  /** Takes out what must not be written to a file. */
  readonly redact: (error: AuthctlError) => AuthctlError;
  /** Keeps the session, or says that it cannot be kept. */
  readonly keep: (session: Session) => Promise<void>;
  /** Has something done where a signal ends the process; the result calls that off. */
  readonly guard: (release: () => void) => () => void;
}

/** A session, and whether it was asked for just now. */
export interface Landed {
  readonly session: Session;
  readonly asked: boolean;
}

/**
 * @throws AuthctlError what asking threw, here or in the process that we waited for; `timeout`
 */
export async function singleFlight(flight: Flight): Promise<Landed> {
  const { store, key, timeout, isGood, clock } = flight;
  const start = clock.monotonic();
  const remaining = () => timeout - (clock.monotonic() - start);
  const before = store.read(key);
  if (before && isGood(before)) return { session: before, asked: false };
  const attempts = await store.lock(key);
  if (!attempts) return { session: await fly(flight, before, undefined, remaining()), asked: true };

  for (let pause = 5; ; pause = Math.min(pause * 1.5, 100)) {
    let lock: Lock | undefined;
    try {
      lock = attempts.take();
    } catch {
      // A directory that cannot be written to: the token is worth more than its being shared.
      return { session: await fly(flight, before, undefined, remaining()), asked: true };
    }
    // Whoever held the lock until now may have brought what we want.
    const stored = store.read(key);
    if (stored && (isGood(stored) || stored.tokenSet.receivedAt !== before?.tokenSet.receivedAt)) {
      lock?.release();
      return { session: stored, asked: false };
    }
    const failure = store.failure(key);
    const repeated = failure && toRepeat(flight, failure, attempts.waitedFor(failure.holder));
    const error = repeated ?? flight.hopeless?.(stored);
    if (error) {
      lock?.release();
      throw error;
    }
    if (lock) {
      const unguard = flight.guard(lock.release);
      try {
        return { session: await fly(flight, stored, lock, remaining()), asked: true };
      } finally {
        unguard();
        lock.release();
      }
    }
    if (remaining() <= 0) throw waitedTooLong(timeout);
    // Those that wait must not all look at once.
    await clock.sleep(Math.min(pause * (0.5 + Math.random()), Math.max(remaining(), 1)));
  }
}

async function fly(
  flight: Flight,
  stored: Session | undefined,
  lock: Lock | undefined,
  remaining: number,
): Promise<Session> {
  const { store, key, fingerprint, clock, redact } = flight;
  if (remaining <= 0) throw waitedTooLong(flight.timeout);
  try {
    const session = await flight.ask(stored, remaining);
    await flight.keep(session);
    store.forgetFailure(key);
    return session;
  } catch (error) {
    if (error instanceof AuthctlError && lock) {
      await store.keepFailure(key, {
        holder: lock.id,
        fingerprint,
        at: clock.now(),
        error: redact(error),
      });
    }
    throw error;
  }
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
