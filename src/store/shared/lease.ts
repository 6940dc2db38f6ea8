/** Holds a lease: extends it while the server is asked, and knows when it may be lost. */
import type { SharedWorld } from './world.ts';

/** A lease that may have been taken over: nothing more is sent under it. */
export class LeaseLost extends Error {}

/** A held lease. */
export interface HeldLease {
  readonly sid: string;
  readonly n: number;
  /** Whether anything was sent under it. */
  readonly wasUsed: () => boolean;
  /** To be called before each request. @throws LeaseLost if the last beat is three quarters of it ago */
  mayAsk(): void;
  /** Ends the heartbeat. */
  stop(): void;
}

/** Begins the heartbeat: one every quarter. A beat that fails is made up for by the next one. */
export function holdLease(
  { store, clock, lease }: Pick<SharedWorld, 'store' | 'clock' | 'lease'>,
  { sid, n, holder, since }: { sid: string; n: number; holder: string; since: number },
): HeldLease {
  let last = since;
  let used = false;
  const stop = clock.every(lease / 4, () => {
    const sent = clock.monotonic();
    store.beat(sid, holder, n, lease).then(
      (isHeld) => {
        if (isHeld) last = sent;
      },
      // Counted by what it does not do to the last beat.
      () => {},
    );
  });
  return {
    sid,
    n,
    wasUsed: () => used,
    mayAsk() {
      if (clock.monotonic() - last > lease * 0.75) throw new LeaseLost();
      used = true;
    },
    stop,
  };
}
