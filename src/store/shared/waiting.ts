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

/** What is left of a time, in milliseconds. */
export function deadlineOf(clock: Pick<Clock, 'monotonic'>, timeout: number): () => number {
  const end = clock.monotonic() + timeout;
  return () => end - clock.monotonic();
}

/** The error of a wait that took too long. */
export function timedOut(timeout: number): AuthctlError {
  return new AuthctlError(
    'timeout',
    `another machine is getting this token, and has not finished after ${timeout / 1000} s`,
  );
}

/**
 * The waits of one flight. A machine whose connection broke while it waited may be connected to another
 * server next, which need not know of the lease: until that has run out it only looks.
 */
export class Waiting {
  /** Whether the flight waits for another machine, so that a lost connection matters. */
  hasWaited = false;
  readonly #world: Pick<SharedWorld, 'store' | 'clock'>;
  readonly #remaining: () => number;
  /** When the lease that was seen last runs out, on the monotonic clock. */
  #leaseEnd = 0;
  #lost = false;

  constructor(world: Pick<SharedWorld, 'store' | 'clock'>, remaining: () => number) {
    this.#world = world;
    this.#remaining = remaining;
  }

  /** Waits until something happens, or the lease has run out. */
  async wait(sid: string, seen: Seen): Promise<void> {
    const { store, clock } = this.#world;
    this.hasWaited = true;
    const left = Math.max(0, (seen.lease?.until ?? seen.now) - seen.now);
    this.#leaseEnd = clock.monotonic() + left;
    const pause = Math.min(left + jitter * Math.random(), longest, Math.max(1, this.#remaining()));
    try {
      await store.wait(sid, seen.event, pause);
    } catch (error) {
      if (!(error instanceof AuthctlError)) throw error;
      this.#lost = true;
    }
  }

  /**
   * Asks the store, unless it may only be looked at.
   *
   * @returns undefined while the lease that was seen may still be held
   */
  async guarded<T>(sid: string, work: () => Promise<T>): Promise<T | undefined> {
    if (!this.#lost) {
      try {
        return await work();
      } catch (error) {
        if (!this.hasWaited || !(error instanceof AuthctlError)) throw error;
        this.#lost = true;
      }
    }
    await this.#untilRunOut(sid);
    this.#lost = false;
    this.hasWaited = false;
    return undefined;
  }

  /** Looks until there is a token, or the lease has run out. */
  async #untilRunOut(sid: string): Promise<void> {
    const { store, clock } = this.#world;
    let before: number | undefined;
    while (clock.monotonic() < this.#leaseEnd && this.#remaining() > 0) {
      try {
        const { token } = await store.look(sid);
        before ??= token?.n ?? 0;
        if ((token?.n ?? 0) > before) return;
      } catch (error) {
        // It may be back before the lease has run out.
        if (!(error instanceof AuthctlError)) throw error;
      }
      await clock.sleep(Math.min(poll * (0.5 + Math.random()), Math.max(1, this.#remaining())));
    }
  }
}
