/** Waits for another machine that asks the server. */
import type { Clock } from '../../clock.ts';
import { AuthctlError } from '../../errors.ts';
import type { Seen } from '../../session/shared-store.ts';
import type { SharedWorld } from './world.ts';

/** Milliseconds of one wait at most, and after the end of a lease, before jitter. */
const longest = 5000;
const jitter = 500;
/** Milliseconds between looks where the server cannot be waited at, before jitter. */
const poll = 500;
/** Milliseconds of one wait at least, whatever ends it: else a server could make it a loop. */
const shortest = 20;
/** Milliseconds that a lease lasts at most. */
const longestLease = 300_000;

/** What is left of a time, in milliseconds. */
export function deadlineOf(clock: Pick<Clock, 'monotonic'>, timeout: number): () => number {
  const end = clock.monotonic() + timeout;
  return () => end - clock.monotonic();
}

/** The error of a wait for another machine, and not for the server. */
export class WaitTimeout extends AuthctlError {}

/** The error of a wait that took too long. */
export function timedOut(timeout: number): WaitTimeout {
  return new WaitTimeout(
    'timeout',
    `another machine is getting this token, and has not finished after ${timeout / 1000} s`,
  );
}

/** The waits of one flight. */
export interface Waits {
  /** Waits until something happens, or the lease has run out. @throws AuthctlError `store` if it is endless */
  wait(sid: string, seen: Seen): Promise<void>;
  /** Waits a moment before the store is asked again for what it has just not given. */
  pause(): Promise<void>;
  /**
   * Asks the store, unless it may only be looked at.
   *
   * @param ask is told whether it must fail if the connection is lost
   * @returns undefined after a time in which the lease that was seen last may still have been held
   */
  guarded<T>(sid: string, ask: (steady: boolean) => Promise<T>): Promise<T | undefined>;
}

/**
 * Begins to wait. A machine whose connection broke while it waited may be connected to another server next,
 * which need not know of the lease: until that has run out it only looks.
 *
 * @param remaining milliseconds that the flight may still take
 */
export function waits(
  { store, clock }: Pick<SharedWorld, 'store' | 'clock'>,
  remaining: () => number,
): Waits {
  /** Whether a lost connection matters: another machine asks. */
  let steady = false;
  let isLost = false;
  /** When the lease that was seen last runs out, on the monotonic clock. */
  let leaseEnd = 0;

  const pause = () => clock.sleep(Math.min(poll * (0.5 + Math.random()), Math.max(1, remaining())));

  /** Looks until there is a new token, or the lease has run out. */
  async function onlyLook(sid: string): Promise<void> {
    let before: number | undefined;
    while (clock.monotonic() < leaseEnd && remaining() > 0) {
      try {
        const { token } = await store.look(sid);
        before ??= token?.n ?? 0;
        if ((token?.n ?? 0) > before) return;
      } catch (error) {
        // It may be back before the lease has run out.
        if (!(error instanceof AuthctlError)) throw error;
      }
      await pause();
    }
  }

  return {
    async wait(sid, { now, lease, event }) {
      steady = true;
      const left = Math.max(0, (lease?.until ?? now) - now);
      if (left > longestLease) {
        throw new AuthctlError('store', 'the shared store has a lease that no machine has taken');
      }
      const began = clock.monotonic();
      leaseEnd = began + left;
      const most = Math.min(left + jitter * Math.random(), longest, Math.max(1, remaining()));
      try {
        await store.wait(sid, event, most);
      } catch (error) {
        if (!(error instanceof AuthctlError)) throw error;
        isLost = true;
      }
      const rest = began + shortest - clock.monotonic();
      if (rest > 0) await clock.sleep(rest);
    },
    pause,
    async guarded(sid, ask) {
      if (!isLost) {
        try {
          return await ask(steady);
        } catch (error) {
          if (!steady || !(error instanceof AuthctlError)) throw error;
        }
      }
      await onlyLook(sid);
      isLost = false;
      steady = false;
      return undefined;
    },
  };
}
