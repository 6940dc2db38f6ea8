/** Tells a stale claim from one that is held: by its heartbeat, over several looks. */
import type { Clock } from '../clock.ts';
import { type Claim, isSameClaim, lookAtClaim } from './claim.ts';
import { isRunning } from './process-identity.ts';

/** Milliseconds without a heartbeat after which a claim is stale. */
const staleAfter = 4000;
/**
 * Milliseconds that one look can add to that. Whoever was stopped between two looks, with the holder
 * or by a machine under load, has seen nothing meanwhile.
 */
const mostPerLook = 500;

/** One process's looks at a claim. */
export interface ClaimWatch {
  /** Looks. Returns the claim, if it has been without a heartbeat for so long that it is stale. */
  stale(): Claim | undefined;
  /** The claim that a look found last. */
  seen(): Claim | undefined;
}

/**
 * Watches the claim at a path. Its holder's identity follows the first space of the claim's own: a
 * holder that is seen to run is waited for, whatever its heartbeat does.
 */
export function watchClaim(path: string, clock: Clock): ClaimWatch {
  let seen: Claim | undefined;
  let unchangedFor = 0;
  let lastLook = 0;
  return {
    stale() {
      const now = clock.monotonic();
      const found = lookAtClaim(path);
      const unchanged = isSameClaim(found, seen);
      unchangedFor = unchanged ? unchangedFor + Math.min(now - lastLook, mostPerLook) : 0;
      lastLook = now;
      seen = found ?? seen;
      if (!found || !unchanged || unchangedFor <= staleAfter) return undefined;
      return isRunning(found.id.slice(found.id.indexOf(' ') + 1)) ? undefined : found;
    },
    seen: () => seen,
  };
}
